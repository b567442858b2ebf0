// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.server.runtime;

import static io.zabra.server.runtime.TestServer.create;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zabra.core.tree.DataTree;
import io.zabra.core.tree.TreeOptions;
import io.zabra.server.disk.SnapshotTask;
import io.zabra.server.disk.StartRefusedException;
import io.zabra.server.observe.Events;
import io.zabra.server.observe.Metrics;
import io.zabra.server.report.SnapshotMetrics;
import io.zabra.server.runtime.TestServer.TestClient;
import io.zabra.storage.SnapshotImage;
import io.zabra.storage.Snapshots;
import io.zabra.storage.file.FileDisk;
import io.zabra.storage.stream.Compression;
import io.zabra.wire.client.ExistsRequest;
import io.zabra.wire.client.ReplyHeader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

class LimitsTest {

    private static final byte[] NOTHING = new byte[0];

    @TempDir
    Path folder;

    @Test
    void aSnapshotThatEndsInAnErrorIsFatal() throws Exception {
        var failures = new LinkedBlockingQueue<Throwable>();
        var broken = new StackOverflowError("for a test");
        SnapshotTask.Room room = new SnapshotTask.Room() {
            @Override
            public void demand(long bytes) {
                throw broken;
            }

            @Override
            public void moved(int bytes) {}
        };
        var log = new Events(LoggerFactory.getLogger("zabra.test"), () -> 0);
        var told = new SnapshotMetrics(new Metrics(), log);
        try (FileDisk disk = FileDisk.open(folder)) {
            var task = new SnapshotTask(new Snapshots(disk, Compression.NONE), told, room, failures::add);
            task.start(new SnapshotImage(DataTree.fresh(TreeOptions.defaults()).freeze(), new TreeMap<>()));
            assertThat(failures.poll(10, TimeUnit.SECONDS)).isSameAs(broken);
            task.between(() -> {
                throw broken;
            });
            assertThat(failures.poll(10, TimeUnit.SECONDS)).isSameAs(broken);
            assertThat(task.close(10_000)).isTrue();
        }
    }

    @Test
    void throttledRequestsAreAnsweredInOrder() throws Exception {
        try (TestServer server = new TestServer(folder, Map.of("request_throttle_max_requests", "1"));
                TestClient client = server.connect()) {
            for (int i = 0; i < 200; i++) {
                client.send(i % 2 == 0 ? create("/n" + i, NOTHING) : new ExistsRequest("/n" + (i - 1), false));
            }
            for (int i = 0; i < 200; i++) {
                ReplyHeader reply = client.reply();
                assertThat(reply.xid()).isEqualTo(i + 1);
                assertThat(reply.error()).isZero();
            }
            assertThat(server.metric("request_throttle_wait_count").longValue()).isPositive();
            assertThat(server.metric("cnt_request_throttle_queue_time_ms").longValue())
                    .isEqualTo(200);
        }
    }

    @Test
    void connectionsOfBothPortsCountTogether() throws Exception {
        var settings = Map.of("zabra.linearizableClientPort", "0", "maxCnxns", "1");
        try (TestServer server = new TestServer(folder, settings);
                TestClient first = server.dialLinearizable()) {
            first.handshake(0, new byte[16]);
            assertThat(first.call(create("/a", NOTHING)).error()).isZero();
            assertThat(first.call(new ExistsRequest("/a", false)).error()).isZero();
            try (TestClient second = server.dial()) {
                assertThat(second.ends()).isTrue();
            }
        }
    }

    @Test
    void dataThatLiesOneLevelTooHighIsRefused() throws Exception {
        try (TestServer server = new TestServer(folder, Map.of());
                TestClient client = server.connect()) {
            client.call(create("/a", NOTHING));
        }
        Path inside = folder.resolve("version-2");
        assertThatThrownBy(() -> new TestServer(inside, Map.of()))
                .isInstanceOf(StartRefusedException.class)
                .hasMessageContaining("Configure the folder above, " + folder);
        assertThat(inside.resolve("version-2")).doesNotExist();
        Path flat = Files.createDirectory(folder.resolve("flat"));
        Files.copy(inside.resolve("log.1"), flat.resolve("log.1"));
        assertThatThrownBy(() -> new TestServer(flat, Map.of()))
                .isInstanceOf(StartRefusedException.class)
                .hasMessageContaining(flat.resolve("log.1").toString())
                .hasMessageContaining("move all");
    }

    @Test
    void aPortInUseIsFoundBeforeTheDataIsTouched() throws Exception {
        Path data = folder.resolve("data");
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var settings =
                    Map.of("clientPort", Integer.toString(taken.getLocalPort()), "clientPortAddress", "127.0.0.1");
            assertThatThrownBy(() -> new TestServer(data, settings)).isInstanceOf(IOException.class);
            assertThat(data).doesNotExist();
        }
    }

    /// More watches than one step of the answer takes, by two sessions.
    @Test
    void longAnswersToFourLetterWordsAreWhole() throws Exception {
        int watches = 5_000;
        try (TestServer server = new TestServer(folder, Map.of("4lw.commands.whitelist", "*"));
                TestClient one = server.connect();
                TestClient other = server.connect()) {
            for (int i = 0; i < watches; i++) {
                one.send(new ExistsRequest("/w" + i, true));
                if (i % 2 == 0) {
                    other.call(new ExistsRequest("/w" + i, true));
                }
            }
            for (int i = 0; i < watches; i++) {
                one.reply();
            }
            assertThat(server.word("wchp").lines().filter(line -> line.startsWith("/w")))
                    .hasSize(watches)
                    .doesNotHaveDuplicates();
            assertThat(server.word("wchc").lines().filter(line -> line.startsWith("\t/w")))
                    .hasSize(watches + watches / 2);
            assertThat(server.word("dump")).contains("Session Sets (").contains("Connections Sets (");
            assertThat(server.word("mntr")).contains("zk_watch_count\t" + (watches + watches / 2));
        }
    }
}
