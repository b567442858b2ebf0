// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.feed;

import io.zabra.wire.quorum.Dialect;
import io.zabra.wire.quorum.QuorumPacket;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/// One learner as the server sees it that it learns from: its leader, or a follower (Apache: LearnerHandler). Gone
/// with that server's role.
///
/// What a learner is sent is a cursor in the server's log, not a queue of its own: who is slow costs nothing and
/// catches up from the log.
public final class LearnerSeat {

    /// How far the learner has come.
    public enum Phase {
        /// Connected, and has said nothing.
        CONNECTED,
        /// Waits for the epoch to be decided.
        WAITS_FOR_EPOCH,
        /// Has been told the epoch, and has to accept it.
        ACCEPTS_EPOCH,
        /// Has accepted the epoch, and waits until a quorum has.
        ACCEPTED_EPOCH,
        /// Gets what it lacks of the leader's history.
        CATCHES_UP,
        /// Has been sent NEWLEADER, and has to make all of it durable.
        ENTERS_EPOCH,
        /// Has the leader's initial history on its disk.
        ENTERED_EPOCH,
        /// Serves clients.
        ACTIVE
    }

    /// What it may ask before it gets the first answer.
    private static final int QUESTIONS_MAX = 100_000;

    /// What may wait to be sent to it when it asks: more than it is sent of its own accord.
    private static final long ANSWERS_BYTES_MAX = 2 * PeerLink.UNSENT_BYTES_MAX;

    private final PeerLink link;
    private int questions;
    private Phase phase = Phase.CONNECTED;
    private long sid = -1;
    private boolean observer;
    private long promised;
    private Dialect dialect = Dialect.APACHE;
    private long lastZxid;
    private @Nullable SyncPlan plan;
    private long sent;
    private long commitSent;
    private long historySent;
    private long passed;
    private long acked = -1;
    private long ackedEarly = -1;
    private final Standstill disk = new Standstill();
    private int acceptance;
    private boolean confirmed;
    private boolean reading;
    private long heardMs;
    private long pingsSent;
    private long pingsAnswered;
    private final ArrayDeque<Long> syncs = new ArrayDeque<>();

    public LearnerSeat(PeerLink link, long nowMs) {
        this.link = link;
        this.heardMs = nowMs;
    }

    public PeerLink link() {
        return link;
    }

    public void send(QuorumPacket packet) {
        link.send(packet);
    }

    public Phase phase() {
        return phase;
    }

    public void enter(Phase next) {
        phase = next;
    }

    public boolean hasReached(Phase least) {
        return phase.compareTo(least) >= 0;
    }

    /// Its server's id; -1 before it has told.
    public long sid() {
        return sid;
    }

    public boolean observer() {
        return observer;
    }

    /// What it can do beyond Apache's protocol.
    public Dialect dialect() {
        return dialect;
    }

    public void introduce(QuorumPacket.LearnerInfo info) {
        sid = info.sid();
        observer = info.observer();
        dialect = info.dialect();
        promised = info.acceptedEpoch();
    }

    /// Why its connection ends when it ends that itself, as a phrase.
    ///
    /// @param epoch that it was offered
    public String farewell(long epoch) {
        return promised > epoch
                ? "it has accepted epoch " + promised + ", and cannot come before there is a later one"
                : "the connection is gone";
    }

    /// The last record that it had when it came.
    public long lastZxid() {
        return lastZxid;
    }

    public void lastZxid(long zxid) {
        lastZxid = zxid;
    }

    /// Whether it has not got anything yet of what it lacks.
    public boolean waits() {
        return phase == Phase.CATCHES_UP && plan == null;
    }

    public @Nullable SyncPlan plan() {
        return plan;
    }

    /// Begins to send what follows the record `from`, of which it knows that `committed` is committed.
    public void begin(SyncPlan chosen, long from, long committed) {
        plan = chosen;
        sent = from;
        commitSent = committed;
    }

    /// Its acceptance of the epoch counts, as the one with this number, from 1. Only those count that were given for
    /// the first time: they prove that it knows no more than the leader. From now on until it gets what it lacks, it is
    /// sent a [#ping] for this acceptance and for each that comes later, and no other.
    public void counts(int number) {
        acceptance = number;
    }

