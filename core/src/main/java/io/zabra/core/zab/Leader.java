// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.zab;

import io.zabra.core.base.Now;
import io.zabra.core.election.Vote;
import io.zabra.core.feed.LearnerSeat;
import io.zabra.core.feed.LearnerSeat.Phase;
import io.zabra.core.feed.PeerLink;
import io.zabra.core.feed.Standstill;
import io.zabra.core.feed.SyncPlan;
import io.zabra.core.feed.Tutor;
import io.zabra.core.feed.Twins;
import io.zabra.core.log.Entry;
import io.zabra.core.log.Epochs;
import io.zabra.core.log.History;
import io.zabra.core.log.Proposals;
import io.zabra.core.log.Zxid;
import io.zabra.core.quorum.Membership;
import io.zabra.wire.client.OpCode;
import io.zabra.wire.quorum.Dialect;
import io.zabra.wire.quorum.QuorumPacket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/// The leader of an epoch (Apache: Leader and LearnerHandler): brings the epoch about with a quorum, brings learners up
/// to date, and commits what a quorum has on its disks. Owned by the node.
///
/// An epoch comes about in three steps, each with a quorum of every membership that counts: its number is chosen above
/// all that the members have promised to; they accept it, which proves that nobody of them knows more than this leader;
/// they take over its history. Only then is that history committed, and only then are clients served.
public final class Leader implements Role {

    private enum Stage {
        /// Learners tell which epochs they have accepted.
        CHOOSES_EPOCH,
        OFFERS_EPOCH,
        /// Learners take over the history.
        SHARES_HISTORY,
        SERVES,
        /// The members have changed, and another one leads them. Learners are told so, and go there.
        HANDS_OVER
    }

    private final long self;
    private final Members members;
    private final Succession succession;
    private final History history;
    private final Timing timing;
    private final Replica replica;
    private final PeerEffects out;
    private final Tutor tutor;
    private final SyncRounds syncs;
    private final Seats seats;
    private final Twins twins;
    private final Standstill ownDisk = new Standstill();
    private final Epochs before;
    private final long initialEnd;
    private Epochs epochs;
    private Stage stage = Stage.CHOOSES_EPOCH;
    private long epoch;
    private boolean acceptedByDisk;
    /// How many acceptances of the epoch count that have come.
    private int acceptances;
    private boolean enteredByDisk;
    private long deadlineMs;
    private long servesSinceMs;
    private long lastNumber = Zxid.COUNTER_MAX;
    private @Nullable Proposals proposals;
    private final HandOver handOver;
    private @Nullable String over;

    /// @param epochs what the disk has
    Leader(Members members, History history, Epochs epochs, Timing timing, Replica replica, PeerEffects out) {
        this.self = members.self();
        this.members = members;
        this.history = history;
        this.before = epochs;
        this.epochs = epochs;
        this.timing = timing;
        this.replica = replica;
        this.out = out;
        this.initialEnd = history.lastAppended();
        this.tutor = new Tutor(new Rights(), history, replica, out, timing.patience());
        this.syncs = new SyncRounds(self, members);
        this.seats = new Seats(self, members);
        this.twins = new Twins(
                seats::all,
                timing.tickMs(),
                (sid, first, second) -> out.event(new ZabEvent.SameId(sid, first, second)));
        this.succession = new Succession(self, members, history, seats);
        this.handOver = new HandOver(self, seats, history, timing, out);
    }

    void lastNumber(long number) {
        lastNumber = number;
    }

    /// @param sids asked from now on
    void unreachable(LongPredicate sids) {
        seats.unreachable(sids);
    }

    /// Opens the door for learners.
    void begin(Now now) {
        deadlineMs = now.monotonicMs() + timing.initMs();
        out.admitLearners(true);
        chooseEpoch(now);
    }

    /// Orders what is proposed in this epoch. Only while it serves.
    public Proposals proposals() {
        if (proposals == null) {
            throw new IllegalStateException("the epoch has not begun");
        }
        return proposals;
    }

    /// Only while it serves.
    Ensemble.Learners learners() {
        return seats.learners(syncs.pending(), servesSinceMs, proposals().sizes());
    }

    public long epoch() {
        return epoch;
    }

    /// Decides about changes of the members.
    public Succession succession() {
        return succession;
    }

