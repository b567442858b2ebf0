// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.zabra.core.node.EnsembleWorld.Machine;
import io.zabra.core.node.TestWorld.Peer;
import io.zabra.core.node.TestWorld.Sent;
import io.zabra.core.zab.PeerInput;
import io.zabra.wire.quorum.PeerState;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Members whose learners cannot connect, since somebody else has the port for them, or that have lost them all.
class QuorumPortTest {

    private static final int TICK_MS = 1_000;

    private final EnsembleWorld world = new EnsembleWorld(3);

    @BeforeEach
    void elect() {
        world.pass(2_000);
    }

    @Test
    void aMemberWithoutItsPortLeadsNoLongerAndVotesForOthers() {
        Machine three = world.leader();
        assertThat(three.sid).as("the highest id wins among equals").isEqualTo(3);
        three.step(new Input.Peer(new PeerInput.QuorumPort(true)));
        world.pass(1_000);
        assertThat(world.leader().sid).isEqualTo(2);
        assertThat(three.state()).isEqualTo(PeerState.FOLLOWING);
        Peer peer = three.connect();
        three.send(peer, TestWorld.create("/a", 0));
        world.settle();
        Machine one = world.machines.get(1L);
        world.leader().die();
        world.pass(2_000);
        assertThat(world.leader()).as("it has all that three has").isSameAs(one);
        one.die();
        world.pass(2_000);
        assertThat(three.state()).isEqualTo(PeerState.LOOKING);
    }

    /// Of those that are left, it alone has a write that was acknowledged.
    @Test
    void aMemberThatCannotLeadVotesForNobodyThatHasLess() {
        Machine three = world.leader();
        three.step(new Input.Peer(new PeerInput.QuorumPort(true)));
        world.pass(1_000);
        Machine one = world.machines.get(1L);
        Peer peer = three.connect();
        one.deaf = true;
        int xid = three.send(peer, TestWorld.create("/a", 0));
        world.settle();
        assertThat(peer.take()).anyMatch(sent -> sent instanceof Sent.Reply reply && reply.xid() == xid);
        world.leader().die();
        one.deaf = false;
        world.pass(5_000);
        assertThat(List.of(one.state(), three.state())).containsOnly(PeerState.LOOKING);
        three.step(new Input.Peer(new PeerInput.QuorumPort(false)));
        world.pass(2_000);
        assertThat(world.leader()).isSameAs(three);
        assertThat(one.node.tree().find("/a")).isNotNull();
    }

    /// Its followers look for another leader already.
    @Test
    void aLeaderWhoseConnectionsAreAllGoneDoesNotWaitAsForSilentOnes() {
        Machine leader = world.leader();
        world.followers().forEach(Machine::die);
        world.pass(TICK_MS + 200);
        assertThat(leader.state()).isEqualTo(PeerState.LOOKING);
    }
}
