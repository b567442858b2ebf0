// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.zabra.core.base.NodeConfig;
import io.zabra.core.node.EnsembleWorld.Machine;
import io.zabra.core.node.TestWorld.Peer;
import io.zabra.core.node.TestWorld.Sent;
import io.zabra.core.quorum.Membership;
import io.zabra.core.session.CloseReason;
import io.zabra.core.session.SessionIds;
import io.zabra.core.session.Tag;
import io.zabra.core.zab.PeerInput;
import io.zabra.wire.WireWriter;
import io.zabra.wire.client.CloseSessionRequest;
import io.zabra.wire.client.ExistsRequest;
import io.zabra.wire.client.MultiRequest;
import io.zabra.wire.client.OpCode;
import io.zabra.wire.client.PingRequest;
import io.zabra.wire.data.ErrorCode;
import io.zabra.wire.quorum.QuorumPacket;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Sessions that only one member knows, and how they become known to all.
class LocalSessionsTest {

    private static final int EPHEMERAL = 1;
    private static final long OBSERVER = 4;
    private static final int REFUSED = ErrorCode.EPHEMERAL_ON_LOCAL_SESSION.number();

    private static EnsembleWorld world(boolean upgrade) {
        EnsembleWorld world = new EnsembleWorld(3, new NodeConfig.Sessions(1_000, 4_000, 40_000, true, upgrade));
        world.pass(2_000);
        return world;
    }

    private static EnsembleWorld withObserver(boolean upgrade) {
        String members = EnsembleWorld.line(OBSERVER, "observer") + "\n"
                + EnsembleWorld.membership(3).text();
        EnsembleWorld world = new EnsembleWorld(
                Membership.parse(members), new NodeConfig.Sessions(1_000, 4_000, 40_000, true, upgrade));
        world.pass(2_000);
        return world;
    }

    private static List<Machine> all(EnsembleWorld world) {
        return List.copyOf(world.machines.values());
    }

    private static int knownTo(EnsembleWorld world, long id) {
        return (int) all(world).stream()
                .filter(each -> each.node.sessions().established().containsKey(id))
                .count();
    }

    @Test
    void aLocalSessionIsOpenAtOnceReadsAndWritesAndIsInNoLog() {
        EnsembleWorld world = world(false);
        for (Machine member : all(world)) {
            long before = member.node.history().lastAppended();
            Peer peer = member.begin(0, new byte[16]);
            assertThat(peer.take()).hasSize(1).first().isInstanceOf(Sent.Connected.class);
            assertThat(member.node.history().lastAppended()).isEqualTo(before);
            assertThat(member.call(peer, TestWorld.create("/a" + member.sid, 0)).error())
                    .isZero();
            assertThat(member.call(peer, new ExistsRequest("/a" + member.sid, false))
                            .error())
                    .isZero();
            assertThat(knownTo(world, peer.client.sessionId())).isZero();
        }
    }

    @Test
    void withoutUpgradeItCreatesNoEphemeralZnodes() {
        EnsembleWorld world = world(false);
        for (Machine member : all(world)) {
            Peer peer = member.connect();
            peer.take();
            assertThat(member.call(peer, TestWorld.create("/e", EPHEMERAL)).error())
                    .isEqualTo(REFUSED);
            var multi = new MultiRequest(List.of(TestWorld.create("/b", 0), TestWorld.create("/e", EPHEMERAL)));
            assertThat(member.call(peer, multi).body().toString()).contains(String.valueOf(REFUSED));
            assertThat(world.leader().node.tree().find("/b")).isNull();
        }
    }

    @Test
    void withUpgradeAllKnowItBeforeItsFirstEphemeralZnode() {
        EnsembleWorld world = world(true);
        for (Machine member : all(world)) {
            Peer peer = member.connect();
            long id = peer.client.sessionId();
            peer.take();
            assertThat(member.call(peer, TestWorld.create("/e" + member.sid, EPHEMERAL))
                            .error())
                    .isZero();
            assertThat(knownTo(world, id)).isEqualTo(3);
            Machine other = all(world).get((int) (member.sid % 3));
            Peer moved = other.begin(id, SessionIds.password(id));
            world.pass(50);
            assertThat(moved.take()).first().isInstanceOf(Sent.Connected.class);
            other.send(moved, new CloseSessionRequest());
            world.settle();
            assertThat(member.node.tree().find("/e" + member.sid)).isNull();
        }
    }

