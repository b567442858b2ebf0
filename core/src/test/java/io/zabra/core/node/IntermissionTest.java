// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.zabra.core.base.NodeConfig;
import io.zabra.core.node.EnsembleWorld.Machine;
import io.zabra.core.node.TestWorld.Peer;
import io.zabra.core.node.TestWorld.Sent;
import io.zabra.core.session.CloseReason;
import io.zabra.core.session.SessionIds;
import io.zabra.wire.client.AuthRequest;
import io.zabra.wire.client.ConnectRequest;
import io.zabra.wire.client.CreateRequest;
import io.zabra.wire.client.ExistsRequest;
import io.zabra.wire.client.GetDataRequest;
import io.zabra.wire.client.OpCode;
import io.zabra.wire.client.SetDataRequest;
import io.zabra.wire.client.SyncRequest;
import io.zabra.wire.data.Acl;
import io.zabra.wire.data.ErrorCode;
import io.zabra.wire.data.Id;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What clients notice of an election.
class IntermissionTest {

    private static final int EPHEMERAL = 1;
    private static final int SEQUENTIAL = 2;

    /// More than a write takes until its last message is delivered.
    private static final int STEPS_MAX = 40;

    private EnsembleWorld world = new EnsembleWorld(3);

    @BeforeEach
    void elect() {
        world.pass(2_000);
    }

    private void anew() {
        world = new EnsembleWorld(3);
        elect();
    }

    private static List<Integer> errors(Peer peer) {
        return peer.take().stream().map(sent -> ((Sent.Reply) sent).error()).toList();
    }

    @Test
    void aWriteHappensOnceWheneverTheLeaderDies() {
        for (int steps = 0; steps < STEPS_MAX; steps++) {
            anew();
            Machine follower = world.followers().getFirst();
            Peer peer = follower.connect();
            peer.take();
            follower.send(peer, TestWorld.create("/s", SEQUENTIAL));
            follower.send(peer, new ExistsRequest("/s0000000000", false));
            follower.send(peer, new SyncRequest("/"));
            follower.send(peer, new SetDataRequest("/s0000000000", new byte[] {2}, 0));
            follower.send(peer, new SetDataRequest("/s0000000000", new byte[] {3}, 0));
            world.settle(steps);
            world.leader().die();
            world.pass(1_500);
            assertThat(errors(peer)).as("%d steps", steps).containsExactly(0, 0, 0, 0, ErrorCode.BAD_VERSION.number());
            Machine leader = world.leader();
            assertThat(leader.node.tree().find("/s0000000000")).isNotNull();
            assertThat(leader.node.tree().find("/s0000000001")).isNull();
        }
    }

    @Test
    void aMemberThatOnlyLosesItsConnectionKeepsItsSessions() {
        Machine follower = world.followers().getFirst();
        Machine leader = world.leader();
        Peer peer = follower.connect();
        peer.take();
        follower.send(peer, TestWorld.create("/a", EPHEMERAL));
        follower.hangUp();
        assertThat(follower.serves()).isFalse();
        follower.send(peer, TestWorld.create("/b", EPHEMERAL));
        world.pass(1_500);
        assertThat(world.leader()).isSameAs(leader);
        assertThat(errors(peer)).containsExactly(0, 0);
    }

    @Test
    void whatIsLeftOverOfAClientThatHasMovedIsNotDone() {
        Machine follower = world.followers().getFirst();
        Machine leader = world.leader();
        Peer peer = follower.connect();
        long id = peer.client.sessionId();
        peer.take();
        follower.hangUp();
        follower.send(peer, TestWorld.create("/late", 0));
        Peer moved = leader.begin(id, SessionIds.password(id));
        leader.call(moved, TestWorld.create("/a", 0));
        world.pass(1_500);
        assertThat(leader.node.tree().find("/late")).isNull();
        assertThat(peer.take()).last().isEqualTo(new Sent.Closed(CloseReason.SESSION_MOVED));
    }

    @Test
    void whoLeavesMeanwhileTakesNothingFromItsSuccessor() {
        Machine follower = world.followers().getFirst();
        Machine leader = world.leader();
        Peer peer = leader.connect();
        long id = peer.client.sessionId();
        peer.take();
        Peer here = follower.connect();
        here.take();
        follower.hangUp();
        follower.send(here, TestWorld.create("/late", 0));
        Peer gone = new Peer();
        follower.step(new Input.Connect(
                gone.client, new ConnectRequest(0, 0, 10_000, id, SessionIds.password(id), false, true)));
        follower.step(new Input.Disconnect(gone.client));
        follower.step(new Input.Disconnect(here.client));
        world.pass(1_500);
        assertThat(follower.serves()).isTrue();
        assertThat(leader.call(peer, TestWorld.create("/a", 0)).error()).isZero();
        assertThat(leader.node.tree().find("/late")).isNull();
        assertThat(follower.node.outstanding()).isZero();
    }

    @Test
    void whoMaySoonLookForAnotherServerIsSentAwayBefore() {
        world = new EnsembleWorld(3, new NodeConfig.Sessions(2_000, 1_000, 40_000));
        elect();
        Machine follower = world.followers().getFirst();
        Peer hasty = follower.begin(0, new byte[16], false, 1_000);
        world.pass(50);
        Peer patient = follower.connect();
        hasty.take();
        patient.take();
        world.machines.values().stream().filter(each -> each != follower).forEach(Machine::die);
        world.pass(600);
        assertThat(hasty.take()).containsExactly(new Sent.Closed(CloseReason.NO_LEADER));
        assertThat(patient.take()).isEmpty();
    }

