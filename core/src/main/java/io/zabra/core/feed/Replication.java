// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.feed;

import io.zabra.core.election.Vote;
import io.zabra.core.log.Entry;
import io.zabra.core.log.History;
import io.zabra.core.log.Journal;
import io.zabra.core.log.Zxid;
import io.zabra.wire.quorum.Dialect;
import io.zabra.wire.quorum.QuorumPacket;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Sends a server's log to its learners (Apache: LearnerHandler with its queue). Owned by the node.
///
/// There is one way for what a learner lacks and for what is new: it gets the entries behind the last one that it was
/// sent, from memory or from the disk, as fast as its connection takes them.
public final class Replication {

    private static final long CHUNK_BYTES = 1L << 20;

    private final History history;
    private final SnapshotSource source;
    private final Journal journal;

    public Replication(History history, SnapshotSource source, Journal journal) {
        this.history = history;
        this.source = source;
        this.journal = journal;
    }

    /// Begins to bring a learner up to date; false if it has to wait, because it needs a snapshot and must not have it
    /// yet.
    ///
    /// @param committed up to here records are committed, or belong to the history that the epoch begins with
    /// @param snapshots whether a snapshot may be sent
    public boolean begin(LearnerSeat seat, long committed, boolean snapshots) {
        // Apache's learners keep snapshots that hold what they cut, and have in their trees what nobody has committed.
        boolean truncates = seat.dialect().has(Dialect.TRUNCATES);
        SyncPlan plan = SyncPlan.choose(history, seat.lastZxid(), truncates);
        if (!truncates && plan instanceof SyncPlan.Diff(long from) && from > committed) {
            plan = new SyncPlan.Snapshot();
        }
        if (!snapshots && plan instanceof SyncPlan.Snapshot) {
            return false;
        }
        switch (plan) {
            case SyncPlan.Diff(long from) -> {
                seat.begin(plan, from, Math.min(from, committed));
                seat.send(new QuorumPacket.Diff(committed));
            }
            case SyncPlan.Truncate(long to) -> {
                seat.begin(plan, to, Math.min(to, committed));
                seat.send(new QuorumPacket.Trunc(to));
            }
            case SyncPlan.Snapshot() -> {
                seat.begin(plan, history.applied(), history.applied());
                // The last record, not the beginning of the epoch, which the tree may stand at: others can compare it.
                seat.send(new QuorumPacket.Snap(history.applied()));
                seat.link().snapshot(source.freeze(), source.sessions());
            }
        }
        return true;
    }

    /// Sends what the learner has not got yet and its connection takes; true if nothing is left.
    ///
    /// @param last the last record to send
    /// @param committed up to here records are committed, or belong to the history that the epoch begins with
    /// @param change who leads after the change of members that is the last of them; null if nobody waits for one
    public boolean feed(LearnerSeat seat, long last, long committed, @Nullable Vote change) {
        while (seat.sent() < last && seat.link().unsentBytes() < seat.link().unsentBytesMax()) {
            if (!history.remembers(seat.sent())) {
                read(seat, last);
                return false;
            }
            send(seat, history.after(seat.sent(), last, CHUNK_BYTES), committed, change);
        }
        tellCommits(seat, committed, change);
        return seat.sent() >= last;
    }

    /// Takes what the disk was asked for; false if the log does not hold it any more.
    public boolean read(LearnerSeat seat, List<Entry> entries, long committed) {
        seat.reading(false);
        send(seat, entries, committed, null);
        return !entries.isEmpty();
    }

    private void read(LearnerSeat seat, long last) {
        long end = Math.min(last, Math.min(history.rememberedFrom(), history.lastDurable()));
        // With a small memory, what comes next may be neither there nor on the disk yet.
        if (!seat.reading() && end > seat.sent()) {
            seat.reading(true);
            journal.read(seat.sent(), end, CHUNK_BYTES);
        }
    }

    private static void send(LearnerSeat seat, List<Entry> entries, long committed, @Nullable Vote change) {
        for (Entry entry : entries) {
            long zxid = entry.zxid();
            if (seat.observer() && zxid > committed) {
                // They may have been read for somebody else, who gets what is not committed too.
                return;
            }
            if (seat.observer()) {
                seat.send(
                        change != null && change.zxid() == zxid
                                ? new QuorumPacket.InformAndActivate(zxid, change.leader(), entry.bytes())
                                : new QuorumPacket.Inform(zxid, entry.bytes()));
                seat.commitSent(zxid);
            } else {
                seat.send(new QuorumPacket.Proposal(zxid, entry.bytes()));
                if (zxid <= committed && !seat.dialect().has(Dialect.COMMITS_ALL)) {
                    commit(seat, zxid, change);
                }
            }
            seat.sent(zxid);
        }
    }

    /// Apache's followers want a COMMIT for each proposal.
    private static void tellCommits(LearnerSeat seat, long committed, @Nullable Vote change) {
        long until = Math.min(committed, seat.sent());
        if (seat.observer() || until <= seat.commitSent()) {
            return;
        }
        if (seat.dialect().has(Dialect.COMMITS_ALL)) {
            if (change != null && seat.commitSent() < change.zxid() && change.zxid() < until) {
                commit(seat, change.zxid(), change);
            }
            commit(seat, until, change);
            return;
        }
        long first = Math.max(seat.commitSent(), Zxid.start(Zxid.epoch(until))) + 1;
        for (long zxid = first; zxid <= until; zxid++) {
            commit(seat, zxid, change);
        }
    }

    private static void commit(LearnerSeat seat, long zxid, @Nullable Vote change) {
        seat.send(
                change != null && change.zxid() == zxid
                        ? new QuorumPacket.CommitAndActivate(zxid, change.leader())
                        : new QuorumPacket.Commit(zxid));
        seat.commitSent(zxid);
    }
}