    @Test
    void itGoesOnAtItsOwnMemberOnly() {
        EnsembleWorld world = world(false);
        for (Machine member : all(world)) {
            Peer peer = member.connect();
            long id = peer.client.sessionId();
            member.step(new Input.Disconnect(peer.client));
            Machine other = all(world).get((int) (member.sid % 3));
            Peer elsewhere = other.begin(id, SessionIds.password(id));
            world.pass(50);
            assertThat(elsewhere.take()).last().isEqualTo(new Sent.Closed(CloseReason.SESSION_INVALID));
            Peer again = member.begin(id, SessionIds.password(id));
            world.pass(50);
            assertThat(again.take()).hasSize(1).first().isInstanceOf(Sent.Connected.class);
            assertThat(member.call(again, new ExistsRequest("/", false)).error())
                    .isZero();
        }
    }

    @Test
    void itsEndIsAnsweredBehindItsWrites() {
        EnsembleWorld world = world(false);
        for (Machine member : all(world)) {
            Peer peer = member.connect();
            peer.take();
            member.send(peer, TestWorld.create("/a" + member.sid, 0));
            member.send(peer, new CloseSessionRequest());
            member.send(peer, TestWorld.create("/late", 0));
            world.settle();
            assertThat(peer.take()).hasSize(3).last().isEqualTo(new Sent.Closed(CloseReason.SESSION_CLOSED));
            assertThat(member.node.tree().find("/a" + member.sid)).isNotNull();
            assertThat(member.node.tree().find("/late")).isNull();
            assertThat(member.node.sessions().count()).isZero();
        }
    }

    /// Clients give their requests the same numbers on each connection.
    @Test
    void whatAFormerConnectionAskedForAnswersNothingOfTheNextOne() {
        EnsembleWorld world = world(false);
        Machine follower = world.followers().getFirst();
        Peer peer = follower.connect();
        long id = peer.client.sessionId();
        Machine leader = world.leader();
        leader.deaf = true;
        follower.send(peer, TestWorld.create("/a", 0));
        follower.step(new Input.Disconnect(peer.client));
        Peer again = follower.begin(id, SessionIds.password(id));
        assertThat(again.take()).hasSize(1).first().isInstanceOf(Sent.Connected.class);
        leader.deaf = false;
        leader.hearLate();
        follower.send(again, TestWorld.create("/a", 0));
        world.settle();
        assertThat(again.take().stream().map(sent -> ((Sent.Reply) sent).error()))
                .containsExactly(ErrorCode.NODE_EXISTS.number());
        assertThat(follower.call(again, TestWorld.create("/b", 0)).error()).isZero();
    }

    /// The leader may still take up what an observer has sent it before their connection broke.
    @Test
    void itEndsIfNobodyKnowsWhatWillComeOfItsWrites() {
        EnsembleWorld world = withObserver(false);
        Machine observer = world.machines.get(OBSERVER);
        Peer writes = observer.connect();
        Peer reads = observer.connect();
        world.leader().deaf = true;
        observer.send(writes, TestWorld.create("/a", 0));
        observer.hangUp();
        world.leader().deaf = false;
        world.pass(2_000);
        assertThat(observer.serves()).isTrue();
        assertThat(resumed(world, observer, writes)).endsWith(new Sent.Closed(CloseReason.SESSION_INVALID));
        assertThat(resumed(world, observer, reads)).singleElement().isInstanceOf(Sent.Connected.class);
    }

