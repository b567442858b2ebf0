// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.feed;

import io.zabra.core.election.Vote;
import io.zabra.core.feed.LearnerSeat.Phase;
import io.zabra.core.log.Entry;
import io.zabra.core.log.History;
import io.zabra.core.log.Journal;
import io.zabra.core.log.Zxid;
import io.zabra.wire.quorum.Dialect;
import io.zabra.wire.quorum.QuorumPacket;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// What a server does for all that learn from it, be it their leader or a follower (Apache: LearnerHandler): lets them
/// in, brings them up to date, tells them that they are, and gives up those that are silent. Owned by the server's
/// role, which decides ([Rights]).
public final class Tutor {

    /// What differs between those that others learn from.
    public interface Rights {

        /// The learners that are here now, in the order in which they came; only to look at.
        List<LearnerSeat> seats();

        long epoch();

        /// Up to here records are committed, or belong to the history that the epoch begins with.
        long committed();

        /// Whether the epoch stands: who has taken over its history may serve clients.
        boolean established();

        /// Whether a learner that waits to be brought up to date does so for reasons that lie here.
        boolean delays(LearnerSeat seat);

        /// Whether the server of the learner votes: what it lacks is not to wait for others.
        boolean votes(LearnerSeat seat);

        /// The members, as a learner is told them at the end of the history.
        byte[] members();

        /// Who leads after the last change of members that is committed; null if nobody was named.
        @Nullable
        Vote change();

        /// Learns that a learner is up to date.
        void synced(LearnerSeat seat, SyncPlan plan);

        /// Ends the connection of a learner.
        ///
        /// @param reason a phrase
        void lose(LearnerSeat seat, String reason);
    }

    /// For how long learners may be silent, and when they hear of this server, in milliseconds.
    ///
    /// @param joiningMs while they are brought up to date
    /// @param activeMs afterwards
    /// @param pingMs between two pings
    public record Patience(int joiningMs, int activeMs, int pingMs) {}

    /// Learners without a vote that get a snapshot at a time. Others of these wait.
    private static final int SNAPSHOTS_MAX = 4;

    /// Connections that have not told whose they are.
    private static final int UNKNOWN_MAX = 64;

    private final Rights rights;
    private final History history;
    private final Replication replication;
    private final Patience patience;
    private long nextPingMs;

    public Tutor(Rights rights, History history, SnapshotSource source, Journal journal, Patience patience) {
        this.rights = rights;
        this.history = history;
        this.replication = new Replication(history, source, journal);
        this.patience = patience;
    }

    /// Which connection has to make room for another: the oldest of those that have not told whose they are, if there
    /// are many; null if none has to. Who belongs here tells at once.
    public @Nullable LearnerSeat surplus() {
        LearnerSeat oldest = null;
        int count = 0;
        for (LearnerSeat seat : rights.seats()) {
            if (seat.phase() == Phase.CONNECTED) {
                oldest = oldest == null ? seat : oldest;
                count++;
            }
        }
        return count < UNKNOWN_MAX ? null : oldest;
    }

    /// Something has come from a learner. Only who has told whose it is gets more time by that.
    public void heard(LearnerSeat seat, long nowMs) {
        if (seat.phase() != Phase.CONNECTED) {
            seat.heard(nowMs);
        }
    }

    /// Takes what a learner says of itself; false if that is the end of its connection. It has no other one then.
    ///
    /// @param objection why it must not come, as a phrase; null if it may
    public boolean introduce(LearnerSeat seat, QuorumPacket.LearnerInfo info, @Nullable String objection) {
        if (seat.phase() != Phase.CONNECTED) {
            rights.lose(seat, "it introduced itself twice");
            return false;
        }
        seat.introduce(info);
        if (objection != null) {
            rights.lose(seat, objection);
            return false;
        }
        for (LearnerSeat other : List.copyOf(rights.seats())) {
            if (other != seat && other.sid() == info.sid()) {
                rights.lose(other, "it has connected anew");
            }
        }
        return true;
    }

