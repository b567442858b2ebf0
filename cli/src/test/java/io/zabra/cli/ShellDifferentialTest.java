// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.zabra.client.ClientLimits;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.zookeeper.ZooKeeperMain;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Types the same lines into Apache's shell and into this one, each on a fresh server of its own, and compares what
/// they print, line for line. Only dates and session ids may differ: even zxids must be the same, so both must send the
/// same writes.
///
/// Intended differences, which no line here may run into: complaints about options come without the name of the class
/// of the exception; a bad number after `-v` is a complaint instead of the end of the shell; `version` names Zabra.
@Timeout(120)
class ShellDifferentialTest {

    private static final int TIMEOUT_MS = 10_000;

    @TempDir
    static Path directory;

    private static ServerUnderTest apacheSide;
    private static ServerUnderTest ourSide;

    /// Apache's commands keep the `System.out` of the moment when they are loaded, so it is replaced once, before that.
    private static final ByteArrayOutputStream PRINTED = new ByteArrayOutputStream();

    private static PrintStream before;
    private static PrintStream beforeErr;

    @BeforeAll
    static void start() throws Exception {
        apacheSide = new ApacheServer(directory.resolve("a"));
        apacheSide.start();
        ourSide = ServerUnderTest.in(directory.resolve("b"));
        ourSide.start();
        before = System.out;
        beforeErr = System.err;
        PrintStream catching = new PrintStream(PRINTED, true, UTF_8);
        System.setOut(catching);
        System.setErr(catching);
    }

    @AfterAll
    static void stop() throws Exception {
        System.setOut(before);
        System.setErr(beforeErr);
        apacheSide.close();
        ourSide.close();
    }

    @Test
    void printsWhatApachesShellPrints() throws Exception {
        List<String> lines = script();
        StringBuilder expected = new StringBuilder();
        StringBuilder actual = new StringBuilder();

        ApacheShell apache = new ApacheShell(
                "-server", apacheSide.connectString(), "-timeout", "" + TIMEOUT_MS, "-waitforconnection");
        apache.settle();
        for (String line : lines) {
            PRINTED.reset();
            apache.executeLine(line);
            apache.settle();
            note(expected, line, PRINTED);
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        PrintStream ours = new PrintStream(bytes, true, UTF_8);
        var options = new ShellOptions(ourSide.connectString(), TIMEOUT_MS, false, true, ClientLimits.DEFAULT);
        try (Shell shell = new Shell(options, ours, ours)) {
            shell.connect(ourSide.connectString());
            settle(shell);
            for (String line : lines) {
                bytes.reset();
                shell.execute(line);
                settle(shell);
                note(actual, line, bytes);
            }
        }
        // An event is printed by another thread than the result of the command that caused it, in several pieces: its
        // lines may stand anywhere among the result's. So results are compared, and events, each in their own order.
        assertThat(results(actual)).isEqualTo(results(expected));
        assertThat(events(actual)).isEqualTo(events(expected)).isNotEmpty();
    }

    private static String results(CharSequence printed) {
        return printed.toString()
                .lines()
                .filter(line -> !line.isEmpty() && !line.equals("WATCHER::") && !line.startsWith("WatchedEvent "))
                .collect(Collectors.joining("\n"));
    }

    private static List<String> events(CharSequence printed) {
        return printed.toString()
                .lines()
                .filter(line -> line.startsWith("WatchedEvent "))
                .toList();
    }

    private static void note(StringBuilder notes, String line, ByteArrayOutputStream bytes) {
        String printed = bytes.toString(UTF_8)
                .replaceAll("(?m)^([cm]time) = .*$", "$1 = DATE")
                .replaceAll("ephemeralOwner = 0x[1-9a-f][0-9a-f]*", "ephemeralOwner = SESSION");
        notes.append("> ").append(line).append('\n').append(printed);
        if (!printed.isEmpty() && !printed.endsWith("\n")) {
            notes.append('\n');
        }
    }

    /// Waits until the events of what was done before are printed: they come ahead of any later answer, and are handed
    /// on in the same order as it.
    private static void settle(Shell shell) {
        Objects.requireNonNull(shell.client()).exists("/").join();
    }

    /// Apache's shell, and a way to its client.
    private static final class ApacheShell extends ZooKeeperMain {

        ApacheShell(String... arguments) throws IOException, InterruptedException {
            super(arguments);
        }

        /// As for our shell: answers to asynchronous calls queue up behind the events.
        void settle() throws InterruptedException {
            CountDownLatch answered = new CountDownLatch(1);
            zk.exists("/", false, (result, path, context, stat) -> answered.countDown(), null);
            assertThat(answered.await(TIMEOUT_MS, TimeUnit.MILLISECONDS)).isTrue();
        }
    }

    private static List<String> script() throws Exception {
        try (var in = Objects.requireNonNull(ShellDifferentialTest.class.getResourceAsStream("/zkcli-script.txt"))) {
            return new String(in.readAllBytes(), UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#") && !line.isBlank())
                    .toList();
        }
    }
}
