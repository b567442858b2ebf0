// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.cli.ensemble;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.zabra.storage.file.FileDisk;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Runs the program with members that only say that they serve.
@Timeout(120)
class MainTest {

    private static final String JAVA =
            Path.of(System.getProperty("java.home"), "bin", "java").toString();
    private static final List<String> FAKE =
            List.of(JAVA, "-cp", System.getProperty("java.class.path"), FakeMember.class.getName());
    private static final String FLAGS = "-Dzookeeper.a=b -Dc='d e'";
    private static final String FLAGS_QUOTED = "SERVER_JVMFLAGS='-Dzookeeper.a=b -Dc='\\''d e'\\'''";
    private static final Duration LIMIT = Duration.ofSeconds(40);

    @TempDir
    Path folder;

    private final List<ProcessHandle> started = new ArrayList<>();

    @AfterEach
    void endAll() {
        started.forEach(ProcessHandle::destroyForcibly);
    }

    @Test
    void showsItsMembersAndStopsThemOnSigterm() throws Exception {
        Files.createDirectories(folder.resolve("data/2"));
        Path wait = Files.createFile(folder.resolve("data/2/wait"));
        Process ensemble =
                start("3", "--base-port", "0", "--data", folder.resolve("data").toString());
        awaitText("member 2: looking for a leader", "member 3: leader    0x100000003    2 connections");
        List<ProcessHandle> members = ensemble.children().toList();
        started.addAll(members);
        assertThat(members).hasSize(3);
        Files.delete(wait);
        awaitText("member 2: follower", "All members serve, ");
        assertThat(text())
                .startsWith("An ensemble of 3, with its data in " + folder.resolve("data"))
                .containsPattern("To connect: ./zabra shell -server 127.0.0.1:\\d+,127.0.0.1:\\d+,127.0.0.1:\\d+\n");
        assertThat(folder.resolve("data/1/server.log"))
                .hasContent("started with --config " + folder.resolve("data/1/zoo.cfg"));
        ensemble.destroy();
        assertThat(ensemble.waitFor(40, TimeUnit.SECONDS)).isTrue();
        assertThat(ensemble.exitValue()).isEqualTo(143);
        assertThat(members).noneMatch(ProcessHandle::isAlive);
        assertThat(text())
                .contains(" Stopping.\n")
                .endsWith(" All members have stopped; their data are in " + folder.resolve("data") + ".\n");
    }

    @Test
    void aMemberThatDiesIsShownAndNotStartedAgain() throws Exception {
        Process ensemble =
                start("3", "--base-port", "0", "--data", folder.resolve("data").toString());
        awaitText("All members serve, ");
        List<ProcessHandle> members = ensemble.children().sorted().toList();
        started.addAll(members);
        ProcessHandle second = members.get(1);
        second.destroyForcibly();
        awaitText(
                "Member 2 has ended with exit code 137 (signal 9).",
                "tail " + folder.resolve("data/2/server.log"),
                "To start it again: " + FLAGS_QUOTED + " ./zabra server --config " + folder.resolve("data/2/zoo.cfg"));
        assertThat(ensemble.children()).hasSize(2);
        members.forEach(ProcessHandle::destroyForcibly);
        assertThat(ensemble.waitFor(40, TimeUnit.SECONDS)).isTrue();
        assertThat(ensemble.exitValue()).isEqualTo(1);
        assertThat(text())
                .endsWith(" No member is left; their data are in " + folder.resolve("data")
                        + ".\n         To start them again: " + FLAGS_QUOTED
                        + " ./zabra ensemble 3 --base-port 0 --data "
                        + folder.resolve("data") + "\n");
    }

