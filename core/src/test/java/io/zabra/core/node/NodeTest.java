// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.node;

import static io.zabra.core.node.TestWorld.create;
import static org.assertj.core.api.Assertions.assertThat;

import io.zabra.core.base.NodeConfig;
import io.zabra.core.node.TestWorld.Peer;
import io.zabra.core.node.TestWorld.Sent;
import io.zabra.core.session.CloseReason;
import io.zabra.core.session.SessionIds;
import io.zabra.core.session.Tag;
import io.zabra.wire.client.AuthRequest;
import io.zabra.wire.client.CheckVersionRequest;
import io.zabra.wire.client.CloseSessionRequest;
import io.zabra.wire.client.CreateRequest;
import io.zabra.wire.client.CreateTtlRequest;
import io.zabra.wire.client.DeleteRequest;
import io.zabra.wire.client.ExistsRequest;
import io.zabra.wire.client.GetDataRequest;
import io.zabra.wire.client.GetDataResponse;
import io.zabra.wire.client.MultiRequest;
import io.zabra.wire.client.MultiResponse;
import io.zabra.wire.client.OpCode;
import io.zabra.wire.client.OpResult;
import io.zabra.wire.client.PathResponse;
import io.zabra.wire.client.PingRequest;
import io.zabra.wire.client.SetDataRequest;
import io.zabra.wire.client.WatcherEvent;
import io.zabra.wire.data.Acl;
import io.zabra.wire.data.ErrorCode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class NodeTest {

    private final TestWorld world = new TestWorld();

    @Test
    void aSessionIsOpenOnlyWhenItsTransactionIsDurable() {
        Peer peer = world.begin(0, new byte[0], 0);
        assertThat(peer.sent).isEmpty();
        world.flush();
        assertThat(peer.take()).singleElement().isInstanceOfSatisfying(Sent.Connected.class, connected -> {
            assertThat(connected.response().timeoutMs()).isEqualTo(10_000);
            assertThat(connected.response().password())
                    .isEqualTo(SessionIds.password(connected.response().sessionId()));
        });
    }

    @Test
    void nothingIsAcknowledgedBeforeItIsDurable() {
        Peer peer = world.connect();
        world.send(peer, create("/a", 0));
        assertThat(peer.sent).isEmpty();
        assertThat(world.node.tree().find("/a")).isNull();
        world.flush();
        assertThat(peer.take()).containsExactly(new Sent.Reply(1, 2, 0, new PathResponse("/a")));
    }

    @Test
    void aReadWaitsForTheWritesBeforeItAndForNoOthers() {
        Peer writer = world.connect();
        Peer reader = world.connect();
        world.send(writer, create("/a", 0));
        world.send(writer, new ExistsRequest("/a", false));
        world.send(reader, new ExistsRequest("/a", false));
        assertThat(writer.sent).isEmpty();
        assertThat(reader.take())
                .extracting(sent -> ((Sent.Reply) sent).error())
                .containsExactly(ErrorCode.NO_NODE.number());
        world.flush();
        assertThat(writer.take())
                .extracting(sent -> ((Sent.Reply) sent).error())
                .containsExactly(0, 0);
    }

    @Test
    void pipelinedWritesSeeEachOther() {
        Peer peer = world.connect();
        world.send(peer, create("/a", 0));
        world.send(peer, create("/a/s-", 2));
        world.send(peer, create("/a/s-", 2));
        world.send(peer, new SetDataRequest("/a", new byte[] {2}, 0));
        world.send(peer, new SetDataRequest("/a", new byte[] {3}, 0));
        world.send(peer, new DeleteRequest("/a", -1));
        world.flush();
        assertThat(peer.take())
                .extracting(sent -> ((Sent.Reply) sent).error())
                .containsExactly(0, 0, 0, 0, ErrorCode.BAD_VERSION.number(), ErrorCode.NOT_EMPTY.number());
        assertThat(world.node.tree().find("/a/s-0000000001")).isNotNull();
    }

    @Test
    void aFailedWriteUsesUpAZxid() {
        Peer peer = world.connect();
        assertThat(world.call(peer, new DeleteRequest("/none", -1)).zxid()).isEqualTo(2);
        assertThat(world.call(peer, create("/a", 0)).zxid()).isEqualTo(3);
    }

    @Test
    void anEventGoesOutBeforeTheReplyOfTheWriteThatCausedIt() {
        Peer peer = world.connect();
        world.call(peer, create("/a", 0));
        world.call(peer, new GetDataRequest("/a", true));
        world.send(peer, new SetDataRequest("/a", new byte[0], -1));
        world.flush();
        List<Sent> sent = peer.take();
        assertThat(sent.get(0)).isEqualTo(new Sent.Told(3, new WatcherEvent(WatcherEvent.NODE_DATA_CHANGED, 3, "/a")));
        assertThat(sent.get(1)).isInstanceOf(Sent.Reply.class);
    }

    @Test
    void aFailedMultiChangesNothingAndTellsWhichPartFailed() {
        Peer peer = world.connect();
        Sent.Reply reply = world.call(
                peer,
                new MultiRequest(
                        List.of(create("/z", 0), new CheckVersionRequest("/", 9), new DeleteRequest("/z", -1))));
        assertThat(reply.error()).isZero();
        assertThat(reply.body())
                .isEqualTo(new MultiResponse(
                        List.of(new OpResult.Failed(0), new OpResult.Failed(-103), new OpResult.Failed(-2))));
        assertThat(world.node.tree().find("/z")).isNull();
        assertThat(((PathResponse) world.call(peer, create("/s-", 2)).body()).path())
                .isEqualTo("/s-0000000000");
    }

    @Test
    void theEndOfASessionTakesItsEphemeralsAlsoThoseInFlight() {
        Peer peer = world.connect();
        Peer other = world.connect();
        world.call(peer, create("/e1", 1));
        world.call(other, new ExistsRequest("/e1", true));
        world.send(peer, create("/e2", 1));
        world.send(peer, new CloseSessionRequest());
        world.flush();
        assertThat(peer.take().getLast()).isEqualTo(new Sent.Closed(CloseReason.SESSION_CLOSED));
        assertThat(world.node.tree().find("/e1")).isNull();
        assertThat(world.node.tree().find("/e2")).isNull();
        assertThat(world.node.tree().ephemeralCount()).isZero();
        assertThat(other.take()).singleElement().isInstanceOf(Sent.Told.class);
    }

    @Test
    void aSilentSessionExpiresAndAPingingOneDoesNot() {
        Peer silent = world.connect();
        Peer pinging = world.connect();
        world.call(silent, create("/e", 1));
        for (int i = 0; i < 5; i++) {
            world.pass(3_000);
            world.send(pinging, new PingRequest());
        }
        assertThat(silent.take()).endsWith(new Sent.Closed(CloseReason.SESSION_EXPIRED));
        assertThat(world.node.tree().find("/e")).isNull();
        assertThat(pinging.take()).noneMatch(Sent.Closed.class::isInstance);
    }

    /// Found by the simulator, seed 931: the read was answered, and the close before it not.
    @Test
    void whoClosesASessionThatIsExpiringGetsNoAnswerToWhatComesBehind() {
        Peer peer = world.connect();
        world.passUnflushed(15_000);
        world.send(peer, new CloseSessionRequest());
        world.send(peer, new PingRequest());
        assertThat(peer.take()).isEmpty();
        world.flush();
        assertThat(peer.take()).containsExactly(new Sent.Closed(CloseReason.SESSION_EXPIRED));
    }

    @Test
    void aSessionIsResumedWithItsPasswordOnly() {
        Peer owner = world.connect();
        long id = owner.client.sessionId();
        Peer stranger = world.begin(id, new byte[16], 0);
        assertThat(stranger.take()).endsWith(new Sent.Closed(CloseReason.SESSION_INVALID));
        assertThat(owner.take()).isEmpty();
        Peer again = world.begin(id, SessionIds.password(id), 0);
        assertThat(((Sent.Connected) again.take().getFirst()).response().sessionId())
                .isEqualTo(id);
        assertThat(owner.take()).containsExactly(new Sent.Closed(CloseReason.SESSION_MOVED));
    }

    @Test
    void aClientThatHasSeenMoreIsSentElsewhere() {
        Peer ahead = world.begin(0, new byte[16], 1L << 40);
        assertThat(ahead.take()).containsExactly(new Sent.Closed(CloseReason.CLIENT_AHEAD));
    }

    @Test
    void credentialsCountFromTheirPacketOn() {
        Peer peer = world.connect();
        Peer other = world.connect();
        world.call(peer, new AuthRequest(0, "digest", "u:p".getBytes(StandardCharsets.UTF_8)));
        List<Acl> own = List.of(new Acl(Acl.ALL, new io.zabra.wire.data.Id("auth", "")));
        world.call(peer, new CreateRequest(OpCode.CREATE, "/own", null, own, 0));
        assertThat(world.call(other, new GetDataRequest("/own", true)).error()).isEqualTo(ErrorCode.NO_AUTH.number());
        Sent.Reply reply = world.call(peer, new GetDataRequest("/own", false));
        assertThat(((GetDataResponse) reply.body()).data()).isNull();
    }

    @Test
    void anOperationThatClientsDoNotHaveEndsTheConnection() {
        Peer peer = world.connect();
        world.step(new Input.UnknownOperation(peer.client, new Tag(1, OpCode.ERROR, 0, 8)));
        assertThat(peer.take())
                .containsExactly(new Sent.Reply(1, -1, -6, null), new Sent.Closed(CloseReason.UNKNOWN_OPERATION));
    }

    @Test
    void aTtlZnodeNeedsItsOperationAndExtendedTypes() {
        Peer peer = world.connect();
        assertThat(world.call(peer, new CreateTtlRequest("/t", null, Acl.OPEN, 5, 1_000))
                        .error())
                .isEqualTo(-6);
        assertThat(world.call(peer, new CreateTtlRequest("/t", null, Acl.OPEN, 0, -1))
                        .error())
                .isEqualTo(-8);
        assertThat(world.call(peer, create("/t", 5)).error()).isEqualTo(-6);
    }

    @Test
    void emptyContainersThatWereUsedAreSweptAway() {
        Peer peer = world.connect();
        world.call(peer, new CreateRequest(OpCode.CREATE_CONTAINER, "/c", null, Acl.OPEN, 4));
        world.call(peer, create("/c/x", 0));
        keepAlive(peer, 70_000);
        assertThat(world.node.tree().find("/c")).isNotNull();
        world.call(peer, new DeleteRequest("/c/x", -1));
        keepAlive(peer, 70_000);
        assertThat(world.node.tree().find("/c")).isNull();
    }

    @Test
    void ephemeralsThatAreStillInFlightGoWithTheirSession() {
        Peer peer = world.connect();
        world.call(peer, create("/applied", 1));
        world.call(peer, create("/deleted", 1));
        world.send(peer, new DeleteRequest("/deleted", -1));
        world.send(peer, create("/inFlight", 1));
        world.send(peer, create("/inFlight", 1));
        world.send(peer, create("/persistent", 0));
        world.send(peer, create("/brief", 1));
        world.send(peer, new DeleteRequest("/brief", -1));
        world.send(peer, new CloseSessionRequest());
        world.flush();
        assertThat(world.node.tree().ephemeralCount()).isZero();
        assertThat(world.node.tree().find("/inFlight")).isNull();
        assertThat(world.node.tree().find("/persistent")).isNotNull();
    }

    @Test
    void snapshotsAreTakenAfterAsManyTransactionsAsConfiguredAtMost() {
        NodeConfig defaults = NodeConfig.defaults();
        TestWorld small = new TestWorld(new NodeConfig(
                1,
                defaults.sessions(),
                defaults.tree(),
                new NodeConfig.Snapshots(20, 0),
                defaults.sweep(),
                defaults.throttle(),
                defaults.limits()));
        Peer peer = small.connect();
        for (int i = 0; i < 100; i++) {
            small.call(peer, create("/n" + i, 0));
            if (small.snapshots.size() > 0) {
                small.step(new Input.SnapshotDone(small.snapshots.getLast(), true));
            }
        }
        assertThat(small.snapshots.size()).isBetween(4, 10);
    }

    @Test
    void aFullDiskRefusesWritesAndKeepsReads() {
        Peer peer = world.connect();
        world.step(new Input.DiskSpace(Input.Space.LOW));
        assertThat(world.call(peer, create("/a", 0)).error()).isEqualTo(ErrorCode.QUOTA_EXCEEDED.number());
        assertThat(world.call(peer, new ExistsRequest("/", false)).error()).isZero();
        world.step(new Input.DiskSpace(Input.Space.AMPLE));
        assertThat(world.call(peer, create("/a", 0)).error()).isZero();
    }

    private void keepAlive(Peer peer, int ms) {
        for (int passed = 0; passed < ms; passed += 2_000) {
            world.pass(2_000);
            world.send(peer, new PingRequest());
        }
    }
}