    @Test
    void aLeaderThatHasBeenAloneSendsItsClientsAway() {
        Machine leader = world.leader();
        Peer peer = leader.connect();
        peer.take();
        List<Machine> followers = world.followers();
        followers.forEach(each -> each.up = false);
        leader.send(peer, TestWorld.create("/s", SEQUENTIAL));
        while (leader.serves()) {
            world.pass(100);
        }
        assertThat(peer.take()).containsExactly(new Sent.Closed(CloseReason.NO_LEADER));
    }

    /// Its client has left it unheard, and has asked elsewhere since.
    @Test
    void whoStoodStillTakesNothingUpThatLayThere() {
        Machine follower = world.followers().getFirst();
        Machine leader = world.leader();
        Peer peer = follower.connect();
        peer.take();
        follower.up = false;
        follower.deaf = true;
        world.pass(3_000);
        follower.up = true;
        follower.deaf = false;
        follower.send(peer, TestWorld.create("/late", 0));
        follower.hearLate();
        world.settle();
        leader.die();
        assertThat(peer.take()).contains(new Sent.Closed(CloseReason.NO_LEADER));
    }

    @Test
    void theSessionOfAClientThatIsConnectedToTheNextLeaderBelongsThere() {
        Machine former = world.machines.get(1L);
        Machine next = world.machines.get(2L);
        Peer late = former.connect();
        long id = late.client.sessionId();
        Peer peer = next.begin(id, SessionIds.password(id));
        world.pass(50);
        world.leader().die();
        former.send(late, TestWorld.create("/late", 0));
        world.pass(1_500);
        assertThat(world.leader()).isEqualTo(next);
        assertThat(next.call(peer, TestWorld.create("/a", 0)).error()).isZero();
        assertThat(next.node.tree().find("/late")).isNull();
        assertThat(late.take()).contains(new Sent.Closed(CloseReason.SESSION_MOVED));
    }

    @Test
    void whatIsAskedForOnceMoreIsJudgedByWhatWasProvedBeforeIt() {
        Machine follower = world.followers().getFirst();
        Peer owner = follower.connect();
        follower.send(owner, new AuthRequest(0, "digest", "me:secret".getBytes(StandardCharsets.UTF_8)));
        var mine = List.of(new Acl(Acl.ALL, new Id("auth", "")));
        follower.call(owner, new CreateRequest(OpCode.CREATE, "/p", new byte[0], mine, 0));
        Peer peer = follower.connect();
        peer.take();
        follower.send(peer, new SetDataRequest("/p", new byte[0], -1));
        follower.send(peer, new AuthRequest(0, "digest", "me:secret".getBytes(StandardCharsets.UTF_8)));
        follower.send(peer, new SetDataRequest("/p", new byte[0], -1));
        world.leader().die();
        world.pass(1_500);
        assertThat(errors(peer)).containsExactly(0, ErrorCode.NO_AUTH.number(), 0);
    }

    @Test
    void nothingIsReadWhileThereIsNoLeader() {
        Machine follower = world.followers().getFirst();
        Peer peer = follower.connect();
        world.leader().die();
        assertThat(follower.serves()).isFalse();
        peer.take();
        follower.send(peer, new ExistsRequest("/", false));
        world.settle();
        assertThat(peer.sent).isEmpty();
        world.pass(1_500);
        assertThat(errors(peer)).containsExactly(0);
    }

    @Test
    void whoConnectsWaitsForTheNextLeader() {
        Machine leader = world.leader();
        Peer before = leader.connect();
        long id = before.client.sessionId();
        leader.call(before, TestWorld.create("/e", EPHEMERAL));
        leader.die();
        Machine other = world.machines.get(1L);
        Peer again = other.begin(id, SessionIds.password(id));
        Peer fresh = other.begin(0, new byte[16]);
        assertThat(again.sent).isEmpty();
        world.pass(1_500);
        assertThat(again.take()).hasSize(1).first().isInstanceOf(Sent.Connected.class);
        assertThat(fresh.take()).hasSize(1).first().isInstanceOf(Sent.Connected.class);
        assertThat(other.call(again, new GetDataRequest("/e", false)).error()).isZero();
    }

    @Test
    void aWatchOutlivesTheLeader() {
        Machine follower = world.followers().getFirst();
        Peer watching = follower.connect();
        follower.call(watching, new ExistsRequest("/a", true));
        world.leader().die();
        world.pass(1_500);
        watching.take();
        Machine leader = world.leader();
        leader.call(leader.connect(), TestWorld.create("/a", 0));
        assertThat(watching.take()).hasSize(1).first().isInstanceOf(Sent.Told.class);
    }

    @Test
    void whereNoLeaderIsFoundClientsAreSentAway() {
        Machine follower = world.followers().getFirst();
        Peer peer = follower.connect();
        world.machines.values().stream().filter(each -> each != follower).forEach(Machine::die);
        Peer late = follower.begin(0, new byte[16]);
        assertThat(late.sent).isEmpty();
        world.pass(2_500);
        assertThat(peer.take()).last().isEqualTo(new Sent.Closed(CloseReason.NO_LEADER));
        assertThat(late.take()).containsExactly(new Sent.Closed(CloseReason.NO_LEADER));
        assertThat(follower.begin(0, new byte[16]).take()).containsExactly(new Sent.Closed(CloseReason.NO_LEADER));
        assertThat(follower.node.outstanding()).isZero();
        assertThat(follower.node.outstandingBytes()).isZero();
    }
}
