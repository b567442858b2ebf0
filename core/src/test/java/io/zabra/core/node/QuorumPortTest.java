// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.zabra.core.node.EnsembleWorld.Machine;
import io.zabra.core.node.TestWorld.Peer;
import io.zabra.core.zab.PeerInput;
import io.zabra.wire.quorum.PeerState;
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
    void aMemberLeadsNoLongerAndIsNotElectedAgainBeforeItHasThePort() {
        Machine three = world.leader();
        assertThat(three.sid).as("the highest id wins among equals").isEqualTo(3);
        three.step(new Input.Peer(new PeerInput.QuorumPort(true)));
        world.pass(1_000);
        assertThat(world.leader().sid).isEqualTo(2);
        assertThat(three.state()).isEqualTo(PeerState.FOLLOWING);
        Peer peer = three.connect();
        three.call(peer, TestWorld.create("/a", 0));
        world.leader().die();
        world.pass(5_000);
        assertThat(three.state()).as("it votes for nobody").isEqualTo(PeerState.LOOKING);
        three.step(new Input.Peer(new PeerInput.QuorumPort(false)));
        world.pass(2_000);
        assertThat(world.leader()).isSameAs(three);
        assertThat(three.node.tree().find("/a")).isNotNull();
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
