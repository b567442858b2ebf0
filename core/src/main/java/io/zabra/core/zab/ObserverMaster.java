// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.zab;

import io.zabra.core.base.Now;
import io.zabra.core.election.Vote;
import io.zabra.core.feed.LearnerSeat;
import io.zabra.core.feed.LearnerSeat.Phase;
import io.zabra.core.feed.PeerLink;
import io.zabra.core.feed.SyncPlan;
import io.zabra.core.feed.Tutor;
import io.zabra.core.log.Entry;
import io.zabra.core.log.History;
import io.zabra.core.log.Zxid;
import io.zabra.wire.quorum.Dialect;
import io.zabra.wire.quorum.QuorumPacket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Serves observers in place of the leader, while this server follows it (Apache: ObserverMaster). Owned by the
/// learner.
///
/// Observers get what is committed, from this server's own log and tree. What their clients ask for goes to the leader
/// by this server's own connection ([Uplink]): to the leader they are its clients. Nobody asks them for anything, so
/// whatever they do delays no commit.
final class ObserverMaster {

    private static final int GUESTS_MAX = 1_024;

    private final Members members;
    private final History history;
    private final Replica replica;
    private final PeerEffects out;
    private final Uplink uplink;
    private final Tutor tutor;
    private final List<Guest> guests = new ArrayList<>();
    private boolean open;
    private long epoch;
    private @Nullable Vote successor;

    ObserverMaster(Members members, History history, Timing timing, Replica replica, PeerEffects out, Uplink uplink) {
        this.members = members;
        this.history = history;
        this.replica = replica;
        this.out = out;
        this.uplink = uplink;
        this.tutor = new Tutor(new Rights(), history, replica, out, timing.patience());
    }

    /// Lets observers come: this server serves as a follower in this epoch.
    void begin(long newEpoch) {
        epoch = newEpoch;
        open = true;
        out.admitObservers(true);
    }

    /// Observers that are up to date.
    int active() {
        int count = 0;
        for (Guest guest : guests) {
            count += guest.isActive() ? 1 : 0;
        }
        return count;
    }

    void take(PeerInput input, Now now) {
        switch (input) {
            case PeerInput.LearnerConnected(PeerLink link) -> {
                LearnerSeat surplus = tutor.surplus();
                if (surplus != null) {
                    guests.removeIf(guest -> guest.seat() == surplus);
                    surplus.link().close();
                }
                if (open && guests.size() < GUESTS_MAX) {
                    guests.add(new Guest(link, now.monotonicMs()));
                } else {
                    link.close();
                }
            }
            case PeerInput.Received(PeerLink link, QuorumPacket packet) -> {
                Guest guest = of(link);
                if (guest != null) {
                    tutor.heard(guest.seat(), now.monotonicMs());
                    received(guest, packet);
                }
            }
            case PeerInput.Disconnected(PeerLink link) -> {
                Guest guest = of(link);
                if (guest != null) {
                    lose(guest.seat(), "the connection is gone");
                }
            }
            case PeerInput.LogRead(long zxid, List<Entry> entries) -> tutor.read(zxid, entries);
            case PeerInput.EpochsDurable _,
                    PeerInput.HandOver _,
                    PeerInput.OfElection _,
                    PeerInput.LeaderConnected _,
                    PeerInput.LeaderUnreachable _,
                    PeerInput.QuorumPort _,
                    PeerInput.SnapshotReceived _ -> {}
        }
    }

    private @Nullable Guest of(PeerLink link) {
        for (Guest guest : guests) {
            if (guest.seat().link() == link) {
                return guest;
            }
        }
        return null;
    }

    private void received(Guest guest, QuorumPacket packet) {
        LearnerSeat seat = guest.seat();
        switch (packet) {
            case QuorumPacket.LearnerInfo info -> introduced(guest, info);
            case QuorumPacket.AckEpoch ack -> accepted(guest, ack);
            case QuorumPacket.Ack(long zxid) -> {
                if (zxid == Zxid.start(epoch) && seat.phase() == Phase.ENTERS_EPOCH) {
                    seat.enter(Phase.ENTERED_EPOCH);
                }
            }
            case QuorumPacket.PingReply(long _, List<QuorumPacket.Touch> touches) ->
                touches.forEach(touch -> replica.touch(touch.sessionId(), touch.timeoutMs()));
            case QuorumPacket.Forward request -> forwarded(guest, request);
            case QuorumPacket.Revalidate claim -> {
                if (!guest.isActive()) {
                    lose(guest.seat(), "it claimed a session before it was up to date");
                } else if (!uplink.claim(guest, claim)) {
                    lose(guest.seat(), "too many sessions are claimed");
                }
            }
            case QuorumPacket.Unknown _ -> {}
            default ->
                lose(
                        guest.seat(),
                        "it sent " + packet.getClass().getSimpleName() + ", which is not for observers to send");
        }
    }