    public boolean hasAccepted() {
        return acceptance > 0;
    }

    /// Whether its acceptance counts and is one of the first `count`, and it has confirmed it after the last of these
    /// came. Apache's learners cannot be asked.
    public boolean hasConfirmed(int count) {
        boolean counts = acceptance > 0 && acceptance <= count;
        return counts && (dialect.equals(Dialect.APACHE) || acceptance + pingsAnswered > count);
    }

    /// Whether it can be relied on. Who has nothing may have promised an epoch and not know it any more. What it is
    /// given counts if a quorum of others was in this epoch after it came: then that promise came to nothing.
    public boolean confirmed() {
        return confirmed || !dialect.has(Dialect.NEWCOMER);
    }

    public void confirm() {
        confirmed = true;
    }

    /// All that stands before NEWLEADER is sent. What of it is not committed, it acknowledges one by one later:
    /// Apache's followers have that in memory only when they acknowledge NEWLEADER.
    public void historyIsSent() {
        historySent = Math.min(sent, commitSent);
    }

    /// The last record that was sent.
    public long sent() {
        return sent;
    }

    public void sent(long zxid) {
        sent = zxid;
    }

    /// Up to here it was told that records are committed.
    public long commitSent() {
        return commitSent;
    }

    public void commitSent(long zxid) {
        commitSent = zxid;
    }

    /// Up to here it has records on its disk, as far as it has said so; -1 before it has entered the epoch.
    public long acked() {
        return acked;
    }

    public void acked(long zxid) {
        acked = Math.max(acked, zxid);
    }

    /// An acknowledgement that came before that of NEWLEADER; it counts once that has come.
    public void ackedEarly(long zxid) {
        ackedEarly = Math.max(ackedEarly, zxid);
    }

    /// It has all that was sent before NEWLEADER and committed.
    public void ackedHistory() {
        acked(Math.max(historySent, ackedEarly));
    }

    /// Whether it has got any more of what it lacks since the last call.
    public boolean progresses() {
        long before = passed;
        passed = (phase == Phase.CATCHES_UP ? sent : 0) + link.snapshotBytes();
        return passed != before && !hasReached(Phase.ENTERED_EPOCH);
    }

    /// For how long it has made nothing durable of what it was sent; 0 if nothing is left.
    public long stalledMs(long nowMs) {
        return disk.ms(acked, sent, nowMs);
    }

    /// Whether the disk is being asked for what comes next.
    public boolean reading() {
        return reading;
    }

    public void reading(boolean now) {
        reading = now;
    }

    /// When it was last heard of, on the monotonic clock.
    public long heardMs() {
        return heardMs;
    }

    public void heard(long nowMs) {
        heardMs = nowMs;
    }

    /// It asks for something that is answered later.
    public void asks() {
        questions++;
    }

    /// The same has got its answer.
    public void isAnswered() {
        questions--;
    }

    /// Whether it asks for more than it takes answers for.
    public boolean overreaches() {
        return questions >= QUESTIONS_MAX || link.unsentBytes() > ANSWERS_BYTES_MAX;
    }

    /// Its client asked for a `sync` when `lastProposed` was the last proposal.
    public void syncAsked(long lastProposed) {
        syncs.add(lastProposed);
    }

    /// The oldest `sync` is answered.
    public void syncAnswered() {
        syncs.remove();
    }

    /// What it may be told to be committed. Apache's learners wait for the outcome of what they forward in the order in
    /// which they forwarded it: the commit of a write must not overtake the answer to a `sync` that came before it.
    public long tellable(long committed) {
        Long held = syncs.peek();
        return held == null || !dialect.equals(Dialect.APACHE) ? committed : Math.min(held, committed);
    }

    /// Pings are answered in order, one by one, hence counting tells which.
    public long pingsSent() {
        return pingsSent;
    }

    public void ping(long lastProposed) {
        pingsSent++;
        link.send(new QuorumPacket.Ping(lastProposed));
    }

    public long pingsAnswered() {
        return pingsAnswered;
    }

    public void pingAnswered() {
        pingsAnswered += pingsAnswered < pingsSent ? 1 : 0;
    }
}
