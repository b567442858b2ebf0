// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.interop.hostile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.zabra.core.log.Zxid;
import io.zabra.interop.hostile.Stranger.Packet;
import io.zabra.interop.mixed.Writer;
import io.zabra.interop.process.FreePorts;
import io.zabra.interop.process.OnZabra;
import io.zabra.interop.process.Processes;
import io.zabra.interop.process.Product;
import io.zabra.interop.process.RunningEnsemble;
import io.zabra.interop.process.RunningServer;
import io.zabra.interop.process.ServerSetup;
import io.zabra.interop.raw.Jute;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Goal: whoever reaches the ports between members, and is none, ends no process, no leadership, no session and no
/// write, and keeps nobody out. Method: a real ensemble with a client that writes all along, and strangers that say
/// what no server would.
@OnZabra
@Timeout(120)
class HostilePeersIT {

    private static final int MEMBERS = 3;
    private static final int MANY = 1_500;
    private static final long STRANGER = 77;
    /// Below the 30 s for which a silent learner could be borne with here, above what a start takes on a busy machine.
    private static final Duration SOON = Duration.ofSeconds(20);

    @TempDir
    static Path folder;

    private static RunningEnsemble ensemble;
    private static Writer writer;

    private RunningServer leader;
    private long epoch;
    private int written;

    @BeforeAll
    static void start() throws Exception {
        ensemble = RunningEnsemble.start(ServerSetup.of(Product.ZABRA, folder).withConfig("tickTime", "1000"));
        writer = Writer.start(ensemble.connectString(), "/written");
    }

    @AfterAll
    static void nothingIsLost() throws Exception {
        try {
            assertThat(writer.stop()).isEmpty();
            writer.close();
        } finally {
            ensemble.close();
        }
    }

    @BeforeEach
    void remember() {
        leader = ensemble.leader();
        epoch = epoch(leader);
        written = writer.written();
    }

    @AfterEach
    void theLeaderLeadsOnAndWritesGoOn() {
        await().atMost(SOON).until(() -> writer.written() > written + 5);
        assertThat(leader.alive()).isTrue();
        assertThat(Processes.fact(leader.fourLetterWord("srvr"), "Mode: ")).isEqualTo("leader");
        assertThat(epoch(leader)).isEqualTo(epoch);
    }

    private static long epoch(RunningServer server) {
        return Zxid.epoch(Long.parseUnsignedLong(Processes.fact(server.fourLetterWord("srvr"), "Zxid: 0x"), 16));
    }

    private static int port(RunningServer member, String id, int index) {
        String[] parts = member.setup().zooCfg().get("server." + id).split(":", -1);
        return Integer.parseInt(parts[index]);
    }

    private int quorumPort() throws IOException {
        String id = Files.readString(leader.setup().dataDir().resolve("myid"));
        return port(leader, id, 1);
    }

    @Test
    void aRequestWithoutABodyHarmsNobody() throws Exception {
        byte[] createSession =
                new Jute().int64(0x63_0000_0000_0000_01L).int32(0).int32(-10).toBytes();
        byte[] revalidate = new Jute().int64(5).int32(6_000).toBytes();
        try (Stranger stranger = Stranger.joined(quorumPort(), STRANGER)) {
            stranger.send(Stranger.packet(Stranger.FORWARD, -1, createSession));
            stranger.send(Stranger.packet(Stranger.REVALIDATE, -1, revalidate));
            // Either the connection ends, or what comes behind it is answered.
            Packet answer = stranger.read();
            while (answer != null && answer.type() != Stranger.REVALIDATE) {
                answer = stranger.read();
            }
        }
    }

    @Test
    void aStrangersEpochDeposesNobody() throws Exception {
        for (int type : List.of(Stranger.FOLLOWER_INFO, Stranger.OBSERVER_INFO)) {
            for (long ahead : List.of(1L, 1_000L, 900_000L)) {
                try (Stranger stranger = Stranger.at(quorumPort())) {
                    stranger.send(Stranger.info(type, STRANGER, epoch + ahead));
                    Packet answer = stranger.read();
                    if (answer != null) {
                        assertThat(answer).isEqualTo(new Packet(Stranger.LEADER_INFO, epoch << 32));
                    }
                }
            }
        }
    }

    @Test
    void connectionsThatSayNothingKeepNoMemberOut() throws Exception {
        RunningServer follower = ensemble.follower();
        List<Stranger> silent = new ArrayList<>();
        try {
            for (int i = 0; i < MANY; i++) {
                silent.add(Stranger.at(quorumPort()));
            }
            follower.kill();
            long begin = System.nanoTime();
            ensemble.restart(follower);
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(SOON);
        } finally {
            for (Stranger each : silent) {
                each.close();
            }
        }
    }

    @Test
    void inventedIdsKeepNoNewServerOut() throws Exception {
        for (int id = 1; id <= MEMBERS; id++) {
            for (int i = 0; i < MANY; i++) {
                try (Stranger stranger = Stranger.at(port(leader, Integer.toString(id), 2))) {
                    stranger.send(Stranger.hello(100_000 + i, "127.0.0.1:9"));
                }
            }
        }
        Path home = Files.createDirectories(folder.resolve("member4"));
        Files.writeString(home.resolve("myid"), "4");
        String address = "127.0.0.1:" + FreePorts.next() + ":" + FreePorts.next();
        ServerSetup setup = leader.setup().withConfig("server.4", address).as(Product.ZABRA, home);
        try (RunningServer joins = RunningServer.launch(setup)) {
            await().atMost(SOON).until(() -> joins.fourLetterWord("srvr").contains("Mode: "));
        }
    }

    @Test
    void whoAsksWithoutReadingIsCutOff() throws Exception {
        Jute many = new Jute();
        for (int i = 0; i < 5_000; i++) {
            byte[] question = new Jute().int64(0x77_0000_0000L + i).int32(6_000).toBytes();
            many.raw(Stranger.packet(Stranger.REVALIDATE, -1, question));
        }
        byte[] questions = many.toBytes();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        try (Stranger stranger = Stranger.joined(quorumPort(), STRANGER)) {
            assertThatThrownBy(() -> {
                        while (System.nanoTime() < deadline) {
                            stranger.send(questions);
                        }
                    })
                    .isInstanceOf(IOException.class);
        }
    }
}
