// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.simulator.ensemble;

import io.zabra.core.log.Zxid;
import io.zabra.core.node.Input;
import io.zabra.core.quorum.Membership;
import io.zabra.core.zab.PeerInput;
import io.zabra.wire.client.OpCode;
import io.zabra.wire.quorum.Notification;
import io.zabra.wire.quorum.PeerState;
import io.zabra.wire.quorum.QuorumPacket;
import java.util.Collections;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What planted faults do to the packets between members.
final class Interference {

    private static final int SELDOM = 60;
    private static final long LATE_NS = 300 * Surroundings.MS;

    private final Surroundings world;
    /// Whose acknowledgement of the epoch is late.
    private final Set<SimPipe> late = Collections.newSetFromMap(new IdentityHashMap<>());

    Interference(Surroundings world) {
        this.world = world;
    }

    private boolean now(Planted fault) {
        return world.has(fault) && world.random().below(SELDOM) == 0;
    }

    /// What is said in an election in the place of a vote.
    Notification voted(SimMember voter, Notification vote) {
        boolean heir = voter.ensemble().handsOver() && vote.leader() != voter.sid();
        if (heir && vote.state() == PeerState.LOOKING && world.has(Planted.HEIR_LAGS)) {
            long last = world.memberships().current().voters().stream()
                    .min(Comparator.comparingLong(
                            sid -> world.member(sid).shelf().durable()))
                    .orElseThrow();
            return with(vote, last, vote.config());
        }
        if (world.has(Planted.PROPOSED_MEMBERS_TOLD) && !voter.roster().known().isEmpty()) {
            return with(vote, vote.leader(), voter.roster().known().getLast().text());
        }
        return vote;
    }

    private static Notification with(Notification vote, long leader, String config) {
        return new Notification(
                vote.state(), leader, vote.zxid(), vote.electionEpoch(), vote.peerEpoch(), vote.version(), config);
    }

    /// Whether the leader counts a record as acknowledged by a learner as soon as it has sent it.
    private boolean countsUnasked(SimPipe pipe) {
        List<Membership> known = pipe.owner().roster().known();
        long learner = pipe.far().owner().sid();
        boolean old = !known.isEmpty() && known.getFirst().isVoter(learner);
        boolean fresh = known.size() > 1 && known.getLast().isVoter(learner);
        return world.has(Planted.SENT_TAKEN_FOR_ACKNOWLEDGED)
                || world.has(Planted.OLD_QUORUM_DECIDES) && fresh && !old
                || world.has(Planted.NEW_QUORUM_DECIDES) && known.size() > 1 && old && !fresh;
    }

    /// What is sent in the place of a packet; null for nothing.
    @Nullable
    QuorumPacket sent(SimPipe pipe, QuorumPacket packet) {
        if (packet instanceof QuorumPacket.Trunc(long zxid) && world.has(Planted.DIFF_INSTEAD_OF_TRUNC)) {
            return new QuorumPacket.Diff(zxid);
        }
        if (packet instanceof QuorumPacket.Proposal(long zxid, byte[] _)
                && world.has(Planted.LAST_OF_EPOCH_LEFT_OUT)
                && Zxid.epoch(zxid) < pipe.owner().ensemble().epochs().accepted()
                && !world.witness().isProposed(zxid + 1)) {
            return null;
        }
        if (packet instanceof QuorumPacket.Snap && world.has(Planted.SNAPSHOT_ANNOUNCED_TOO_HIGH)) {
            return new QuorumPacket.Snap(pipe.owner().node().history().lastAppended());
        }
        if (packet instanceof QuorumPacket.Ping(long zxid) && world.has(Planted.ROUND_NOT_AWAITED)) {
            SimMember leader = pipe.owner();
            leader.later(
                    1,
                    () -> leader.step(
                            new Input.Peer(new PeerInput.Received(pipe, new QuorumPacket.PingReply(zxid, List.of())))));
        }
        if (packet instanceof QuorumPacket.Proposal(long zxid, byte[] _) && countsUnasked(pipe)) {
            SimMember leader = pipe.owner();
            leader.later(
                    1, () -> leader.step(new Input.Peer(new PeerInput.Received(pipe, new QuorumPacket.Ack(zxid)))));
            return world.has(Planted.OLD_QUORUM_DECIDES) ? null : packet;
        }
        return packet;
    }

    /// What arrives at the end `pipe` in the place of a packet; null for nothing.
    @Nullable
    QuorumPacket received(SimPipe pipe, QuorumPacket packet) {
        SimMember owner = pipe.owner();
        switch (packet) {
            case QuorumPacket.Forward asked
            when asked.op() == OpCode.SYNC.number() && world.has(Planted.EARLY_SYNC) -> {
                pipe.send(new QuorumPacket.Sync());
                return null;
            }
            case QuorumPacket.Forward _
            when world.has(Planted.FORWARDED_TWICE) -> owner.step(new Input.Peer(new PeerInput.Received(pipe, packet)));
            case QuorumPacket.Forward _
            when now(Planted.FORWARDED_NEVER) -> {
                return null;
            }
            case QuorumPacket.Ack(long zxid)
            when world.has(Planted.ORDER_OF_ACKS_DEMANDED) -> {
                return inOrder(pipe, zxid) ? packet : null;
            }
            case QuorumPacket.Proposal(long zxid, byte[] _)
            when world.has(Planted.PROPOSED_TAKEN_FOR_COMMITTED)
                    || world.has(Planted.ACTIVATED_AT_PROPOSAL)
                            && world.memberships().broughtBy(zxid) != null ->
                owner.later(
                        1,
                        () -> owner.step(new Input.Peer(new PeerInput.Received(pipe, new QuorumPacket.Commit(zxid)))));
            case QuorumPacket.NewLeader(long zxid, var _)
            when world.has(Planted.EARLY_ACK) -> pipe.send(new QuorumPacket.Ack(zxid));
            case QuorumPacket.Commit _
            when now(Planted.COMMIT_LOST) -> {
                return null;
            }
            case QuorumPacket.Proposal(long zxid, byte[] entry)
            when now(Planted.PROPOSAL_ALTERED) -> {
                byte[] other = entry.clone();
                other[Long.BYTES + Integer.BYTES + Long.BYTES + Long.BYTES - 1] ^= 1;
                return new QuorumPacket.Proposal(zxid, other);
            }
            case QuorumPacket.PingReply(long zxid, var _)
            when world.has(Planted.TOUCHES_FORGOTTEN) -> {
                return new QuorumPacket.PingReply(zxid, List.of());
            }
            case QuorumPacket.Revalidated(long session, boolean _)
            when world.has(Planted.ALL_SESSIONS_VALID) -> {
                return new QuorumPacket.Revalidated(session, true);
            }
            default -> {
                // It stays as it is.
            }
        }
        return packet;
    }

    /// The acknowledgement of an epoch is late; if one of a proposal overtakes it, the learner is given up.
    private boolean inOrder(SimPipe pipe, long zxid) {
        if (Zxid.counter(zxid) != 0) {
            if (late.contains(pipe)) {
                late.remove(pipe);
                pipe.reset();
                return false;
            }
            return true;
        }
        if (late.add(pipe)) {
            pipe.owner().later(LATE_NS, () -> {
                if (late.contains(pipe)) {
                    pipe.owner().step(new Input.Peer(new PeerInput.Received(pipe, new QuorumPacket.Ack(zxid))));
                }
            });
            return false;
        }
        late.remove(pipe);
        return true;
    }
}