    /// The answer to a `sync` of this server's own client: [Replica#synced] once it is true.
    public void sync() {
        syncs.ask(null, history.lastAppended());
    }

    /// Before a client of this server is told that its session does not exist: [Replica#confirmed] once that is true.
    public void deny(long sessionId, int timeoutMs) {
        syncs.deny(null, new QuorumPacket.Revalidate(sessionId, timeoutMs), history.lastAppended());
    }

    @Override
    public void take(PeerInput input, Now now) {
        switch (input) {
            case PeerInput.LearnerConnected(PeerLink link) -> connected(link, now);
            case PeerInput.Received(PeerLink link, QuorumPacket packet) -> received(link, packet, now);
            case PeerInput.Disconnected(PeerLink link) -> {
                LearnerSeat seat = seats.of(link);
                if (seat != null) {
                    lose(seat, seat.farewell(epoch));
                }
            }
            case PeerInput.EpochsDurable(Epochs durable) -> epochsDurable(durable, now);
            case PeerInput.LogRead(long zxid, List<Entry> entries) -> tutor.read(zxid, entries);
            case PeerInput.LeaderConnected(PeerLink late) -> late.close();
            case PeerInput.QuorumPort(boolean taken) -> over = taken ? "somebody else has its quorum port" : over;
            case PeerInput.HandOver _,
                    PeerInput.OfElection _,
                    PeerInput.LeaderUnreachable _,
                    PeerInput.SnapshotReceived _ -> {}
        }
    }

    private void connected(PeerLink link, Now now) {
        LearnerSeat surplus = tutor.surplus();
        if (surplus != null) {
            seats.remove(surplus);
            surplus.link().close();
        }
        seats.add(link, now.monotonicMs());
    }

    private void received(PeerLink link, QuorumPacket packet, Now now) {
        LearnerSeat seat = seats.of(link);
        if (seat == null) {
            return;
        }
        tutor.heard(seat, now.monotonicMs());
        switch (packet) {
            case QuorumPacket.LearnerInfo info -> introduced(seat, info, now);
            case QuorumPacket.AckEpoch ack -> epochAccepted(seat, ack, now);
            case QuorumPacket.Ack(long zxid) -> acked(seat, zxid, now);
            case QuorumPacket.PingReply(long _, List<QuorumPacket.Touch> touches) -> {
                touches.forEach(touch -> replica.touch(touch.sessionId(), touch.timeoutMs()));
                seat.pingAnswered();
                shareIfAccepted(now);
            }
            case QuorumPacket.Forward forward -> forwarded(seat, forward, now);
            case QuorumPacket.Revalidate claim -> {
                if (seat.phase() == Phase.ACTIVE && stage == Stage.SERVES && asksLittle(seat)) {
                    syncs.claimed(seat, claim, history.lastAppended(), replica);
                }
            }
            case QuorumPacket.Unknown _ -> {}
            default -> lose(seat, "it sent " + packet.getClass().getSimpleName() + ", which is for leaders to send");
        }
    }

    // --- The epoch is chosen.

    private void introduced(LearnerSeat seat, QuorumPacket.LearnerInfo info, Now now) {
        String objection = seats.objection(info, before.accepted());
        if (objection == null && twins.holds(seat, info, now.monotonicMs())) {
            return;
        }
        if (!tutor.introduce(seat, info, objection)) {
            return;
        }
        seats.returned(info.sid());
        seat.enter(Phase.WAITS_FOR_EPOCH);
        if (stage == Stage.CHOOSES_EPOCH) {
            epoch = Math.max(epoch, members.quorums().member(info.sid()) == null ? 0 : info.acceptedEpoch() + 1);
            chooseEpoch(now);
        } else if (info.acceptedEpoch() > epoch && seats.votes(seat)) {
            members.hasPromised(info.acceptedEpoch());
            over = "server " + info.sid() + " has accepted epoch " + info.acceptedEpoch();
        } else if (acceptedByDisk) {
            offerEpoch(seat);
        }
    }

    private void chooseEpoch(Now now) {
        epoch = Math.max(epoch, Math.max(before.accepted(), members.promised()) + 1);
        boolean enough = seats.quorum(seat -> seat.hasReached(Phase.WAITS_FOR_EPOCH) && isTrusted(seat), true);
        if (enough && epoch <= Epochs.LAST) {
            stage = Stage.OFFERS_EPOCH;
            deadlineMs = now.monotonicMs() + timing.initMs();
            epochs = epochs.accept(epoch);
            out.epochs(epochs);
        }
    }

