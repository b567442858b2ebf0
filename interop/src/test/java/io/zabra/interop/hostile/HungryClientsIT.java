// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.interop.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import io.zabra.interop.process.OnZabra;
import io.zabra.interop.process.Product;
import io.zabra.interop.process.RunningServer;
import io.zabra.interop.process.ServerSetup;
import io.zabra.interop.raw.Frame;
import io.zabra.interop.raw.Handshake;
import io.zabra.interop.raw.Jute;
import io.zabra.interop.raw.Ops;
import io.zabra.interop.raw.RawClient;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Goal: what clients make a server keep has limits in bytes, so that none can exhaust its memory, whatever it sends or
/// leaves unread. Method: a real process with a heap of 512 MiB, and clients that ask for several times as much.
@Timeout(120)
class HungryClientsIT {

    private static final int MEGABYTE = 1_000_000;
    private static final int SESSION_MS = 30_000;
    private static final Pattern ALIVE = Pattern.compile("zk_num_alive_connections\t(\\d+)");

    @TempDir
    Path directory;

    private RunningServer server;
    private RawClient victim;
    private final List<RawClient> clients = new ArrayList<>();

    @BeforeEach
    void start() {
        server = ServerSetup.of(Product.ZABRA, directory)
                .withConfig("tickTime", "500")
                .start();
        victim = open(SESSION_MS);
        victim.callOk(Ops.CREATE, Ops.create("/big", new byte[MEGABYTE], 0));
        victim.callOk(Ops.CREATE, Ops.create("/small", Ops.EMPTY, 0));
    }

    @AfterEach
    void stop() {
        // The server is still there, and so is the session of a client that did nothing.
        victim.callOk(Ops.SET_DATA, Ops.setData("/small", new byte[] {1}, -1));
        assertThat(server.fourLetterWord("ruok")).isEqualTo("imok");
        clients.forEach(RawClient::close);
        server.close();
    }

    private RawClient open(int timeoutMs) {
        RawClient client = RawClient.open(server.address(), Handshake.fresh(timeoutMs));
        client.limitAnswersTo(30_000);
        clients.add(client);
        return client;
    }

    private static void askForLargeReplies(RawClient client, int count) {
        for (int i = 0; i < count; i++) {
            client.queue(Ops.GET_DATA, Ops.read("/big", false));
        }
        client.flush();
    }

    @Test
    @OnZabra
    void manySmallRequestsWithLargeRepliesAreAllAnswered() {
        RawClient client = open(SESSION_MS);
        askForLargeReplies(client, 800);
        for (int xid = 1; xid <= 800; xid++) {
            Frame reply = client.read();
            assertThat(reply).isNotNull();
            assertThat(reply.xid()).isEqualTo(xid);
            assertThat(reply.body().length).isGreaterThan(MEGABYTE);
        }
    }

    @Test
    @OnZabra
    void clientsThatNeverReadCostALittleEach() {
        for (int i = 0; i < 100; i++) {
            askForLargeReplies(open(SESSION_MS), 50);
        }
        assertThat(victim.call(Ops.EXISTS, Ops.read("/small", false)).error()).isZero();
    }

    @Test
    @OnZabra
    void clientsThatNeverReadAreDisconnectedWhenTheirSessionEnds() throws InterruptedException {
        for (int i = 0; i < 10; i++) {
            askForLargeReplies(open(1_000), 50);
        }
        assertThat(aliveConnections()).isGreaterThan(10);
        long deadline = System.nanoTime() + 30_000_000_000L;
        while (aliveConnections() > 3 && System.nanoTime() < deadline) {
            Thread.sleep(200);
        }
        assertThat(aliveConnections()).isLessThanOrEqualTo(3);
    }

    @Test
    @OnZabra
    void aClientThatNeverReadsKeepsNobodyWaiting() {
        RawClient slow = open(SESSION_MS);
        slow.queue(Ops.SET_DATA, Ops.setData("/small", Ops.EMPTY, -1));
        askForLargeReplies(slow, 3_000);
        for (int i = 0; i < 100; i++) {
            victim.callOk(Ops.SET_DATA, Ops.setData("/small", new byte[] {1}, -1));
        }
    }

    @Test
    @OnZabra
    void halvesOfLargeRequestsHaveALimitInAll() {
        byte[] half = new Jute().int32(1_048_575).raw(new byte[MEGABYTE]).toBytes();
        for (int i = 0; i < 300; i++) {
            open(SESSION_MS).sendBytes(half);
            if (i % 50 == 0) {
                assertThat(victim.call(Ops.EXISTS, Ops.read("/small", false)).error())
                        .isZero();
            }
        }
        assertThat(aliveConnections()).isLessThan(200);
    }

    @Test
    @OnZabra
    void aHandshakeIsShort() {
        RawClient stranger = RawClient.dial(server.address());
        clients.add(stranger);
        stranger.sendBytes(new Jute().int32(1_048_575).raw(new byte[1_000]).toBytes());
        assertThat(stranger.read()).isNull();
    }

    @Test
    @OnZabra
    void pipelinedLargeWritesAreAllDone() {
        List<RawClient> writers = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            RawClient writer = open(SESSION_MS);
            writers.add(writer);
            Thread.ofVirtual().start(() -> {
                for (int j = 0; j < 30; j++) {
                    writer.queue(Ops.SET_DATA, Ops.setData("/big", new byte[MEGABYTE], -1));
                    writer.flush();
                }
            });
        }
        for (RawClient writer : writers) {
            for (int j = 0; j < 30; j++) {
                Frame reply = writer.read();
                assertThat(reply).isNotNull();
                assertThat(reply.error()).isZero();
            }
        }
    }

    private int aliveConnections() {
        Matcher found = ALIVE.matcher(server.fourLetterWord("mntr"));
        assertThat(found.find()).isTrue();
        return Integer.parseInt(found.group(1));
    }
}
