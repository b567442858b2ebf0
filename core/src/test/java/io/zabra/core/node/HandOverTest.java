// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.zabra.core.node.EnsembleWorld.Machine;
import io.zabra.core.node.TestWorld.Peer;
import io.zabra.core.node.TestWorld.Sent;
import io.zabra.core.session.SessionIds;
import io.zabra.core.zab.Ensemble;
import io.zabra.core.zab.PeerInput;
import io.zabra.core.zab.ZabEvent;
import io.zabra.wire.client.SyncRequest;
import io.zabra.wire.quorum.PeerState;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A leader that hands its leadership over.
class HandOverTest {

    /// An election that waits for nobody, and an epoch whose records are on the disk at once.
    private static final int QUICK_MS = 100;

    private static final int FULL_DISK_MS = 30_000;

    private final EnsembleWorld world = new EnsembleWorld(3);

    @BeforeEach
    void elect() {
        world.pass(2_000);
    }

    @Test
    void anotherLeadsAtOnceThoughTheOldOneWouldWinAnElection() {
        Machine before = world.leader();
        assertThat(before.sid).as("the highest id wins among equals").isEqualTo(3);
        before.step(new Input.Peer(new PeerInput.HandOver()));
        assertThat(ensemble(before).handsOver()).isTrue();
        world.pass(QUICK_MS);
        assertThat(world.leader().sid).isEqualTo(2);
        assertThat(before.state()).isEqualTo(PeerState.FOLLOWING);
        assertThat(before.serves()).isTrue();
        assertThat(ensemble(before).handsOver()).isFalse();
        assertThat(before.events)
                .contains(new ZabEvent.HandsOver(2))
                .noneMatch(event -> event instanceof ZabEvent.HandOverFailed);
    }

    @Test
    void whatIsAskedMeanwhileIsDoneOnceAndSessionsGoOn() {
        Machine before = world.leader();
        Machine follower = world.followers().getFirst();
        Peer peer = follower.connect();
        long id = peer.client.sessionId();
        follower.call(peer, TestWorld.create("/a", 1));
        peer.take();
        follower.send(peer, TestWorld.create("/b", 0));
        before.step(new Input.Peer(new PeerInput.HandOver()));
        follower.send(peer, TestWorld.create("/c", 0));
        world.pass(QUICK_MS);
        assertThat(peer.take())
                .hasSize(2)
                .allSatisfy(reply ->
                        assertThat(((Sent.Reply) reply).error()).as("%s", reply).isZero());
        for (Machine each : world.machines.values()) {
            assertThat(each.node.tree().find("/a")).isNotNull();
            assertThat(each.node.tree().find("/b")).isNotNull();
            assertThat(each.node.tree().find("/c")).isNotNull();
        }
        Peer again = before.begin(id, SessionIds.password(id));
        world.pass(QUICK_MS);
        assertThat(again.take()).first().isInstanceOf(Sent.Connected.class);
    }

    /// Only a leader can end sessions, and it does not while its disk is full.
    @Test
    void aLeaderWhoseDiskIsFullLetsAnotherLead() {
        Machine before = world.leader();
        world.pass(FULL_DISK_MS);
        before.step(new Input.DiskSpace(Input.Space.LOW));
        world.pass(QUICK_MS);
        assertThat(world.leader()).isSameAs(before);
        before.step(new Input.DiskSpace(Input.Space.FULL));
        world.pass(QUICK_MS);
        Machine after = world.leader();
        assertThat(after).isNotSameAs(before);
        // Nobody has space: the lead does not go round and round.
        after.step(new Input.DiskSpace(Input.Space.FULL));
        world.pass(FULL_DISK_MS / 2);
        assertThat(world.leader()).isSameAs(after);
        world.pass(FULL_DISK_MS);
        assertThat(world.leader()).isNotSameAs(after);
    }

