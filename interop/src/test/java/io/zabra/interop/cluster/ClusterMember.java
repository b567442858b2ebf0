// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.interop.cluster;

import io.zabra.interop.process.Product;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A member of an ensemble, in a process of its own that comes and goes.
final class ClusterMember implements AutoCloseable {

    private static final int WORD_MS = 1_000;
    private static final int STOP_S = 20;
    private static final int TAIL_LINES = 40;

    private final int id;
    private final Product product;
    private final Path home;
    private final Path dataDir;
    private final int clientPort;
    private @Nullable Process process;

    /// @param home has `zoo.cfg` and `hosts`, and gets the log
    ClusterMember(int id, Product product, Path home, Path dataDir, int clientPort) {
        this.id = id;
        this.product = product;
        this.home = home;
        this.dataDir = dataDir;
        this.clientPort = clientPort;
    }

    int id() {
        return id;
    }

    Path dataDir() {
        return dataDir;
    }

    int clientPort() {
        return clientPort;
    }

    /// Starts the process; does not wait until it serves.
    void start(Map<String, String> properties) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto"));
        command.add("-Djdk.net.hosts.file=" + home.resolve("hosts"));
        command.add("-Dlogback.configurationFile=" + home.resolve("logback.xml"));
        properties.forEach((key, value) -> command.add("-D" + key + "=" + value));
        command.addAll(List.of("-cp", product.classPath()));
        if (product == Product.ZABRA) {
            command.addAll(List.of("io.zabra.server.Main", "--config"));
        } else {
            command.add("org.apache.zookeeper.server.quorum.QuorumPeerMain");
        }
        command.add(home.resolve("zoo.cfg").toString());
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

    boolean alive() {
        return process != null && process.isAlive();
    }

    /// `leader`, `follower`, or an empty text when it does not serve.
    String mode() {
        return word("srvr")
                .lines()
                .filter(line -> line.startsWith("Mode: "))
                .map(line -> line.substring("Mode: ".length()))
                .findFirst()
                .orElse("");
    }

    /// What a four-letter word brings; empty when it is not answered.
    String word(String word) {
        if (!alive()) {
            return "";
        }
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), clientPort), WORD_MS);
            socket.setSoTimeout(WORD_MS);
            socket.getOutputStream().write(word.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        } catch (IOException notServing) {
            return "";
        }
    }

    /// SIGKILL: returns when it is gone.
    void kill() {
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
    void terminate() throws InterruptedException {
        if (process != null) {
            process.destroy();
            if (!process.waitFor(STOP_S, TimeUnit.SECONDS)) {
                kill();
                throw new IllegalStateException(this + " does not stop:\n" + logTail());
            }
        }
    }

    void freeze() {
        signal("-STOP");
    }

    void thaw() {
        signal("-CONT");
    }

    private void signal(String name) {
        if (process == null) {
            throw new IllegalStateException(this + " does not run");
        }
        try {
            int code = new ProcessBuilder("kill", name, Long.toString(process.pid()))
                    .inheritIO()
                    .start()
                    .waitFor();
            if (code != 0) {
                throw new IllegalStateException("kill " + name + " failed with " + code);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    String logTail() {
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