    @Test
    void membersThatWereAllStartedAgainByHandAreNamedAtTheEnd() throws Exception {
        Path data = folder.resolve("data");
        Files.createDirectories(data.resolve("1/version-2"));
        Process ensemble = start("2", "--base-port", "0", "--data", data.toString());
        awaitText("All members serve, ");
        List<ProcessHandle> members = ensemble.children().sorted().toList();
        started.addAll(members);
        for (int id = 1; id <= 2; id++) {
            members.get(id - 1).destroyForcibly();
            awaitText("Member " + id + " has ended");
            List<String> command = new ArrayList<>(FAKE);
            command.addAll(List.of("--config", data.resolve(id + "/zoo.cfg").toString()));
            started.add(new ProcessBuilder(command).start().toHandle());
            int times = id;
            await().atMost(LIMIT).until(() -> text().split("All members serve again", -1).length == times + 1);
        }
        try (FileDisk _ = FileDisk.open(data.resolve("1/version-2"))) {
            ensemble.destroy();
            assertThat(ensemble.waitFor(40, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(text())
                .contains(" Members [1] still run: they were started again by other means.")
                .doesNotContain("Stopping");
    }

    @Test
    void howAMemberEndedIsForgottenOnceItServesAgain() throws Exception {
        Path data = folder.resolve("data");
        Process ensemble = start("2", "--base-port", "0", "--data", data.toString());
        awaitText("All members serve, ");
        List<ProcessHandle> members = ensemble.children().sorted().toList();
        started.addAll(members);
        members.get(1).destroyForcibly();
        awaitText("member 2: ended with exit code 137");
        List<String> command = new ArrayList<>(FAKE);
        command.addAll(List.of("--config", data.resolve("2/zoo.cfg").toString()));
        Process again = new ProcessBuilder(command).start();
        started.add(again.toHandle());
        awaitText("All members serve again");
        int length = text().length();
        assertThat(new ProcessBuilder("kill", "-STOP", Long.toString(again.pid()))
                        .start()
                        .waitFor())
                .isZero();
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(text().substring(length)).contains("member 2: no answer"));
        again.destroyForcibly();
        members.get(0).destroyForcibly();
        assertThat(ensemble.waitFor(40, TimeUnit.SECONDS)).isTrue();
        assertThat(ensemble.exitValue()).isEqualTo(1);
        assertThat(text().substring(length)).contains("No member is left").doesNotContain("Member 2 has ended");
    }

    @Test
    void aMemberThatHangsIsKilledInTheEnd() throws Exception {
        Files.createDirectories(folder.resolve("1"));
        Files.createFile(folder.resolve("1/hang"));
        var bytes = new ByteArrayOutputStream();
        Layout layout = new Layout(folder, Ports.of(1, 0));
        layout.write();
        MemberProcess member = MemberProcess.start(1, FAKE, layout);
        ProcessHandle process = ProcessHandle.of(member.pid()).orElseThrow();
        started.add(process);
        await().atMost(LIMIT).until(() -> member.state() instanceof MemberState.Serving);
        new Watch(
                        List.of(member),
                        layout,
                        new Board(new PrintStream(bytes, true, StandardCharsets.UTF_8), false),
                        new Launcher("zabra", "", 0),
                        Duration.ofSeconds(1))
                .stop();
        assertThat(bytes.toString(StandardCharsets.UTF_8))
                .contains("Member 1 (process " + member.pid() + ") did not stop within 1 s and was killed");
        await().atMost(LIMIT).until(() -> !process.isAlive());
    }

    @Test
    void aMemberThatFailsAtOnceIsShownWithItsLog() throws Exception {
        Files.createDirectories(folder.resolve("data/1"));
        Files.createFile(folder.resolve("data/1/fail"));
        Process ensemble =
                start("1", "--base-port", "0", "--data", folder.resolve("data").toString());
        assertThat(ensemble.waitFor(40, TimeUnit.SECONDS)).isTrue();
        assertThat(ensemble.exitValue()).isEqualTo(1);
        assertThat(text())
                .contains("Member 1 has ended with exit code 4.\n         error: the data was refused\n")
                .doesNotContain("Stopping");
    }

    @Test
    void refusesNumbersThatMakeNoSense() {
        assertThat(run("0")).isEqualTo("2 error: an ensemble here has 1 to 9 members, not 0\n");
        assertThat(run("10")).isEqualTo("2 error: an ensemble here has 1 to 9 members, not 10\n");
        assertThat(run("--base-port", "65535")).isEqualTo("2 error: --base-port must be 0 to 63826\n");
        assertThat(run("three")).startsWith("2 Invalid value for positional parameter");
        assertThat(run("--help")).startsWith("0 ").contains("Usage: zabra ensemble", "--base-port=PORT");
    }

    @Test
    void namesThePortsThatAreTaken() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int port = socket.getLocalPort();
            if (port <= Ports.baseMax(3)) {
                assertThat(run("--base-port", "" + port, "--data", folder.toString()))
                        .startsWith("1 error: ports are in use on this machine: [" + port);
            }
        }
    }

    @Test
    void leavesADataFolderOfAnotherSizeAlone() throws IOException {
        new Layout(folder, Ports.of(5, 2181)).write();
        assertThat(run("--base-port", "0", "--data", folder.toString()))
                .startsWith("1 error: " + folder + " holds an ensemble of 5");
        assertThat(folder.resolve("1/server.log")).doesNotExist();
    }

    private Process start(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                JAVA, "-cp", System.getProperty("java.class.path"), Main.class.getName(), "--launcher=./zabra"));
        command.addAll(List.of(arguments));
        command.add("--server-command");
        command.addAll(FAKE);
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("SERVER_JVMFLAGS", FLAGS);
        Process process = builder.redirectErrorStream(true)
                .redirectOutput(folder.resolve("out").toFile())
                .start();
        started.add(process.toHandle());
        return process;
    }

    private void awaitText(String... parts) {
        await().atMost(LIMIT).untilAsserted(() -> assertThat(text()).contains(parts));
    }

    private String text() throws IOException {
        return Files.readString(folder.resolve("out"));
    }

    /// The exit code and what was said.
    private static String run(String... arguments) {
        var bytes = new ByteArrayOutputStream();
        var out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--server-command", JAVA));
        int code = Main.run(all, out, out);
        return code + " " + bytes.toString(StandardCharsets.UTF_8);
    }
}
