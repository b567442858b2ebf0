// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zabra.wire.client.CreateMode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A session against connections that break, a server that goes and comes back, and time.
@Timeout(60)
class SessionContinuityTest {

    private static final int WAIT_SECONDS = 20;

    @TempDir
    Path directory;

    private ServerUnderTest server;
    private final BlockingQueue<SessionState> states = new LinkedBlockingQueue<>();
    private ZabraClient client;
    private BlockingClient blocking;

    @BeforeEach
    void connect() throws Exception {
        server = ServerUnderTest.in(directory);
        server.start();
        client = ZabraClient.builder(server.connectString())
                .sessionTimeoutMs(4_000)
                .onState(states::add)
                .connect();
        blocking = client.blocking();
        awaitState(SessionState.CONNECTED);
    }

    @AfterEach
    void close() throws Exception {
        client.close();
        server.close();
    }

    @Test
    void keepsItsSessionAndEphemeralNodesOverARestart() throws Exception {
        long session = client.sessionId();
        blocking.create("/mine", null, CreateMode.EPHEMERAL);
        server.stop();
        awaitState(SessionState.DISCONNECTED);
        server.start();
        awaitState(SessionState.CONNECTED);

        assertThat(client.sessionId()).isEqualTo(session);
        assertThat(blocking.exists("/mine"))
                .get()
                .satisfies(stat -> assertThat(stat.ephemeralOwner()).isEqualTo(session));
    }

    @Test
    void restoresItsWatchesAndLearnsWhatChangedMeanwhile() throws Exception {
        for (String path : List.of("/data", "/kids", "/calm", "/lasting")) {
            blocking.create(path, null, CreateMode.PERSISTENT);
        }
        BlockingQueue<WatchEvent> events = new LinkedBlockingQueue<>();
        blocking.data("/data", events::add);
        blocking.data("/calm", events::add);
        blocking.exists("/absent", events::add);
        blocking.children("/kids", events::add);
        BlockingQueue<WatchEvent> lasting = new LinkedBlockingQueue<>();
        blocking.watch("/lasting", WatchKind.PERSISTENT_RECURSIVE, lasting::add);

        try (CuttableLink link = new CuttableLink(server.port());
                ZabraClient other = ZabraClient.builder(server.connectString()).connect()) {
            // The client under test leaves its server for good while the other one writes.
            try (ZabraClient cut = ZabraClient.builder(link.connectString())
                    .sessionTimeoutMs(20_000)
                    .connect()) {
                BlockingQueue<WatchEvent> missed = new LinkedBlockingQueue<>();
                cut.blocking().data("/data", missed::add);
                cut.blocking().data("/calm", missed::add);
                cut.blocking().exists("/absent", missed::add);
                cut.blocking().children("/kids", missed::add);
                cut.blocking().watch("/lasting", WatchKind.PERSISTENT, missed::add);
                link.cut();
                other.blocking().setData("/data", "new".getBytes(UTF_8), -1);
                other.blocking().create("/absent", null, CreateMode.PERSISTENT);
                other.blocking().create("/kids/one", null, CreateMode.PERSISTENT);
                link.mend();

                assertThat(List.of(next(missed), next(missed), next(missed), next(missed)))
                        .containsExactlyInAnyOrder(
                                new WatchEvent(WatchEvent.Type.NODE_DATA_CHANGED, "/data", -1),
                                new WatchEvent(WatchEvent.Type.NODE_CREATED, "/absent", -1),
                                new WatchEvent(WatchEvent.Type.NODE_CHILDREN_CHANGED, "/kids", -1),
                                new WatchEvent(WatchEvent.Type.WATCH_RESTORED, "/lasting", -1));
                other.blocking().setData("/calm", null, -1);
                assertThat(next(missed).path()).isEqualTo("/calm");
                other.blocking().setData("/lasting", null, -1);
                assertThat(next(missed).type()).isEqualTo(WatchEvent.Type.NODE_DATA_CHANGED);
            }
        }
        assertThat(List.of(next(events), next(events), next(events), next(events)))
                .extracting(WatchEvent::path)
                .containsExactly("/data", "/absent", "/kids", "/calm");
        assertThat(next(lasting).path()).isEqualTo("/lasting");
    }