    /// Begins to bring those up to date who wait for it and may come, voters first.
    public void begin(Predicate<LearnerSeat> may) {
        for (boolean observers : new boolean[] {false, true}) {
            for (LearnerSeat seat : rights.seats()) {
                if (seat.waits() && seat.observer() == observers && may.test(seat)) {
                    replication.begin(
                            seat, rights.committed(), rights.votes(seat) || snapshotsUnderWay() < SNAPSHOTS_MAX);
                }
            }
        }
    }

    private int snapshotsUnderWay() {
        int count = 0;
        for (LearnerSeat seat : rights.seats()) {
            boolean gets = seat.plan() instanceof SyncPlan.Snapshot && !seat.hasReached(Phase.ENTERED_EPOCH);
            count += gets && !rights.votes(seat) ? 1 : 0;
        }
        return count;
    }

    /// Sends all what is new to them.
    public void feed() {
        for (LearnerSeat seat : rights.seats()) {
            if (seat.hasReached(Phase.CATCHES_UP) && !seat.waits()) {
                feed(seat);
            }
        }
    }

    /// Sends one learner what is new to it.
    public void feed(LearnerSeat seat) {
        long committed = seat.tellable(rights.committed());
        long last = seat.observer() ? committed : history.lastAppended();
        boolean all = replication.feed(seat, last, committed, rights.change());
        if (all && seat.phase() == Phase.CATCHES_UP) {
            seat.historyIsSent();
            seat.enter(Phase.ENTERS_EPOCH);
            seat.send(new QuorumPacket.NewLeader(Zxid.start(rights.epoch()), rights.members()));
        }
        if (rights.established() && seat.phase() == Phase.ENTERED_EPOCH) {
            seat.enter(Phase.ACTIVE);
            seat.send(new QuorumPacket.UpToDate());
            SyncPlan plan = seat.plan();
            if (plan != null) {
                rights.synced(seat, plan);
            }
        }
    }

    /// Passes on what the disk was asked for.
    public void read(long zxid, List<Entry> entries) {
        for (LearnerSeat seat : List.copyOf(rights.seats())) {
            if (seat.reading()
                    && seat.sent() == zxid
                    && !replication.read(seat, entries, seat.tellable(rights.committed()))) {
                // Else the same would be tried again as soon as it comes back.
                history.forgetBeginning();
                rights.lose(seat, "the log does not reach back to " + Zxid.text(zxid) + " any more");
            }
        }
    }

    /// Time has passed. True if one of them has got more of what it lacks.
    public boolean tick(long nowMs) {
        boolean progress = false;
        for (LearnerSeat seat : List.copyOf(rights.seats())) {
            boolean progresses = !seat.waits() && seat.progresses();
            progress |= progresses;
            if (progresses || seat.waits() && rights.delays(seat)) {
                seat.heard(nowMs);
            }
            int silenceMsMax = seat.phase() == Phase.ACTIVE ? patience.activeMs() : patience.joiningMs();
            if (nowMs - seat.heardMs() > silenceMsMax) {
                rights.lose(seat, "it has been silent for " + (nowMs - seat.heardMs()) + " ms");
            }
        }
        if (nowMs >= nextPingMs) {
            nextPingMs = nowMs + patience.pingMs();
            rights.seats().forEach(this::ping);
        }
        return progress;
    }

    private void ping(LearnerSeat seat) {
        long zxid = Math.max(history.lastAppended(), Zxid.start(rights.epoch()));
        if (seat.phase() == Phase.ACTIVE || seat.waits() && !seat.dialect().equals(Dialect.APACHE)) {
            seat.ping(zxid);
        } else if (seat.hasReached(Phase.ENTERS_EPOCH)) {
            // Nobody answers before UPTODATE, but they know that they are not forgotten.
            seat.send(new QuorumPacket.Ping(zxid));
        }
    }
}