    /// Who has lost its disk may have promised and known more than it tells. Before the first epoch, nobody has.
    private boolean isTrusted(LearnerSeat seat) {
        return seat.confirmed() || before.current() == 0 && stage != Stage.SERVES;
    }

    /// Learns that a voter looks for another leader, or has found one.
    void deserted(long voter) {
        over = seats.deserted(voter) ? "those who elected it look for another leader" : over;
    }

    // --- The epoch is offered, and accepted.

    private void epochsDurable(Epochs durable, Now now) {
        if (!durable.equals(epochs)) {
            return;
        }
        if (durable.current() == epoch) {
            enteredByDisk = true;
            serveIfShared(now);
        } else {
            acceptedByDisk = true;
            seats.forEach(this::offerEpoch);
            shareIfAccepted(now);
        }
    }

    /// Who has no vote has a part in it only once a quorum has accepted it: so what it promises binds nobody, and never
    /// shuts it out from a leader that others follow.
    private void offerEpoch(LearnerSeat seat) {
        if (seat.phase() != Phase.WAITS_FOR_EPOCH || stage == Stage.OFFERS_EPOCH && !seats.votes(seat)) {
            return;
        }
        seat.enter(Phase.ACCEPTS_EPOCH);
        Dialect spoken = Dialect.ZABRA.sharedWith(seat.dialect());
        if (seat.dialect().has(Dialect.NEWCOMER) && isTrusted(seat)) {
            spoken = spoken.and(Dialect.NEWCOMER);
        }
        seat.send(new QuorumPacket.LeaderInfo(epoch, QuorumPacket.PROTOCOL_VERSION, spoken));
    }

    private void epochAccepted(LearnerSeat seat, QuorumPacket.AckEpoch ack, Now now) {
        if (seat.phase() != Phase.ACCEPTS_EPOCH) {
            lose(seat, "it accepted an epoch that it was not offered");
            return;
        }
        boolean firstTime = ack.currentEpoch() != -1;
        if (ack.lastZxid() > Zxid.end(epoch) || firstTime && stage == Stage.OFFERS_EPOCH && isAhead(ack)) {
            lose(seat, "its history goes further than that of this leader");
            return;
        }
        seat.lastZxid(ack.lastZxid());
        seats.noteForgotten(seat, out);
        if (!seat.confirmed()) {
            syncs.arrived(seat);
        }
        seat.enter(Phase.ACCEPTED_EPOCH);
        if (stage != Stage.OFFERS_EPOCH) {
            seat.enter(Phase.CATCHES_UP);
        } else if (firstTime && isTrusted(seat) && !seat.observer()) {
            seat.counts(++acceptances);
            seats.confirmAcceptances(Zxid.start(epoch));
            shareIfAccepted(now);
        }
    }

    private boolean isAhead(QuorumPacket.AckEpoch ack) {
        return ack.currentEpoch() > before.current()
                || ack.currentEpoch() == before.current()
                        // The beginning of the epoch, which Apache's servers may tell of, is no record.
                        && ack.lastZxid() > Math.max(initialEnd, Zxid.start(before.current()));
    }

    private void shareIfAccepted(Now now) {
        if (stage != Stage.OFFERS_EPOCH || !acceptedByDisk || !seats.haveAccepted(acceptances)) {
            return;
        }
        stage = Stage.SHARES_HISTORY;
        deadlineMs = now.monotonicMs() + timing.initMs();
        epochs = epochs.enter(epoch);
        members.begins(epoch);
        out.epochs(epochs);
        for (LearnerSeat seat : seats) {
            if (seat.phase() == Phase.ACCEPTED_EPOCH) {
                seat.enter(Phase.CATCHES_UP);
            }
            offerEpoch(seat);
        }
    }

    // --- The history is shared.