    @Test
    void restoresMoreWatchesThanOnePacketHolds() throws Exception {
        BlockingQueue<WatchEvent> events = new LinkedBlockingQueue<>();
        String longName = "x".repeat(300);
        CompletableFuture<?> last = CompletableFuture.completedFuture(null);
        for (int i = 0; i < 2_000; i++) {
            last = client.exists("/" + longName + i, events::add);
        }
        last.get(WAIT_SECONDS, TimeUnit.SECONDS);
        server.dropConnections();
        awaitState(SessionState.DISCONNECTED);
        awaitState(SessionState.CONNECTED);
        blocking.create("/" + longName + 0, null, CreateMode.PERSISTENT);
        blocking.create("/" + longName + 1999, null, CreateMode.PERSISTENT);

        assertThat(next(events).path()).endsWith("x0");
        assertThat(next(events).path()).endsWith("x1999");
    }

    @Test
    void requestsOnTheirWayFailWhenTheConnectionBreaks() throws Exception {
        try (CuttableLink link = new CuttableLink(server.port());
                ZabraClient cut = ZabraClient.builder(link.connectString()).connect()) {
            cut.blocking().sync("/");
            link.mute();
            CompletableFuture<NodeData> unanswered = cut.data("/");
            Thread.sleep(50);
            link.cut();

            assertThatThrownBy(() -> unanswered.get(WAIT_SECONDS, TimeUnit.SECONDS))
                    .cause()
                    .isInstanceOf(ZabraException.ConnectionLoss.class);
        }
    }

    @Test
    void leavesAServerThatSaysNothing() throws Exception {
        BlockingQueue<SessionState> seen = new LinkedBlockingQueue<>();
        try (CuttableLink link = new CuttableLink(server.port());
                ZabraClient muted = ZabraClient.builder(link.connectString())
                        .sessionTimeoutMs(1_000)
                        .onState(seen::add)
                        .connect()) {
            assertThat(seen.poll(WAIT_SECONDS, TimeUnit.SECONDS)).isEqualTo(SessionState.CONNECTED);
            link.mute();
            assertThat(seen.poll(WAIT_SECONDS, TimeUnit.SECONDS)).isEqualTo(SessionState.DISCONNECTED);
            long tookMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - link.answeredNs());
            assertThat(tookMs).as("two thirds of the timeout, or more").isBetween(666L, 10_000L);
            assertThat(muted.state()).isNotEqualTo(SessionState.EXPIRED);
        }
    }

    @Test
    void pingsKeepAnIdleSessionAlive() throws Exception {
        try (ZabraClient idle = ZabraClient.builder(server.connectString())
                .sessionTimeoutMs(10 * ServerUnderTest.TICK_MS)
                .connect()) {
            idle.blocking().create("/idle", null, CreateMode.EPHEMERAL);
            Thread.sleep(15L * ServerUnderTest.TICK_MS);
            assertThat(blocking.exists("/idle")).isPresent();
            assertThat(idle.state()).isEqualTo(SessionState.CONNECTED);
        }
    }

    @Test
    void expiryEndsEverything() throws Exception {
        WatchStream stream = blocking.watchStream("/", WatchKind.PERSISTENT, 10);
        server.expire(client.sessionId());
        awaitState(SessionState.DISCONNECTED);
        awaitState(SessionState.EXPIRED);

        assertThat(stream.next(Duration.ofSeconds(WAIT_SECONDS))).isEmpty();
        assertThat(stream.isEnded()).isTrue();
        assertThatThrownBy(() -> blocking.data("/")).isInstanceOf(ZabraException.SessionExpired.class);
    }

    @Test
    void goesToAnotherServerOfItsListWhenOneIsDown() throws Exception {
        try (ZabraClient some = ZabraClient.builder("127.0.0.1:1," + server.connectString() + ",127.0.0.1:2")
                .connect()) {
            assertThat(some.blocking().awaitConnected(Duration.ofSeconds(WAIT_SECONDS)))
                    .isTrue();
            assertThat(some.server())
                    .get()
                    .satisfies(at -> assertThat(at.getPort()).isEqualTo(server.port()));
        }
    }

    @Test
    void failsRequestsWhenNoServerCanBeReached() {
        try (ZabraClient alone = ZabraClient.builder("127.0.0.1:1,127.0.0.1:2").connect()) {
            assertThatThrownBy(() -> alone.blocking().data("/")).isInstanceOf(ZabraException.ConnectionLoss.class);
        }
    }

    private void awaitState(SessionState wanted) throws InterruptedException {
        assertThat(states.poll(WAIT_SECONDS, TimeUnit.SECONDS)).isEqualTo(wanted);
    }

    private static WatchEvent next(BlockingQueue<WatchEvent> events) throws InterruptedException {
        WatchEvent event = events.poll(WAIT_SECONDS, TimeUnit.SECONDS);
        assertThat(event).as("an event within %d s", WAIT_SECONDS).isNotNull();
        return event;
    }
}
