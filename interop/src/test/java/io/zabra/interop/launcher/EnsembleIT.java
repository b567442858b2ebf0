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
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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
        Process ensemble = start();
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

    private Process start() throws IOException {
        // An option about shared classes keeps the script from preparing fast starts, which would take some seconds.
        var environment = Map.of("ZABRA_JAVA_HOME", System.getProperty("java.home"), "SERVER_JVMFLAGS", "-Xshare:auto");
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

    private static int leader(String text) {
        Matcher matcher = Pattern.compile("member (\\d): leader").matcher(text);
        assertThat(matcher.find()).as(text).isTrue();
        return Integer.parseInt(matcher.group(1));
    }

    private String text() throws IOException {
        return Files.readString(output);
    }
}
