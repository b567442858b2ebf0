// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.interop.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.zabra.interop.process.OnZabra;
import io.zabra.interop.raw.Handshake;
import io.zabra.interop.raw.Ops;
import io.zabra.interop.raw.RawClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.zookeeper.admin.ZooKeeperAdmin;
import org.apache.zookeeper.data.Stat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Goal: `./zabra ensemble` runs an ensemble that outlives its leader, and leaves nothing behind.
@OnZabra
class EnsembleIT {

    private static final int STOPPED_BY_SIGTERM = 143;
    private static final Duration LIMIT = Duration.ofSeconds(60);

    /// A line of the table: member, client port, process.
    private static final Pattern ROW = Pattern.compile("(?m)^  (\\d)       127\\.0\\.0\\.1:(\\d+) .* (\\d+) +/.*log$");

    @TempDir
    Path folder;

    private Clone clone;
    private Path output;

    private record Row(int member, InetSocketAddress address, ProcessHandle process) {}

    @BeforeEach
    void makeClone() throws IOException {
        clone = new Clone(folder);
        clone.built("cli");
        clone.built("server");
        // What came with the second module must not look newer than the first.
        Files.setLastModifiedTime(clone.root.resolve("cli/target/built"), FileTime.from(Instant.now()));
        output = folder.resolve("out");
    }

    @AfterEach
    void removeLinks() throws IOException {
        clone.removeLinks();
    }

    @Test
    void anEnsembleOutlivesItsLeaderAndStopsAsOne() throws Exception {
        Process ensemble = start("");
        List<Row> rows = List.of();
        try {
            await().atMost(LIMIT).untilAsserted(() -> assertThat(text()).contains("All members serve, "));
            rows = rows();
            assertThat(rows).hasSize(3);
            Row leader = rows.get(leader(text()) - 1);
            Row other = rows.get(leader.member() % 3);
            write(other, "/before");
            leader.process().destroyForcibly();
            String ended = "Member " + leader.member() + " has ended with exit code 137 (signal 9).";
            await().atMost(LIMIT).untilAsserted(() -> assertThat(text()).containsSubsequence(ended, ": leader"));
            write(other, "/after");
            assertThat(rows.stream().filter(row -> row.process().isAlive())).hasSize(2);
            ensemble.destroy();
            assertThat(ensemble.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
            assertThat(ensemble.exitValue()).as(text()).isEqualTo(STOPPED_BY_SIGTERM);
            assertThat(rows).noneMatch(row -> row.process().isAlive());
            assertThat(text()).contains(" All members have stopped; their data are in ");
            assertThat(Files.readString(folder.resolve("data/" + other.member() + "/server.log")))
                    .contains("ServerStopped");
        } finally {
            rows.forEach(row -> row.process().destroyForcibly());
            ensemble.destroy();
        }
    }

    /// Who was removed must not find a list again that gives it a vote, when the options are forgotten.
    @Test
    void whatWasChangedByReconfigHoldsWithoutTheOptionsToo() throws Exception {
        Process ensemble = start(" -Dzookeeper.reconfigEnabled=true -Dzookeeper.skipACL=yes");
        Row removed;
        Row other;
        List<String> ports;
        try {
            await().atMost(LIMIT).untilAsserted(() -> assertThat(text()).contains("All members serve, "));
            ports = ports();
            List<Row> rows = rows();
            Row leader = rows.get(leader(text()) - 1);
            removed = rows.get(leader.member() % 3);
            other = rows.get((leader.member() + 1) % 3);
            remove(removed, leader);
            write(other, "/acknowledged");
            for (Row each : rows) {
                Path config = folder.resolve("data/" + each.member() + "/zoo.cfg");
                await().atMost(LIMIT)
                        .untilAsserted(() ->
                                assertThat(config).content().containsPattern("(?m)^dynamicConfigFile=.*[1-9a-f]$"));
            }
        } finally {
            stop(ensemble);
        }
        Process again = start("");
        try {
            await().atMost(LIMIT)
                    .untilAsserted(() -> assertThat(text())
                            .contains(
                                    "Each goes on with the list of members that it has by reconfig",
                                    "Member " + removed.member() + " has ended with exit code 2",
                                    "the server list does not have server " + removed.member(),
                                    ": leader",
                                    ": follower"));
            assertThat(ports()).isEqualTo(ports);
            try (RawClient client = RawClient.open(other.address(), Handshake.fresh(20_000))) {
                client.callOk(Ops.DELETE, Ops.delete("/acknowledged", -1));
            }
        } finally {
            stop(again);
        }
    }

    private static void stop(Process ensemble) throws InterruptedException {
        List<ProcessHandle> members = ensemble.children().toList();
        ensemble.destroy();
        boolean stopped = ensemble.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS);
        members.forEach(ProcessHandle::destroyForcibly);
        assertThat(stopped).isTrue();
    }

    private static void remove(Row removed, Row at) throws Exception {
        var connected = new CountDownLatch(1);
        String address = "127.0.0.1:" + at.address().getPort();
        try (ZooKeeperAdmin admin = new ZooKeeperAdmin(address, 20_000, _ -> connected.countDown())) {
            assertThat(connected.await(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
            admin.reconfigure(null, Integer.toString(removed.member()), null, -1, new Stat());
        }
    }

    private Process start(String flags) throws IOException {
        // An option about shared classes keeps the script from preparing fast starts, which would take some seconds.
        var environment =
                Map.of("ZABRA_JAVA_HOME", System.getProperty("java.home"), "SERVER_JVMFLAGS", "-Xshare:auto" + flags);
        var data = folder.resolve("data").toString();
        return clone.builder(environment, List.of("ensemble", "3", "--base-port", "0", "--data", data))
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
    }

    private static void write(Row member, String path) {
        try (RawClient client = RawClient.open(member.address(), Handshake.fresh(20_000))) {
            client.callOk(Ops.CREATE, Ops.create(path, Ops.EMPTY, 0));
        }
    }

    private List<Row> rows() throws IOException {
        return ROW.matcher(text())
                .results()
                .map(row -> new Row(
                        Integer.parseInt(row.group(1)),
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(row.group(2))),
                        ProcessHandle.of(Long.parseLong(row.group(3))).orElseThrow()))
                .toList();
    }

    /// Of the clients, as the table has them.
    private List<String> ports() throws IOException {
        return ROW.matcher(text()).results().map(row -> row.group(2)).toList();
    }

    private static int leader(String text) {
        Matcher matcher = Pattern.compile("member (\\d): leader").matcher(text);
        assertThat(matcher.find()).as(text).isTrue();
        return Integer.parseInt(matcher.group(1));
    }

    private String text() throws IOException {
        return Files.readString(output);
    }
}