    private void introduced(Guest guest, QuorumPacket.LearnerInfo info) {
        LearnerSeat seat = guest.seat();
        String objection = members.objection(info);
        if (!info.observer()) {
            objection = "it does not observe, and this server does not lead";
        } else if (info.acceptedEpoch() > epoch) {
            objection = "it has accepted epoch " + info.acceptedEpoch();
        }
        if (!tutor.introduce(seat, info, objection)) {
            return;
        }
        seat.enter(Phase.ACCEPTS_EPOCH);
        Dialect spoken = Dialect.ZABRA.sharedWith(info.dialect());
        seat.send(new QuorumPacket.LeaderInfo(epoch, QuorumPacket.PROTOCOL_VERSION, spoken));
    }

    private void accepted(Guest guest, QuorumPacket.AckEpoch ack) {
        LearnerSeat seat = guest.seat();
        if (seat.phase() != Phase.ACCEPTS_EPOCH) {
            lose(guest.seat(), "it accepted an epoch that it was not offered");
            return;
        }
        if (ack.lastZxid() > Zxid.end(epoch)) {
            lose(seat, "its history goes further than that of the leader");
            return;
        }
        seat.lastZxid(ack.lastZxid());
        seat.enter(Phase.CATCHES_UP);
    }

    private void forwarded(Guest guest, QuorumPacket.Forward request) {
        if (!guest.isActive()) {
            lose(guest.seat(), "it forwarded a request before it was up to date");
        } else if (!guest.holds()) {
            passOn(guest, request);
        } else if (!guest.hold(request)) {
            lose(guest.seat(), "more requests wait for the answer to a sync than fit into memory");
        }
    }

    private void passOn(Guest guest, QuorumPacket.Forward request) {
        if (!uplink.forward(guest, request)) {
            lose(guest.seat(), "it sent too many requests of a session that has moved");
        }
    }

    /// Sends everybody what is new.
    ///
    /// @param change who leads after the change of members that is the last one; null if nobody was named
    void flush(@Nullable Vote change) {
        if (guests.isEmpty()) {
            return;
        }
        successor = change;
        tutor.begin(seat -> !isAhead(seat));
        tutor.feed();
        for (Guest guest : guests) {
            guest.tellAnswers();
            QuorumPacket.Forward released = guest.release();
            while (released != null) {
                passOn(guest, released);
                released = guest.release();
            }
        }
    }

    /// Whether it has more of this epoch than this server knows to be committed. It was another server's before, and
    /// that was faster: what it has, this server will get.
    private boolean isAhead(LearnerSeat seat) {
        return Zxid.epoch(seat.lastZxid()) == epoch && seat.lastZxid() > history.committed();
    }

    void tick(Now now) {
        tutor.tick(now.monotonicMs());
    }

    /// Lets go of all observers: they find another server to learn from.
    void end() {
        if (open) {
            out.admitObservers(false);
        }
        open = false;
        guests.forEach(guest -> guest.seat().link().close());
        guests.clear();
    }

    private void lose(LearnerSeat seat, String reason) {
        guests.removeIf(guest -> guest.seat() == seat);
        seat.link().close();
        out.event(new ZabEvent.LearnerLost(seat.sid(), reason));
    }

    /// What observers get of a follower.
    private final class Rights implements Tutor.Rights {

        @Override
        public List<LearnerSeat> seats() {
            return guests.stream().map(Guest::seat).toList();
        }

        @Override
        public long epoch() {
            return epoch;
        }

        @Override
        public long committed() {
            return history.committed();
        }

        @Override
        public boolean established() {
            return true;
        }

        @Override
        public boolean delays(LearnerSeat seat) {
            return !isAhead(seat);
        }

        @Override
        public boolean votes(LearnerSeat seat) {
            return false;
        }

        @Override
        public byte[] members() {
            return members.committed().text().getBytes(StandardCharsets.UTF_8);
        }

        @Override
        public @Nullable Vote change() {
            return successor;
        }

        @Override
        public void synced(LearnerSeat seat, SyncPlan plan) {
            out.event(new ZabEvent.LearnerSynced(seat.sid(), true, plan));
        }

        @Override
        public void lose(LearnerSeat seat, String reason) {
            ObserverMaster.this.lose(seat, reason);
        }
    }
}
