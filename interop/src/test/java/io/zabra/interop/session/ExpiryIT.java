// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.interop.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.zabra.interop.process.OnZabra;
import io.zabra.interop.process.Product;
import io.zabra.interop.process.RunningServer;
import io.zabra.interop.process.ServerSetup;
import io.zabra.interop.raw.Frame;
import io.zabra.interop.raw.Handshake;
import io.zabra.interop.raw.JuteReader;
import io.zabra.interop.raw.Ops;
import io.zabra.interop.raw.RawClient;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Goal: a session whose client is gone ends when Apache would end it: after its timeout, rounded up to the next tick.
/// Method: the same clients go away in the same ways from both servers at once, and the time until their ephemeral
/// nodes vanish is taken.
@OnZabra
class ExpiryIT {

    private static final int NODE_DELETED = 2;
    private static final int TICK_MS = 500;

    /// For the scheduling of a busy machine.
    private static final int SLACK_MS = 1_000;

    /// Both servers round up to a multiple of the tick, each counted from a start of its own: on the average, half a
    /// tick.
    private static final int MEANS_APART_MAX_MS = 400;

    private static final List<Integer> TIMEOUTS_MS =
            List.of(1_000, 1_100, 1_250, 1_400, 1_600, 1_750, 1_900, 2_050, 2_200, 2_400, 2_600, 3_000);

    @TempDir
    Path directory;

    /// The ways in which a client goes.
    private enum Departure {
        RESET,
        CLOSED_SOCKET,
        SILENCE;

        static Departure of(int number) {
            return values()[number % values().length];
        }
    }

    private RunningServer start(Product product) {
        return ServerSetup.of(product, directory.resolve(product.name()))
                .withConfig("tickTime", Integer.toString(TICK_MS))
                .withConfig("maxSessionTimeout", "60000")
                .start();
    }

    @Test
    void sessionsEndWhenApacheEndsThem() {
        try (RunningServer apache = start(Product.APACHE);
                RunningServer zabra = start(Product.ZABRA)) {
            var measuring = CompletableFuture.supplyAsync(() -> overtimesMs(apache));
            Map<String, Long> ours = overtimesMs(zabra);
            Map<String, Long> theirs = measuring.join();
            assertThat(theirs).allSatisfy((what, ms) -> assertThat(ms).isBetween(0L, (long) TICK_MS + SLACK_MS));
            assertThat(ours).allSatisfy((what, ms) -> assertThat(ms).isBetween(0L, (long) TICK_MS + SLACK_MS));
            assertThat(mean(ours) - mean(theirs))
                    .as("ours %s, theirs %s", ours, theirs)
                    .isBetween((double) -MEANS_APART_MAX_MS, (double) MEANS_APART_MAX_MS);
        }
    }

    private static double mean(Map<String, Long> measured) {
        return measured.values().stream().mapToLong(ms -> ms).average().orElseThrow();
    }

    /// How long after its timeout each session ended, by the name of its ephemeral node.
    private static Map<String, Long> overtimesMs(RunningServer server) {
        try (var observer = RawClient.open(server.address(), Handshake.fresh(40_000))) {
            observer.limitAnswersTo(20_000);
            var clients = new LinkedHashMap<String, RawClient>();
            for (int i = 0; i < TIMEOUTS_MS.size(); i++) {
                String path = "/" + i + "-" + Departure.of(i) + "-" + TIMEOUTS_MS.get(i);
                var client = RawClient.open(server.address(), Handshake.fresh(TIMEOUTS_MS.get(i)));
                assertThat(client.session().timeoutMs()).isEqualTo(TIMEOUTS_MS.get(i));
                client.callOk(Ops.CREATE, Ops.create(path, Ops.EMPTY, 1));
                observer.callOk(Ops.EXISTS, Ops.read(path, true));
                clients.put(path, client);
            }
            var gone = new LinkedHashMap<String, Long>();
            clients.forEach((path, client) -> {
                gone.put(path, System.nanoTime());
                leave(client, Departure.of(gone.size() - 1));
            });
            var overtimes = new TreeMap<String, Long>();
            while (overtimes.size() < clients.size()) {
                String path = deleted(observer);
                int timeoutMs = Integer.parseInt(path.substring(path.lastIndexOf('-') + 1));
                overtimes.put(path, msSince(gone.get(path)) - timeoutMs);
            }
            clients.values().forEach(client -> endsWithoutAWord(client));
            return overtimes;
        }
    }

    private static void leave(RawClient client, Departure departure) {
        client.callOk(Ops.PING, Ops.EMPTY);
        switch (departure) {
            case RESET -> client.abort();
            case CLOSED_SOCKET -> client.close();
            case SILENCE -> client.limitAnswersTo(5_000);
        }
    }

    /// The connection of a client that only fell silent is closed, and nothing is sent before.
    private static void endsWithoutAWord(RawClient client) {
        assertThat(client.read()).isNull();
        client.close();
    }

    private static String deleted(RawClient observer) {
        Frame event = observer.read();
        assertThat(event.isEvent()).isTrue();
        JuteReader in = event.reader();
        assertThat(in.int32()).isEqualTo(NODE_DELETED);
        in.int32();
        return in.string();
    }

    /// A process of the official client that holds an ephemeral node is killed. Its last sign of life lies up to a
    /// third of the timeout back.
    @Test
    void aKilledClientLosesItsSession() throws Exception {
        try (RunningServer apache = start(Product.APACHE);
                RunningServer zabra = start(Product.ZABRA);
                var atApache = HolderProcess.start(apache.connectString(), "/held", 2_000);
                var atZabra = HolderProcess.start(zabra.connectString(), "/held", 2_000)) {
            RawClient apacheObserver = watching(apache, "/held");
            RawClient zabraObserver = watching(zabra, "/held");
            long killed = System.nanoTime();
            atApache.kill();
            atZabra.kill();
            var measuring = CompletableFuture.supplyAsync(() -> endedAfterMs(apacheObserver, killed));
            long ours = endedAfterMs(zabraObserver, killed);
            assertThat(ours).isBetween(2_000L * 2 / 3 - 200, 2_000L + TICK_MS + SLACK_MS);
            assertThat(measuring.join()).isBetween(2_000L * 2 / 3 - 200, 2_000L + TICK_MS + SLACK_MS);
        }
    }

    private static RawClient watching(RunningServer server, String path) {
        RawClient observer = RawClient.open(server.address(), Handshake.fresh(40_000));
        observer.callOk(Ops.EXISTS, Ops.read(path, true));
        observer.limitAnswersTo(20_000);
        return observer;
    }

    private static long endedAfterMs(RawClient observer, long since) {
        try (observer) {
            assertThat(deleted(observer)).isEqualTo("/held");
            return msSince(since);
        }
    }

    private static long msSince(long nanos) {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - nanos);
    }
}
