// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.simulator.ensemble;

import io.zabra.core.node.Input;
import io.zabra.core.zab.PeerInput;
import io.zabra.wire.client.OpCode;
import io.zabra.wire.quorum.QuorumPacket;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What planted faults do to the packets between members.
final class Interference {

    private static final int SELDOM = 60;

    private final Surroundings world;

    Interference(Surroundings world) {
        this.world = world;
    }

    private boolean now(Planted fault) {
        return world.has(fault) && world.random().below(SELDOM) == 0;
    }

    /// What is sent in the place of a packet.
    QuorumPacket sent(SimPipe pipe, QuorumPacket packet) {
        if (packet instanceof QuorumPacket.Snap && world.has(Planted.SNAPSHOT_ANNOUNCED_TOO_HIGH)) {
            return new QuorumPacket.Snap(pipe.owner().node().history().lastAppended());
        }
        if (packet instanceof QuorumPacket.Proposal(long zxid, byte[] _)
                && world.has(Planted.SENT_TAKEN_FOR_ACKNOWLEDGED)) {
            SimMember leader = pipe.owner();
            leader.later(
                    1, () -> leader.step(new Input.Peer(new PeerInput.Received(pipe, new QuorumPacket.Ack(zxid)))));
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
}