    /// Its client leaves first, and is connected again before the leader has made it known to all.
    @Test
    void oneThatAllAreAboutToKnowIsNotCalledGone() {
        EnsembleWorld world = withObserver(true);
        Machine observer = world.machines.get(OBSERVER);
        Peer peer = observer.connect();
        world.followers().forEach(each -> each.mute |= each != observer);
        observer.send(peer, TestWorld.create("/e", EPHEMERAL));
        world.settle();
        observer.step(new Input.Disconnect(peer.client));
        observer.hangUp();
        world.pass(500);
        long id = peer.client.sessionId();
        Peer again = observer.begin(id, SessionIds.password(id));
        world.pass(50);
        assertThat(again.take()).as("the leader is asked, and waits").isEmpty();
        world.followers().forEach(each -> each.mute = false);
        Machine leader = world.leader();
        leader.call(leader.connect(), TestWorld.create("/acknowledged", 0));
        world.pass(1_000);
        assertThat(again.take()).singleElement().isInstanceOf(Sent.Connected.class);
        assertThat(observer.call(again, TestWorld.create("/e", 0)).error()).isEqualTo(ErrorCode.NODE_EXISTS.number());
    }

    private static List<Sent> resumed(EnsembleWorld world, Machine member, Peer peer) {
        long id = peer.client.sessionId();
        Peer again = member.begin(id, SessionIds.password(id));
        world.pass(50);
        return again.take();
    }

    @Test
    void itEndsAlsoIfItsClientLeavesBeforeItIsTold() {
        EnsembleWorld world = world(false);
        for (Machine member : all(world)) {
            Peer peer = member.connect();
            peer.take();
            member.send(peer, TestWorld.create("/a" + member.sid, 0));
            member.send(peer, new CloseSessionRequest());
            member.step(new Input.Disconnect(peer.client));
            world.pass(15_000);
            assertThat(member.node.sessions().count()).isZero();
        }
    }

    @Test
    void itsMemberLetsItExpire() {
        EnsembleWorld world = world(false);
        for (Machine member : all(world)) {
            Peer talking = member.connect();
            Peer silent = member.connect();
            for (int i = 0; i < 15; i++) {
                world.pass(1_000);
                member.step(new Input.Submit(talking.client, new Tag(-2, OpCode.PING, 0, 8), new PingRequest()));
            }
            assertThat(silent.take()).last().isEqualTo(new Sent.Closed(CloseReason.SESSION_EXPIRED));
            assertThat(member.node.sessions().find(talking.client.sessionId())).isNotNull();
            member.step(new Input.Disconnect(talking.client));
        }
    }

    @Test
    void itOutlivesALeader() {
        EnsembleWorld world = world(true);
        Machine follower = world.followers().getFirst();
        Peer peer = follower.connect();
        peer.take();
        follower.send(peer, TestWorld.create("/e", EPHEMERAL));
        follower.send(peer, new ExistsRequest("/e", false));
        world.leader().die();
        world.pass(1_500);
        assertThat(peer.take().stream().map(sent -> ((Sent.Reply) sent).error()))
                .containsExactly(0, 0);
        assertThat(knownTo(world, peer.client.sessionId())).isEqualTo(2);
    }

    /// Its member may have sent them before it learned of the end. Nothing in them says whether the session was local.
    @Test
    void requestsOfASessionThatAllKnewAreRefusedWhenItHasEnded() {
        EnsembleWorld world = world(true);
        Machine leader = world.leader();
        Machine follower = world.followers().getFirst();
        Peer peer = follower.connect();
        follower.call(peer, TestWorld.create("/e", EPHEMERAL));
        assertThat(knownTo(world, peer.client.sessionId())).isEqualTo(3);
        follower.send(peer, new CloseSessionRequest());
        world.settle();
        assertThat(knownTo(world, peer.client.sessionId())).isZero();
        arrives(leader, peer.client.sessionId(), "/late");
        arrives(leader, 9L << 56 | 1, "/local");
        world.settle();
        assertThat(leader.node.tree().find("/late")).isNull();
        assertThat(leader.node.tree().find("/local")).isNotNull();
    }

    private static void arrives(Machine leader, long session, String path) {
        WireWriter body = new WireWriter();
        TestWorld.create(path, 0).write(body);
        var forward = new QuorumPacket.Forward(session, 9, OpCode.CREATE.number(), body.toByteArray(), List.of());
        leader.step(new Input.Peer(new PeerInput.Received(leader.pipes.getFirst(), forward)));
    }
}