    private void acked(LearnerSeat seat, long zxid, Now now) {
        if (zxid == Zxid.start(epoch)) {
            if (seat.phase() == Phase.ENTERS_EPOCH) {
                seat.enter(Phase.ENTERED_EPOCH);
                seat.ackedHistory();
                serveIfShared(now);
            }
            return;
        }
        if (zxid > seat.sent()) {
            lose(seat, "it acknowledged " + Zxid.text(zxid) + ", which it was not sent");
            return;
        }
        if (seat.hasReached(Phase.ENTERED_EPOCH)) {
            seat.acked(zxid);
        } else {
            // Older servers of Apache's may let it overtake the one of NEWLEADER.
            seat.ackedEarly(zxid);
        }
    }

    private void serveIfShared(Now now) {
        if (stage == Stage.SERVES) {
            return;
        }
        if (stage != Stage.SHARES_HISTORY
                || !seats.quorum(seat -> seat.hasReached(Phase.ENTERED_EPOCH), enteredByDisk)) {
            return;
        }
        stage = Stage.SERVES;
        servesSinceMs = now.monotonicMs();
        history.commit(initialEnd);
        members.established(epoch, initialEnd);
        out.event(new ZabEvent.EpochBegun(epoch, initialEnd));
        proposals = new Proposals(history, epoch);
        seats.beginEpoch(now.monotonicMs());
        replica.applyCommitted(now);
        long divergedAt = replica.divergedAt();
        if (divergedAt != 0) {
            replica.applyCommitted(now);
        }
        if (!handOver.beginForTree(divergedAt, now)) {
            replica.lead(this, epoch, now);
        }
    }

    // --- The epoch is served.

    private void forwarded(LearnerSeat seat, QuorumPacket.Forward request, Now now) {
        if (seat.phase() != Phase.ACTIVE) {
            lose(seat, "it forwarded a request before it was up to date");
        } else if (handOver.hasBegun()) {
            return; // No `sync` is answered either: writes that came before it would be missing.
        } else if (request.op() == OpCode.SYNC.number() && asksLittle(seat)) {
            syncs.ask(seat, history.lastAppended());
        } else if (stage == Stage.SERVES) {
            replica.forwarded(seat, request, now);
        }
    }

    /// Ends the connection of one that asks and takes no answers.
    private boolean asksLittle(LearnerSeat seat) {
        if (seat.overreaches()) {
            lose(seat, "it asks more than it takes answers for");
        }
        return !seat.overreaches();
    }

    /// Takes no more requests, and ends as soon as the best of the followers has all that was proposed. False, and
    /// nothing changes, if nobody could take over, or it was told so before. From now on nothing must be proposed.
    boolean handOver(Now now) {
        return stage == Stage.SERVES && !handOver.hasBegun() && handOver.begin(now);
    }

    /// Who shall lead next; null if that is for an election to find.
    @Nullable
    Vote heir() {
        return handOver.vote(epoch);
    }

    /// Others may have been faster: what is committed already can be applied now.
    @Override
    public void durable(Now now) {
        if (stage == Stage.SERVES) {
            replica.applyCommitted(now);
        }
    }

    /// Commits what a quorum has, and sends everybody what is new.
    @Override
    public void flush(Now now) {
        twins.due(now.monotonicMs()).forEach(learner -> introduced(learner.seat(), learner.info(), now));
        if (stage == Stage.SERVES) {
            commit(now);
            syncs.poll(seats, proposals().lastProposed());
        }
        tutor.begin(this::isTrusted);
        tutor.feed();
        if (stage == Stage.SERVES) {
            syncs.answer(history, replica, tutor::feed, now);
            if (Zxid.counter(proposals().lastProposed()) >= lastNumber) {
                over = "the numbers of the epoch are used up";
            }
        }
        if (stage == Stage.HANDS_OVER && seats.count(seat -> members.committed().isVoter(seat.sid())) == 0) {
            over = "the members have changed";
        }
        over = over == null ? handOver.over(now.monotonicMs()) : over;
    }

    private void commit(Now now) {
        long best = succession.committable(seats.committable(history.committed(), history.lastDurable()));
        if (best > history.committed()) {
            history.commit(best);
            replica.applyCommitted(now);
        }
    }

