// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.interop.cluster;

import io.zabra.interop.process.Processes;
import io.zabra.interop.process.Product;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A member of an ensemble, in a process of its own that comes and goes.
public final class ClusterMember implements AutoCloseable {

    private static final List<String> JVM_FLAGS =
            List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto");
    private static final int WORD_MS = 1_000;
    private static final int STOP_S = 20;
    private static final int TAIL_LINES = 40;
    private static final Pattern LOGGED_AGAIN = Pattern.compile("Current zxid (\\d+) is <= \\d+ for");

    private final int id;
    private final List<String> launch;
    private Product product = Product.ZABRA;
    private final Path home;
    private final Path dataDir;
    private final InetSocketAddress address;
    private @Nullable Process process;

    /// @param launch the beginning of the command, see [Network#launch]
    /// @param home has `zoo.cfg`, and gets the log
    /// @param address for clients
    ClusterMember(int id, List<String> launch, Path home, Path dataDir, InetSocketAddress address) {
        this.id = id;
        this.launch = launch;
        this.home = home;
        this.dataDir = dataDir;
        this.address = address;
    }

    public int id() {
        return id;
    }

    public Path dataDir() {
        return dataDir;
    }

    public Product product() {
        return product;
    }

    /// Where clients connect, without being recorded.
    public InetSocketAddress address() {
        return address;
    }

    /// The ports that other members use: the quorum's and the elections'.
    public List<Integer> peerPorts() throws IOException {
        String start = "server." + id + "=";
        for (String line : Files.readAllLines(home.resolve("zoo.cfg"))) {
            if (line.startsWith(start)) {
                String[] parts = line.split(":", -1);
                return List.of(Integer.valueOf(parts[1]), Integer.valueOf(parts[2]));
            }
        }
        throw new IllegalStateException("no line " + start);
    }

    /// The port that a setting names.
    public int port(String key) throws IOException {
        for (String line : Files.readAllLines(home.resolve("zoo.cfg"))) {
            if (line.startsWith(key + "=")) {
                return Integer.parseInt(line.substring(key.length() + 1));
            }
        }
        throw new IllegalStateException("no line " + key);
    }

    /// What is started next time, on the same configuration and data.
    public void become(Product other) {
        product = other;
    }

    /// Starts the process; does not wait until it serves.
    void start(Map<String, String> properties) {
        List<String> command = new ArrayList<>(launch);
        command.addAll(Processes.arguments(product, home, JVM_FLAGS, properties));
        try {
            process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(
                            ProcessBuilder.Redirect.appendTo(home.resolve("log").toFile()))
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public boolean alive() {
        return process != null && process.isAlive();
    }

    /// `leader`, `follower`, `observer`, or an empty text when it does not serve.
    public String mode() {
        return fact("Mode: ");
    }

    /// The last transaction in its tree; -1 when it does not serve.
    public long zxid() {
        String text = fact("Zxid: 0x");
        return text.isEmpty() ? -1 : Long.parseUnsignedLong(text, 16);
    }

    private String fact(String start) {
        return Processes.fact(word("srvr"), start);
    }

    /// All that it has said so far.
    public String log() {
        try {
            return Files.readString(home.resolve("log"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The zxids of what is in its log more than once, for each time. Apache's 3.8 logs again what it was sent when it
    /// loses its leader before it is up to date; Zabra takes out what such a server has left.
    public List<Long> loggedAgain() {
        return LOGGED_AGAIN
                .matcher(product == Product.ZABRA ? "" : log())
                .results()
                .map(found -> Long.parseLong(found.group(1)))
                .toList();
    }

    /// What a four-letter word brings; empty when it is not answered.
    public String word(String word) {
        if (!alive()) {
            return "";
        }
        return Processes.ask(address, word.getBytes(StandardCharsets.US_ASCII), WORD_MS);
    }

    /// SIGKILL: returns when it is gone.
    public void kill() {
        if (process != null) {
            try {
                process.destroyForcibly().waitFor();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }
    }

    /// SIGTERM: returns when it is gone.
    public void terminate() throws InterruptedException {
        if (process != null) {
            process.destroy();
            if (!process.waitFor(STOP_S, TimeUnit.SECONDS)) {
                kill();
                throw new IllegalStateException(this + " does not stop:\n" + logTail());
            }
        }
    }

    public void freeze() {
        Processes.freeze(running());
    }

    public void thaw() {
        Processes.thaw(running());
    }

    private Process running() {
        if (process == null) {
            throw new IllegalStateException(this + " does not run");
        }
        return process;
    }

    public String logTail() {
        try {
            List<String> lines = Files.readAllLines(home.resolve("log"));
            return String.join("\n", lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size()));
        } catch (IOException e) {
            return "no log: " + e;
        }
    }

    @Override
    public void close() {
        kill();
    }

    @Override
    public String toString() {
        return product + " " + id;
    }
}
