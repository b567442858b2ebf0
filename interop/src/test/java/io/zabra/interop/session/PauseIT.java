// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.interop.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.zabra.interop.process.OnZabra;
import io.zabra.interop.process.Product;
import io.zabra.interop.process.RunningServer;
import io.zabra.interop.process.ServerSetup;
import io.zabra.interop.raw.Handshake;
import io.zabra.interop.raw.Ops;
import io.zabra.interop.raw.RawClient;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Goal: a pause of the server's own process, longer than the session timeout, ends no session of a client that wanted
/// to reach it meanwhile. A client that is gone still loses its session afterwards, and not later than Apache allows.
/// Method: SIGSTOP and SIGCONT on a real process.
class PauseIT {

    private static final int NO_NODE = -101;
    private static final int TICK_MS = 500;
    private static final int TIMEOUT_MS = 1_500;
    private static final int PAUSE_MS = 3 * TIMEOUT_MS;

    /// For the scheduling of a busy machine.
    private static final int SLACK_MS = 1_500;

    @TempDir
    Path directory;

    private RunningServer start() {
        return ServerSetup.of(Product.ZABRA, directory)
                .withConfig("tickTime", Integer.toString(TICK_MS))
                .start();
    }

    private static RawClient withEphemeral(RunningServer server, String path) {
        RawClient client = RawClient.open(server.address(), Handshake.fresh(TIMEOUT_MS));
        assertThat(client.session().timeoutMs()).isEqualTo(TIMEOUT_MS);
        client.callOk(Ops.CREATE, Ops.create(path, Ops.EMPTY, 1));
        client.limitAnswersTo(20_000);
        return client;
    }

    private static int ping(RawClient client) {
        return client.call(Ops.PING, Ops.EMPTY).error();
    }

    private static boolean exists(RawClient client, String path) {
        int error = client.call(Ops.EXISTS, Ops.read(path, false)).error();
        assertThat(error).isIn(0, NO_NODE);
        return error == 0;
    }

    @Test
    @OnZabra
    void aPauseOfTheServerEndsOnlySessionsOfClientsThatAreGone() throws InterruptedException {
        try (RunningServer server = start();
                RawClient connected = withEphemeral(server, "/connected");
                RawClient idle = withEphemeral(server, "/idle");
                RawClient first = withEphemeral(server, "/reconnecting");
                RawClient gone = withEphemeral(server, "/gone")) {
            for (RawClient client : new RawClient[] {connected, idle, first, gone}) {
                ping(client);
            }
            server.freeze();
            gone.abort();
            first.abort();
            Thread.sleep(PAUSE_MS / 2);
            try (RawClient second = RawClient.dial(server.address())) {
                // The kernel takes the connection in the server's place, and what is said on it.
                connected.queue(Ops.PING, Ops.EMPTY);
                connected.flush();
                Thread.sleep(PAUSE_MS / 2);
                server.thaw();
                long thawed = System.nanoTime();
                second.limitAnswersTo(20_000);
                Handshake.Answer mine = first.session();
                Handshake.Answer answer =
                        second.shakeHands(Handshake.fresh(TIMEOUT_MS).ofSession(mine.sessionId(), mine.password()));
                assertThat(answer.sessionId()).isEqualTo(mine.sessionId());
                assertThat(connected.read().error()).isZero();
                assertThat(ping(idle)).isZero();
                assertThat(exists(connected, "/connected")).isTrue();
                assertThat(exists(connected, "/idle")).isTrue();
                assertThat(exists(connected, "/reconnecting")).isTrue();

                long gonePassedMs = keepAliveWhile("/gone", thawed, connected, idle, second);
                assertThat(gonePassedMs).isLessThan(TIMEOUT_MS + TICK_MS + SLACK_MS);
                keepAlive(TIMEOUT_MS + 2 * TICK_MS, connected, idle, second);
                assertThat(exists(connected, "/connected")).isTrue();
                assertThat(exists(connected, "/idle")).isTrue();
                assertThat(exists(connected, "/reconnecting")).isTrue();
            }
        }
    }

    /// Several pauses in a row, each shorter than the timeout, together longer: also of them none counts.
    @Test
    @OnZabra
    void manyShortPausesEndNoSessionEither() throws InterruptedException {
        try (RunningServer server = start();
                RawClient client = withEphemeral(server, "/mine")) {
            ping(client);
            for (int i = 0; i < 3; i++) {
                server.freeze();
                Thread.sleep(TIMEOUT_MS - 300);
                server.thaw();
                // Time enough for the server to look at its clock, but not for the client to speak.
                Thread.sleep(20);
            }
            assertThat(ping(client)).isZero();
            assertThat(exists(client, "/mine")).isTrue();
        }
    }

    /// Pings until the node is gone; the milliseconds since `from` then.
    private static long keepAliveWhile(String path, long from, RawClient... clients) throws InterruptedException {
        while (exists(clients[0], path)) {
            keepAlive(50, clients);
            assertThat(msSince(from)).as(path + " stays").isLessThan(20_000);
        }
        return msSince(from);
    }

    private static void keepAlive(long ms, RawClient... clients) throws InterruptedException {
        long from = System.nanoTime();
        do {
            for (RawClient client : clients) {
                assertThat(ping(client)).isZero();
            }
            Thread.sleep(Math.min(ms, 100));
        } while (msSince(from) < ms);
    }

    private static long msSince(long nanos) {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - nanos);
    }
}
