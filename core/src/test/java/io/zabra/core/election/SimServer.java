// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.election;

import io.zabra.core.base.Now;
import io.zabra.core.quorum.Membership;
import io.zabra.core.quorum.Quorums;
import io.zabra.wire.quorum.Notification;
import io.zabra.wire.quorum.PeerState;
import org.jspecify.annotations.Nullable;

/// A server around an election: its disk, its process, and just enough of what comes after an election: a follower that
/// holds on to its leader, a leader that needs a quorum to open an epoch and to write.
final class SimServer implements Election.Out {

    private static final int PATIENCE = 5;

    final long sid;
    private final ElectionSim sim;
    private final Planted planted;
    private final Quorums quorums;

    // On disk.
    long zxid;
    long epoch;
    long acceptedEpoch;

    // In memory.
    long tail;

    @Nullable
    Election election;

    boolean established;
    /// Counts the times that this server led; a connection to a leader does not outlive its role.
    long role;
    private long followedRole;
    private int missed;
    private int life;
    private long pausedUntilMs;
    private long wakeAtMs;
    private boolean muted;

    SimServer(ElectionSim sim, long sid, Planted planted, Membership membership) {
        this.sim = sim;
        this.sid = sid;
        this.planted = planted;
        this.quorums = Quorums.of(planted.membership(membership, sid));
    }

    boolean up() {
        return election != null;
    }

    boolean awake() {
        return up() && sim.nowMs() >= pausedUntilMs;
    }

    Vote history() {
        return new Vote(sid, zxid, epoch);
    }

    PeerState state() {
        return election == null ? PeerState.LOOKING : election.state();
    }

    boolean follows(long leader) {
        return state() == PeerState.FOLLOWING
                && election != null
                && election.vote().leader() == leader;
    }

    void start() {
        election = new Election(sid, quorums, ElectionTiming.DEFAULT);
        life++;
        tail = 0;
        look();
        beat(life);
    }

    void crash() {
        election = null;
        established = false;
        life++;
        sim.net.crash(sid);
    }

    void pause(long ms) {
        pausedUntilMs = sim.nowMs() + ms;
    }

    void look() {
        if (election != null) {
            established = false;
            missed = 0;
            election.look(planted.own(sid, zxid, tail, epoch), false, quorums, now(), this);
            arm();
        }
    }

    void deliver(long from, Notification n) {
        Election mine = election;
        if (mine == null) {
            return;
        }
        if (!awake()) {
            int born = life;
            sim.at(pausedUntilMs, () -> {
                if (born == life) {
                    deliver(from, n);
                }
            });
            return;
        }
        if (planted == Planted.LEADER_NOT_ASKED && n.state() == PeerState.FOLLOWING && n.leader() != sid) {
            mine.heard(
                    n.leader(),
                    new Notification(
                            PeerState.LEADING, n.leader(), n.zxid(), n.electionEpoch(), n.peerEpoch(), n.config()),
                    now(),
                    this);
        }
        if (planted.hears(mine, n)) {
            muted = planted == Planted.SILENT_WHEN_DONE && mine.state() != PeerState.LOOKING;
            mine.heard(from, planted.heard(mine, n), now(), this);
            muted = false;
        }
        arm();
    }

    void misses(long other) {
        if (election != null && awake()) {
            election.unreachable(other, now(), this);
            arm();
        }
    }

    private void arm() {
        Election mine = election;
        if (mine == null || mine.wakeAtMs() == Long.MAX_VALUE || mine.wakeAtMs() == wakeAtMs) {
            return;
        }
        wakeAtMs = mine.wakeAtMs();
        int born = life;
        sim.at(Math.max(wakeAtMs, pausedUntilMs), () -> wake(born));
    }

    private void wake(int born) {
        if (born == life && election != null) {
            wakeAtMs = 0;
            if (awake()) {
                muted = planted == Planted.NEVER_SAYS_IT_AGAIN;
                election.tick(now(), this);
                muted = false;
            }
            arm();
        }
    }

    /// What the roles do, ten times a second.
    private void beat(int born) {
        if (born != life) {
            return;
        }
        if (awake()) {
            switch (state()) {
                case LOOKING -> {}
                case LEADING -> lead();
                case FOLLOWING, OBSERVING -> holdOn();
            }
        }
        sim.after(100, () -> beat(born));
    }

    private void holdOn() {
        SimServer leader =
                sim.server(Math.max(1, election == null ? 0 : election.vote().leader()));
        boolean there = sim.net.connected(sid, leader.sid) && leader.awake() && leader.state() == PeerState.LEADING;
        boolean gone = there && established && leader.role != followedRole;
        missed = there ? 0 : missed + 1;
        if (gone || missed > PATIENCE) {
            look();
        }
    }

    private void lead() {
        boolean quorum = sim.membership.isQuorum(this::ledByThis);
        missed = quorum ? 0 : missed + 1;
        if (quorum) {
            sim.established(this);
        } else if (missed > 2 * PATIENCE) {
            look();
        }
    }

    /// Whether that server is a follower whose history this leader can complete.
    boolean ledByThis(long other) {
        SimServer server = sim.server(other);
        boolean follower = server.follows(sid) && server.awake() && sim.net.connected(sid, other);
        boolean behind = server.epoch < epoch || server.epoch == epoch && server.zxid <= zxid;
        boolean mine = server.established ? server.followedRole == role : established || behind;
        return other == sid || follower && mine;
    }

    /// Takes over the leader's history and epoch.
    void follow(SimServer leader, long newEpoch) {
        zxid = leader.zxid;
        tail = 0;
        epoch = newEpoch;
        acceptedEpoch = newEpoch;
        established = true;
        followedRole = leader.role;
        if (election != null && (planted != Planted.OLD_EPOCH_TOLD || sid % 2 == 0)) {
            election.established(newEpoch);
        }
    }

    private Now now() {
        return new Now(sim.nowMs() * 1_000_000, 0);
    }

    @Override
    public void send(long to, Notification n) {
        if (n.state() == PeerState.LOOKING || n.state() == PeerState.FOLLOWING) {
            sim.cast(this, n);
        }
        if (!muted && to >= 1 && to <= sim.size()) {
            sim.net.send(sid, to, planted.sent(n));
        }
    }

    @Override
    public void decided(Vote vote) {
        role += state() == PeerState.LEADING ? 1 : 0;
        sim.decided(this, vote);
    }

    @Override
    public Quorums newerMembership(Membership membership) {
        throw new AssertionError("nobody knows another membership");
    }

    @Override
    public Quorums proposedMembership(Membership membership, long epoch) {
        throw new AssertionError("nobody knows another membership");
    }

    @Override
    public void deserted(long voter) {
        sim.trace(sid, 5, voter);
    }
}