    /// The leader takes neither any more; it must not answer the one and forget the other.
    @Test
    void aSyncBehindAWriteIsNotAnsweredBeforeIt() {
        Machine before = world.leader();
        List<Machine> followers = world.followers();
        Machine follower = followers.getFirst();
        Peer other = before.connect();
        Peer peer = follower.connect();
        peer.take();
        followers.forEach(each -> each.deaf = true);
        before.send(other, TestWorld.create("/a", 0));
        before.step(new Input.Peer(new PeerInput.HandOver()));
        follower.send(peer, TestWorld.create("/b", 0));
        follower.send(peer, new SyncRequest("/"));
        world.settle();
        for (Machine each : followers) {
            each.deaf = false;
            each.hearLate();
        }
        world.pass(QUICK_MS);
        assertThat(peer.take()).extracting(sent -> ((Sent.Reply) sent).error()).containsExactly(0, 0);
        assertThat(world.leader().node.tree().find("/b")).isNotNull();
    }

    @Test
    void clientsOfTheOldLeaderStay() {
        Machine before = world.leader();
        Peer peer = before.connect();
        peer.take();
        before.step(new Input.Peer(new PeerInput.HandOver()));
        before.send(peer, TestWorld.create("/a", 0));
        assertThat(peer.take()).isEmpty();
        world.pass(QUICK_MS);
        assertThat(peer.take())
                .singleElement()
                .isInstanceOfSatisfying(
                        Sent.Reply.class, reply -> assertThat(reply.error()).isZero());
    }

    @Test
    void whoStopsRightAfterwardsHasSaidWhoShallLead() {
        Machine before = world.leader();
        before.step(new Input.Peer(new PeerInput.HandOver()));
        world.settle();
        before.die();
        world.pass(QUICK_MS);
        assertThat(world.leader().sid).isEqualTo(2);
    }

    @Test
    void whoIsToldAgainGoesOnToStepBack() {
        Machine before = world.leader();
        Peer peer = before.connect();
        world.followers().forEach(each -> each.mute = true);
        before.send(peer, TestWorld.create("/a", 0));
        before.step(new Input.Peer(new PeerInput.HandOver()));
        world.followers().forEach(Machine::die);
        before.step(new Input.Peer(new PeerInput.HandOver()));
        assertThat(ensemble(before).handsOver()).isTrue();
        assertThat(before.events)
                .filteredOn(event -> event instanceof ZabEvent.HandsOver)
                .hasSize(1);
    }

    @Test
    void anHeirThatDiesIsReplaced() {
        Machine before = world.leader();
        world.machines.get(2L).die();
        // Its connection is gone, but not before the hand-over has begun.
        before.step(new Input.Peer(new PeerInput.HandOver()));
        world.pass(10_000);
        assertThat(world.leader().sid).isIn(1L, 3L);
        assertThat(world.followers()).hasSize(1);
    }

    @Test
    void thatTheHeirDoesNotLeadIsTold() {
        Machine before = world.leader();
        world.machines.get(2L).up = false;
        before.step(new Input.Peer(new PeerInput.HandOver()));
        world.pass(10_000);
        assertThat(before.events)
                .filteredOn(event -> event instanceof ZabEvent.HandOverFailed)
                .containsExactly(new ZabEvent.HandOverFailed(2, world.leader().sid));
        assertThat(before.events)
                .filteredOn(event -> event instanceof ZabEvent.LeadershipLost)
                .singleElement()
                .asString()
                .contains("server 2 shall lead");
    }

    @Test
    void nothingHappensWhereNobodyCouldTakeOver() {
        List<Machine> followers = world.followers();
        Machine leader = world.leader();
        Peer peer = leader.connect();
        peer.take();
        followers.forEach(Machine::die);
        leader.step(new Input.Peer(new PeerInput.HandOver()));
        assertThat(leader.serves()).isTrue();
        assertThat(peer.take()).isEmpty();
        assertThat(ensemble(leader).handsOver()).isFalse();
    }

    @Test
    void aFollowerHasNothingToHandOver() {
        Machine follower = world.followers().getFirst();
        Machine leader = world.leader();
        follower.step(new Input.Peer(new PeerInput.HandOver()));
        world.pass(QUICK_MS);
        assertThat(world.leader()).isSameAs(leader);
        assertThat(follower.serves()).isTrue();
    }

    private static Ensemble ensemble(Machine machine) {
        return Objects.requireNonNull(machine.node.membership());
    }
}
