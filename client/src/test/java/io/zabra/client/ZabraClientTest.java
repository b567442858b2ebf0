// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zabra.wire.client.ClientInfo;
import io.zabra.wire.client.CreateMode;
import io.zabra.wire.client.OpResult;
import io.zabra.wire.data.Acl;
import io.zabra.wire.data.ErrorCode;
import io.zabra.wire.data.Id;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The operations against a server that stays up.
@Timeout(60)
class ZabraClientTest {

    @TempDir
    static Path directory;

    private static ServerUnderTest server;
    private ZabraClient client;
    private BlockingClient blocking;

    @BeforeAll
    static void startServer() throws Exception {
        server = ServerUnderTest.in(directory);
        server.start();
    }

    @AfterAll
    static void stopServer() throws Exception {
        server.close();
    }

    @BeforeEach
    void connect() throws Exception {
        client = ZabraClient.builder(server.connectString()).connect();
        blocking = client.blocking();
        assertThat(blocking.awaitConnected(Duration.ofSeconds(20))).isTrue();
    }

    @AfterEach
    void close() {
        client.close();
    }

    @Test
    void saysWhyThereIsNoConnection() throws Exception {
        BlockingQueue<String> told = new LinkedBlockingQueue<>();
        try (ZabraClient lost = ZabraClient.builder("127.0.0.1:1")
                .onConnectionFailure(failure -> told.add(failure.getMessage()))
                .connect()) {
            String reason = "No connection to 127.0.0.1:1: Connection refused";
            assertThatThrownBy(() -> lost.blocking().data("/"))
                    .isInstanceOf(ZabraException.ConnectionLoss.class)
                    .hasStackTraceContaining(reason);
            assertThat(told.poll(10, TimeUnit.SECONDS)).isEqualTo(reason);
        }
    }

    @Test
    void createsReadsChangesAndDeletesANode() throws Exception {
        Created created = blocking.create("/life", bytes("a"), CreateMode.PERSISTENT);
        assertThat(created.path()).isEqualTo("/life");
        assertThat(created.stat().version()).isZero();

        assertThat(blocking.setData("/life", bytes("b"), 0).version()).isEqualTo(1);
        NodeData found = blocking.data("/life");
        assertThat(found.text()).isEqualTo("b");
        assertThat(found.stat().czxid()).isEqualTo(created.stat().czxid());
        assertThat(blocking.children("/").names()).contains("life", "zookeeper");

        blocking.delete("/life", 1);
        assertThat(blocking.exists("/life")).isEmpty();
    }

    @Test
    void keepsNullDataApartFromNoData() throws Exception {
        blocking.create("/null", null, CreateMode.EPHEMERAL);
        blocking.create("/empty", new byte[0], CreateMode.EPHEMERAL);

        assertThat(blocking.data("/null").data()).isNull();
        assertThat(blocking.data("/empty").data()).isEmpty();
    }

    @Test
    void namesEachFailureAndItsPath() throws Exception {
        blocking.create("/taken", null, CreateMode.EPHEMERAL);

        assertThatThrownBy(() -> blocking.data("/none"))
                .isInstanceOfSatisfying(
                        ZabraException.NoNode.class, e -> assertThat(e.path()).isEqualTo("/none"))
                .hasMessage("KeeperErrorCode = NoNode for /none");
        assertThatThrownBy(() -> blocking.create("/taken", null, CreateMode.PERSISTENT))
                .isInstanceOf(ZabraException.NodeExists.class);
        assertThatThrownBy(() -> blocking.setData("/taken", null, 7)).isInstanceOf(ZabraException.BadVersion.class);
        assertThatThrownBy(() -> blocking.delete("/zookeeper", -1))
                .isInstanceOfSatisfying(
                        ZabraException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.BAD_ARGUMENTS));
        assertThatThrownBy(() -> blocking.create("/taken/child", null, CreateMode.PERSISTENT))
                .isInstanceOf(ZabraException.NoChildrenForEphemerals.class);
        assertThatThrownBy(() -> client.data("no-slash"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Path must start with / character");
    }

    @Test
    void createsAllKindsOfNodes() throws Exception {
        Created root = blocking.create("/kinds", null, CreateMode.CONTAINER);
        assertThat(root.stat().ephemeralOwner()).isZero();
        assertThat(blocking.create("/kinds/s-", null, CreateMode.PERSISTENT_SEQUENTIAL)
                        .path())
                .isEqualTo("/kinds/s-0000000000");
        assertThat(blocking.create("/kinds/e-", null, CreateMode.EPHEMERAL_SEQUENTIAL)
                        .stat()
                        .ephemeralOwner())
                .isEqualTo(client.sessionId());
        assertThat(blocking.createWithTtl("/kinds/ttl", null, CreateMode.PERSISTENT_WITH_TTL, Acl.OPEN, 100_000)
                        .path())
                .isEqualTo("/kinds/ttl");
        assertThat(blocking.descendantCount("/kinds")).isEqualTo(3);
        assertThat(blocking.ephemerals("/kinds")).containsExactly("/kinds/e-0000000001");
    }

    @Test
    void answersPipelinedRequestsInTheirOrder() throws Exception {
        blocking.create("/order", null, CreateMode.PERSISTENT);
        List<Integer> versions = new CopyOnWriteArrayList<>();
        List<CompletableFuture<Void>> all = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            all.add(client.setData("/order", bytes("x" + i), i).thenAccept(stat -> versions.add(stat.version())));
        }
        CompletableFuture.allOf(all.toArray(new CompletableFuture<?>[0])).get(30, TimeUnit.SECONDS);

        assertThat(versions).hasSize(2_000).isSorted();
        assertThat(blocking.data("/order").text()).isEqualTo("x1999");
    }

