// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.zab;

import io.zabra.core.base.Now;
import io.zabra.core.election.Vote;
import io.zabra.core.feed.LearnerSeat;
import io.zabra.core.feed.LearnerSeat.Phase;
import io.zabra.core.feed.PeerLink;
import io.zabra.core.feed.Replication;
import io.zabra.core.feed.SyncPlan;
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

    /// Observers that get a snapshot at a time. Others wait.
    private static final int SNAPSHOTS_MAX = 4;

    private static final int GUESTS_MAX = 1_024;

    private final Members members;
    private final History history;
    private final Timing timing;
    private final Replica replica;
    private final PeerEffects out;
    private final Uplink uplink;
    private final Replication replication;
    private final List<Guest> guests = new ArrayList<>();
    private boolean open;
    private long epoch;
    private long nextPingMs;

    ObserverMaster(Members members, History history, Timing timing, Replica replica, PeerEffects out, Uplink uplink) {
        this.members = members;
        this.history = history;
        this.timing = timing;
        this.replica = replica;
        this.out = out;
        this.uplink = uplink;
        this.replication = new Replication(history, replica, out);
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
                if (open && guests.size() < GUESTS_MAX) {
                    guests.add(new Guest(link, now.monotonicMs()));
                } else {
                    link.close();
                }
            }
            case PeerInput.Received(PeerLink link, QuorumPacket packet) -> {
                Guest guest = of(link);
                if (guest != null) {
                    guest.seat().heard(now.monotonicMs());
                    received(guest, packet);
                }
            }
            case PeerInput.Disconnected(PeerLink link) -> {
                Guest guest = of(link);
                if (guest != null) {
                    lose(guest, "the connection is gone");
                }
            }
            case PeerInput.LogRead(long zxid, List<Entry> entries) -> read(zxid, entries);
            case PeerInput.EpochsDurable _,
                    PeerInput.HandOver _,
                    PeerInput.Heard _,
                    PeerInput.LeaderConnected _,
                    PeerInput.LeaderUnreachable _,
                    PeerInput.SnapshotReceived _,
                    PeerInput.Unreachable _ -> {}
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
                    lose(guest, "it claimed a session before it was up to date");
                } else if (!uplink.claim(guest, claim)) {
                    lose(guest, "too many sessions are claimed");
                }
            }
            case QuorumPacket.Unknown _ -> {}
            default ->
                lose(guest, "it sent " + packet.getClass().getSimpleName() + ", which is not for observers to send");
        }
    }

    private void introduced(Guest guest, QuorumPacket.LearnerInfo info) {
        LearnerSeat seat = guest.seat();
        String objection = members.objection(info);
        if (seat.phase() != Phase.CONNECTED) {
            objection = "it introduced itself twice";
        } else if (!info.observer()) {
            objection = "it does not observe, and this server does not lead";
        } else if (info.acceptedEpoch() > epoch) {
            objection = "it has accepted epoch " + info.acceptedEpoch();
        }
        seat.introduce(info.sid(), true, info.dialect());
        if (objection != null) {
            lose(guest, objection);
            return;
        }
        for (Guest other : List.copyOf(guests)) {
            if (other != guest && other.seat().sid() == info.sid()) {
                lose(other, "it has connected anew");
            }
        }
        seat.enter(Phase.ACCEPTS_EPOCH);
        Dialect spoken = Dialect.ZABRA.sharedWith(info.dialect());
        seat.send(new QuorumPacket.LeaderInfo(epoch, QuorumPacket.PROTOCOL_VERSION, spoken));
    }

    private void accepted(Guest guest, QuorumPacket.AckEpoch ack) {
        LearnerSeat seat = guest.seat();
        if (seat.phase() != Phase.ACCEPTS_EPOCH) {
            lose(guest, "it accepted an epoch that it was not offered");
            return;
        }
        seat.lastZxid(ack.lastZxid());
        seat.enter(Phase.CATCHES_UP);
    }

    private void forwarded(Guest guest, QuorumPacket.Forward request) {
        if (!guest.isActive()) {
            lose(guest, "it forwarded a request before it was up to date");
        } else if (!guest.holds()) {
            uplink.forward(guest, request);
        } else if (!guest.hold(request)) {
            lose(guest, "more requests wait for the answer to a sync than fit into memory");
        }
    }

    /// Sends everybody what is new.
    ///
    /// @param change who leads after the change of members that is the last one; null if nobody was named
    void flush(@Nullable Vote change) {
        for (Guest guest : guests) {
            LearnerSeat seat = guest.seat();
            if (seat.waits() && !isAhead(seat)) {
                replication.begin(seat, history.committed(), snapshotsUnderWay() < SNAPSHOTS_MAX);
            }
            if (seat.hasReached(Phase.CATCHES_UP) && !seat.waits()) {
                feed(guest, change);
            }
        }
    }

    /// Whether it has more of this epoch than this server knows to be committed. It was another server's before, and
    /// that was faster: what it has, this server will get.
    private boolean isAhead(LearnerSeat seat) {
        return Zxid.epoch(seat.lastZxid()) == epoch && seat.lastZxid() > history.committed();
    }

    private int snapshotsUnderWay() {
        int count = 0;
        for (Guest guest : guests) {
            LearnerSeat seat = guest.seat();
            count += seat.plan() instanceof SyncPlan.Snapshot && !seat.hasReached(Phase.ENTERED_EPOCH) ? 1 : 0;
        }
        return count;
    }

    private void feed(Guest guest, @Nullable Vote change) {
        LearnerSeat seat = guest.seat();
        boolean all = replication.feed(seat, history.committed(), history.committed(), change);
        if (all && seat.phase() == Phase.CATCHES_UP) {
            seat.enter(Phase.ENTERS_EPOCH);
            byte[] config = members.committed().text().getBytes(StandardCharsets.UTF_8);
            seat.send(new QuorumPacket.NewLeader(Zxid.start(epoch), config));
        }
        if (seat.phase() == Phase.ENTERED_EPOCH) {
            seat.enter(Phase.ACTIVE);
            seat.send(new QuorumPacket.UpToDate());
            SyncPlan plan = seat.plan();
            if (plan != null) {
                out.event(new ZabEvent.LearnerSynced(seat.sid(), true, plan));
            }
        }
        guest.tellAnswers();
        QuorumPacket.Forward released = guest.release();
        while (released != null) {
            uplink.forward(guest, released);
            released = guest.release();
        }
    }

    private void read(long zxid, List<Entry> entries) {
        for (Guest guest : List.copyOf(guests)) {
            LearnerSeat seat = guest.seat();
            if (seat.reading() && seat.sent() == zxid && !replication.read(seat, entries, history.committed())) {
                // Else the same would be tried again as soon as it comes back.
                history.forgetBeginning();
                lose(guest, "the log does not reach back to " + Zxid.text(zxid) + " any more");
            }
        }
    }

    void tick(Now now) {
        long nowMs = now.monotonicMs();
        for (Guest guest : List.copyOf(guests)) {
            LearnerSeat seat = guest.seat();
            if (seat.waits() && !isAhead(seat) || seat.progresses()) {
                seat.heard(nowMs);
            }
            int silenceMsMax = guest.isActive() ? timing.syncMs() : timing.initMs() + timing.syncMs();
            if (nowMs - seat.heardMs() > silenceMsMax) {
                lose(guest, "it has been silent for " + (nowMs - seat.heardMs()) + " ms");
            }
        }
        if (nowMs < nextPingMs) {
            return;
        }
        nextPingMs = nowMs + timing.pingMs();
        for (Guest guest : guests) {
            LearnerSeat seat = guest.seat();
            if (guest.isActive()) {
                seat.ping(history.committed());
            } else if (seat.hasReached(Phase.ENTERS_EPOCH)
                    || seat.waits() && !seat.dialect().equals(Dialect.APACHE)) {
                // Nobody answers before UPTODATE, but they know that they are not forgotten.
                seat.send(new QuorumPacket.Ping(Zxid.start(epoch)));
            }
        }
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

    private void lose(Guest guest, String reason) {
        guests.remove(guest);
        guest.seat().link().close();
        out.event(new ZabEvent.LearnerLost(guest.seat().sid(), reason));
    }
}
