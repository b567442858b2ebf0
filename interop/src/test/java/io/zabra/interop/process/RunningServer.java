// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.interop.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A server process that answers on a loopback port. Closing it stops it with SIGTERM.
public final class RunningServer implements AutoCloseable {

    private static final List<String> JVM_FLAGS =
            List.of("-Xmx512m", "-Xshare:auto", "-XX:TieredStopAtLevel=4", "-XX:+UseSerialGC");

    private static final Duration START_LIMIT = Duration.ofSeconds(60);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(30);

    private static final int WORD_LIMIT_MS = 10_000;

    /// Apache forgets now and then a connection that comes while it starts.
    private static final int PROBE_LIMIT_MS = 1_000;

    private final ServerSetup setup;
    private final int port;
    private final Process process;
    private final Path log;

    private RunningServer(ServerSetup setup, int port, Process process, Path log) {
        this.setup = setup;
        this.port = port;
        this.process = process;
        this.log = log;
    }

    /// Starts the process and returns when it serves; fails with the end of its log when it does not.
    static RunningServer start(ServerSetup setup) {
        return serving(launch(setup));
    }

    /// Starts a server with the same setup on the same port, after this one has ended.
    public RunningServer restart() {
        return serving(launch(setup, port));
    }

    private static RunningServer serving(RunningServer server) {
        server.awaitServing();
        return server;
    }

    /// Waits until it serves; kills it and fails with the end of its log when it does not.
    public void awaitServing() {
        if (!waitUntilServing()) {
            kill();
            throw new IllegalStateException(setup.product() + " did not start:\n" + logTail());
        }
    }

    /// Starts the process without waiting, for tests in which it must refuse to start.
    public static RunningServer launch(ServerSetup setup) {
        return launch(setup, FreePorts.next());
    }

    private static RunningServer launch(ServerSetup setup, int port) {
        try {
            Path home = Files.createTempDirectory("zabra-interop-");
            Path log = home.resolve("server.log");
            var process = new ProcessBuilder(command(setup, port, home))
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            return new RunningServer(setup, port, process, log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> command(ServerSetup setup, int port, Path home) throws IOException {
        var lines = new ArrayList<String>();
        setup.zooCfg().forEach((key, value) -> lines.add(key + "=" + value));
        lines.add("clientPort=" + port);
        lines.add("clientPortAddress=127.0.0.1");
        lines.add("dataDir=" + setup.dataDir());
        Files.createDirectories(setup.dataDir());
        Files.write(home.resolve("zoo.cfg"), lines);
        Files.writeString(home.resolve("logback.xml"), QUIET_LOGBACK);

        var command = new ArrayList<>(List.of(Processes.java()));
        command.addAll(Processes.arguments(setup.product(), home, JVM_FLAGS, setup.properties()));
        return command;
    }

    private boolean waitUntilServing() {
        long deadline = System.nanoTime() + START_LIMIT.toNanos();
        while (process.isAlive() && System.nanoTime() < deadline) {
            if (Processes.ask(address(), "srvr".getBytes(StandardCharsets.US_ASCII), PROBE_LIMIT_MS)
                    .contains("Mode:")) {
                return true;
            }
            pause(20);
        }
        return false;
    }

    /// The text a four-letter word brings, or an empty one when the server does not answer.
    public String fourLetterWord(String word) {
        return fourLetterWord(word.getBytes(StandardCharsets.US_ASCII));
    }

    /// As [#fourLetterWord(String)], for words that are not text.
    public String fourLetterWord(byte[] word) {
        return Processes.ask(address(), word, WORD_LIMIT_MS);
    }

    public InetSocketAddress address() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    public String connectString() {
        return "127.0.0.1:" + port;
    }

    public ServerSetup setup() {
        return setup;
    }

    public boolean alive() {
        return process.isAlive();
    }

    /// The exit code, once the process has ended by itself within the time given.
    public int exitCode(Duration limit) throws InterruptedException {
        if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new IllegalStateException(setup.product() + " still runs:\n" + logTail());
        }
        return process.exitValue();
    }

    /// `kill -9`: returns when the process is gone.
    public void kill() {
        process.destroyForcibly();
        awaitEnd();
    }

    /// SIGSTOP: from now on the process does nothing, but its kernel still takes connections and bytes.
    public void freeze() {
        Processes.freeze(process);
    }

    /// SIGCONT.
    public void thaw() {
        Processes.thaw(process);
    }

    /// SIGTERM, then SIGKILL if that is not heard.
    @Override
    public void close() {
        process.destroy();
        awaitEnd();
    }

    private void awaitEnd() {
        try {
            if (!process.waitFor(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    /// The last lines the server wrote, for the message of a failed test.
    public String logTail() {
        try {
            List<String> lines = Files.readAllLines(log);
            return String.join("\n", lines.subList(Math.max(0, lines.size() - 60), lines.size()));
        } catch (IOException e) {
            return "no log: " + e;
        }
    }

    private static void pause(long ms) {
        try {
            Thread.sleep(ms);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static final String QUIET_LOGBACK = """
        <configuration>
          <appender name="out" class="ch.qos.logback.core.ConsoleAppender">
            <encoder><pattern>%d{HH:mm:ss.SSS} %-5level %logger{20} %msg%n</pattern></encoder>
          </appender>
          <root level="WARN"><appender-ref ref="out"/></root>
        </configuration>
        """;
}