    @Test
    void carriesPacketsLongerThanItsBuffers() throws Exception {
        byte[] large = new byte[900_000];
        large[899_999] = 7;
        List<CompletableFuture<Created>> all = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            all.add(client.create("/large" + i, large, CreateMode.EPHEMERAL));
        }
        for (CompletableFuture<Created> one : all) {
            one.get(30, TimeUnit.SECONDS);
        }
        assertThat(blocking.data("/large3").data()).isEqualTo(large);
    }

    @Test
    void refusesWhatIsOverItsLimits() throws Exception {
        assertThatThrownBy(() -> client.create("/x", new byte[2_000_000], CreateMode.PERSISTENT))
                .isInstanceOf(ZabraException.RequestTooLong.class);
        var limits = new ClientLimits(2, 1_000, 1_000, 1_000_000, 10);
        try (var small = ZabraClient.builder("127.0.0.1:1").limits(limits).connect()) {
            assertThatThrownBy(() -> {
                        for (int i = 0; i < 1_000; i++) {
                            small.sync("/");
                        }
                    })
                    .isInstanceOf(ZabraException.Overloaded.class);
        }
    }

    @Test
    void firesOneShotWatchesOnceAndBeforeTheReplyThatShowsTheChange() throws Exception {
        blocking.create("/watched", null, CreateMode.PERSISTENT);
        List<String> seen = new CopyOnWriteArrayList<>();
        client.data("/watched", event -> seen.add(event.type() + " " + event.path()));
        client.exists("/watched/child", event -> seen.add(event.type() + " " + event.path()));
        client.children("/watched", event -> seen.add(event.type() + " " + event.path()));
        client.setData("/watched", bytes("1"), -1).thenAccept(stat -> seen.add("set"));
        client.create("/watched/child", null, CreateMode.PERSISTENT).thenAccept(created -> seen.add("created"));
        client.setData("/watched", bytes("2"), -1)
                .thenAccept(stat -> seen.add("set"))
                .get(20, TimeUnit.SECONDS);

        assertThat(seen)
                .containsExactly(
                        "NODE_DATA_CHANGED /watched",
                        "set",
                        "NODE_CREATED /watched/child",
                        "NODE_CHILDREN_CHANGED /watched",
                        "created",
                        "set");
    }

    @Test
    void streamsTheEventsOfARecursiveWatch() throws Exception {
        blocking.create("/stream", null, CreateMode.PERSISTENT);
        try (WatchStream stream = blocking.watchStream("/stream", WatchKind.PERSISTENT_RECURSIVE, 100)) {
            Created created = blocking.create("/stream/a", null, CreateMode.PERSISTENT);
            blocking.delete("/stream/a", -1);

            assertThat(stream.next())
                    .contains(new WatchEvent(
                            WatchEvent.Type.NODE_CREATED,
                            "/stream/a",
                            created.stat().czxid()));
            assertThat(stream.next().map(WatchEvent::type)).contains(WatchEvent.Type.NODE_DELETED);
            client.close();
            assertThat(stream.next()).isEmpty();
            assertThat(stream.isEnded()).isTrue();
        }
    }

    @Test
    void tellsASlowReaderThatEventsAreLost() throws Exception {
        blocking.create("/slow", null, CreateMode.PERSISTENT);
        try (WatchStream stream = blocking.watchStream("/slow", WatchKind.PERSISTENT, 2)) {
            for (int i = 0; i < 5; i++) {
                client.setData("/slow", null, -1);
            }
            client.sync("/").get(20, TimeUnit.SECONDS);

            assertThat(stream.next().map(WatchEvent::type)).contains(WatchEvent.Type.EVENTS_LOST);
            assertThat(stream.next().map(WatchEvent::type)).contains(WatchEvent.Type.NODE_DATA_CHANGED);
            assertThat(stream.next().map(WatchEvent::type)).contains(WatchEvent.Type.NODE_DATA_CHANGED);
            assertThat(stream.next(Duration.ofMillis(50))).isEmpty();
        }
    }

    @Test
    void closingOneStreamLeavesTheOtherWatchOfThePath() throws Exception {
        blocking.create("/shared", null, CreateMode.PERSISTENT);
        try (WatchStream stays = blocking.watchStream("/shared", WatchKind.PERSISTENT, 10)) {
            blocking.watchStream("/shared", WatchKind.PERSISTENT, 10).close();
            blocking.sync("/");
            blocking.setData("/shared", null, -1);

            assertThat(stays.next(Duration.ofSeconds(20)).map(WatchEvent::type))
                    .contains(WatchEvent.Type.NODE_DATA_CHANGED);
        }
    }

    @Test
    void removedWatchesTellTheirWatcherAndFireNoMore() throws Exception {
        blocking.create("/removed", null, CreateMode.PERSISTENT);
        BlockingQueue<WatchEvent> events = new LinkedBlockingQueue<>();
        blocking.data("/removed", events::add);
        blocking.removeWatches("/removed", WatchKind.DATA, false);
        blocking.setData("/removed", null, -1);

        assertThat(events.poll(20, TimeUnit.SECONDS))
                .isEqualTo(new WatchEvent(WatchEvent.Type.DATA_WATCH_REMOVED, "/removed", -1));
        client.sync("/").get(20, TimeUnit.SECONDS);
        assertThat(events).isEmpty();
        assertThatThrownBy(() -> blocking.removeWatches("/removed", WatchKind.ANY, false))
                .isInstanceOf(ZabraException.NoWatcher.class);
    }

    @Test
    void transactionsHappenAllTogether() throws Exception {
        List<OpResult> results = blocking.commit(client.transaction()
                .create("/tx", bytes("0"), CreateMode.PERSISTENT)
                .create("/tx/n-", null, CreateMode.EPHEMERAL_SEQUENTIAL)
                .setData("/tx", bytes("1"), 0)
                .check("/tx", 1));
        assertThat(results).hasSize(4);
        assertThat(results.get(1))
                .isInstanceOfSatisfying(
                        OpResult.Created2.class,
                        created -> assertThat(created.path()).isEqualTo("/tx/n-0000000000"));
        assertThat(results.get(2))
                .isInstanceOfSatisfying(
                        OpResult.DataSet.class,
                        set -> assertThat(set.stat().version()).isEqualTo(1));

        List<OpResult> reads =
                client.transaction().data("/tx").children("/none").commit().get(20, TimeUnit.SECONDS);
        assertThat(reads.get(0)).isInstanceOf(OpResult.DataRead.class);
        assertThat(reads.get(1)).isEqualTo(new OpResult.Failed(ErrorCode.NO_NODE.number()));
    }

    @Test
    void aTransactionWithAFailingPartDoesNothing() throws Exception {
        Transaction transaction = client.transaction()
                .create("/half", null, CreateMode.PERSISTENT)
                .delete("/missing", -1);

        assertThatThrownBy(() -> blocking.commit(transaction))
                .isInstanceOfSatisfying(ZabraException.TransactionFailed.class, e -> {
                    assertThat(e.code()).isEqualTo(ErrorCode.NO_NODE);
                    assertThat(e.path()).isEqualTo("/missing");
                    assertThat(e.results()).hasSize(2);
                });
        assertThat(blocking.exists("/half")).isEmpty();
    }

    @Test
    void credentialsOpenWhatTheirAclAllows() throws Exception {
        blocking.addAuth("digest", bytes("ann:secret"));
        assertThat(blocking.whoAmI()).contains(new ClientInfo("digest", "ann"));
        List<Acl> own = List.of(new Acl(Acl.ALL, new Id("auth", "")));
        blocking.create("/private", bytes("p"), CreateMode.PERSISTENT, own);
        NodeAcl acl = blocking.acl("/private");
        assertThat(acl.acl()).hasSize(1);
        assertThat(acl.acl().get(0).id().scheme()).isEqualTo("digest");

        try (var stranger = ZabraClient.builder(server.connectString()).connect()) {
            assertThatThrownBy(() -> stranger.blocking().data("/private")).isInstanceOf(ZabraException.NoAuth.class);
        }
        try (var friend = ZabraClient.builder(server.connectString())
                .auth("digest", bytes("ann:secret"))
                .connect()) {
            assertThat(friend.blocking().data("/private").text()).isEqualTo("p");
        }
    }

    @Test
    void refusedCredentialsEndTheSession() throws Exception {
        BlockingQueue<SessionState> states = new LinkedBlockingQueue<>();
        try (var other =
                ZabraClient.builder(server.connectString()).onState(states::add).connect()) {
            CompletableFuture<?> refused = other.addAuth("nobodys-scheme", bytes("x"));
            assertThatThrownBy(() -> refused.get(20, TimeUnit.SECONDS))
                    .cause()
                    .isInstanceOf(ZabraException.AuthFailed.class);
            assertThat(states.poll(20, TimeUnit.SECONDS)).isEqualTo(SessionState.CONNECTED);
            // The server cuts the connection at once, and sometimes before its answer has arrived.
            SessionState next = states.poll(20, TimeUnit.SECONDS);
            while (next != null && next != SessionState.AUTH_FAILED) {
                next = states.poll(20, TimeUnit.SECONDS);
            }
            assertThat(next).isEqualTo(SessionState.AUTH_FAILED);
        }
    }

    @Test
    void aChrootHidesThePathAboveIt() throws Exception {
        blocking.create("/app", null, CreateMode.PERSISTENT);
        BlockingQueue<WatchEvent> events = new LinkedBlockingQueue<>();
        try (var inside = ZabraClient.builder(server.connectString() + "/app").connect()) {
            inside.blocking().watch("/", WatchKind.PERSISTENT_RECURSIVE, events::add);
            assertThat(inside.blocking()
                            .create("/n-", null, CreateMode.EPHEMERAL_SEQUENTIAL)
                            .path())
                    .isEqualTo("/n-0000000000");
            assertThat(inside.blocking().children("/").names()).containsExactly("n-0000000000");
            assertThat(inside.blocking().ephemerals("/")).containsExactly("/n-0000000000");
            assertThat(events.poll(20, TimeUnit.SECONDS).path()).isEqualTo("/n-0000000000");
            assertThat(inside.blocking().config(null).stat().aversion()).isEqualTo(-1);
        }
        assertThat(blocking.exists("/app/n-0000000000")).isEmpty();
    }

    @Test
    void closeDeletesEphemeralNodesAndFailsLaterRequests() throws Exception {
        var other = ZabraClient.builder(server.connectString()).connect();
        CompletableFuture<Created> last = other.create("/short", null, CreateMode.EPHEMERAL);
        other.close();

        assertThat(last.get(20, TimeUnit.SECONDS).path()).isEqualTo("/short");
        assertThat(blocking.exists("/short")).isEmpty();
        assertThat(other.state()).isEqualTo(SessionState.CLOSED);
        assertThatThrownBy(() -> other.blocking().data("/")).isInstanceOf(ZabraException.SessionExpired.class);
    }

    @Test
    void aWatcherMayUseTheBlockingClient() throws Exception {
        blocking.create("/inside", bytes("1"), CreateMode.PERSISTENT);
        BlockingQueue<String> read = new LinkedBlockingQueue<>();
        blocking.data("/inside", event -> {
            try {
                read.add(blocking.data("/inside").text());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        blocking.setData("/inside", bytes("2"), -1);

        assertThat(read.poll(20, TimeUnit.SECONDS)).isEqualTo("2");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }
}