    @Override
    public void tick(Now now) {
        long nowMs = now.monotonicMs();
        if (tutor.tick(nowMs)) {
            // A long snapshot is no reason to begin anew.
            deadlineMs = Math.max(deadlineMs, nowMs + timing.initMs());
        }
        for (LearnerSeat seat : seats.copy()) {
            if (seat.phase() == Phase.ACTIVE && !seat.observer() && seat.stalledMs(nowMs) > timing.syncMs()) {
                lose(seat, "it has acknowledged nothing for " + seat.stalledMs(nowMs) + " ms");
            }
        }
        if (stage.compareTo(Stage.SERVES) < 0 && seats.areWaitedForInVain(timing.tickMs(), nowMs)) {
            over = "those who could follow it look for another leader, or cannot be reached";
        }
        if (stage != Stage.SERVES) {
            if (nowMs > deadlineMs) {
                over = epoch > Epochs.LAST ? Epochs.USED_UP : "no quorum in time (" + stage + ")";
            }
            return;
        }
        if (handOver.seeks()) {
            // Nobody answers before UPTODATE.
            seats.beginEpoch(nowMs);
            if (handOver.seeksInVain(now)) {
                replica.lead(this, epoch, now);
            }
        }
        String alone = seats.reasonToEnd(timing, nowMs);
        String trouble = ownDisk.reasonToEnd(history, nowMs, timing.syncMs());
        over = trouble != null ? trouble : alone != null ? alone : over;
    }

    /// Steps back if it cannot lead the new members. Their voters end their connections themselves: what they were sent
    /// before is then not lost with it. Nobody waits for others: they find the next leader without that.
    @Override
    public void membersChanged(Now now) {
        if (!succession.leads()) {
            stage = Stage.HANDS_OVER;
            deadlineMs = now.monotonicMs() + timing.syncMs();
            replica.retire(now.monotonicMs(), now);
            out.event(ZabEvent.HandsOver.to(succession.successor()));
        }
    }

    @Override
    public long inTouchMs() {
        return seats.quorumSeenMs();
    }

    @Override
    public @Nullable Vote successor() {
        return stage == Stage.HANDS_OVER ? succession.successor() : null;
    }

    @Override
    public @Nullable String over() {
        return over;
    }

    @Override
    public boolean awaitsDisk() {
        return stage != Stage.CHOOSES_EPOCH && !(stage == Stage.OFFERS_EPOCH ? acceptedByDisk : enteredByDisk);
    }

    @Override
    public long served() {
        return stage == Stage.SERVES && !handOver.seeks() ? epoch : NONE;
    }

    @Override
    public long keeps() {
        return Long.MAX_VALUE;
    }

    @Override
    public void end() {
        out.admitLearners(false);
        seats.forEach(seat -> seat.link().close());
        seats.clear();
        if (stage == Stage.SERVES || epoch > Epochs.LAST) {
            out.event(new ZabEvent.LeadershipLost(epoch, over == null ? "another role begins" : over));
        }
    }

    private void lose(LearnerSeat seat, String reason) {
        seats.remove(seat);
        syncs.forget(seat);
        seat.link().close();
        out.event(new ZabEvent.LearnerLost(seat.sid(), reason));
    }

    /// What learners get of a leader.
    private final class Rights implements Tutor.Rights {

        @Override
        public List<LearnerSeat> seats() {
            return seats.all();
        }

        @Override
        public long epoch() {
            return epoch;
        }

        /// While the epoch comes about, all that it begins with counts as committed: it will be before anybody is
        /// served.
        @Override
        public long committed() {
            return hasBegun() ? history.committed() : initialEnd;
        }

        @Override
        public boolean established() {
            return hasBegun() && !handOver.seeks();
        }

        private boolean hasBegun() {
            return stage.compareTo(Stage.SERVES) >= 0;
        }

        @Override
        public boolean delays(LearnerSeat seat) {
            return true;
        }

        @Override
        public boolean votes(LearnerSeat seat) {
            return seats.votes(seat);
        }

        /// What was proposed before this epoch is completed with it. What comes later, learners get as any record.
        @Override
        public byte[] members() {
            Membership told = hasBegun() ? members.decided() : members.newest();
            return told.text().getBytes(StandardCharsets.UTF_8);
        }

        @Override
        public @Nullable Vote change() {
            return succession.successor();
        }

        @Override
        public void synced(LearnerSeat seat, SyncPlan plan) {
            out.event(new ZabEvent.LearnerSynced(seat.sid(), seat.observer(), plan));
            members.follows(seat.sid(), self);
        }

        @Override
        public void lose(LearnerSeat seat, String reason) {
            Leader.this.lose(seat, reason);
        }
    }
}
