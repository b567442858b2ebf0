// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.bench.target;

import io.zabra.bench.load.Handshake;
import io.zabra.bench.measure.FourLetter;
import io.zabra.bench.measure.HeapProbe;
import io.zabra.bench.measure.Listener;
import io.zabra.bench.measure.ProcessProbe;
import java.io.File;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A server that answers. One that was started here is stopped by its process id and leaves no files behind.
public final class RunningServer implements AutoCloseable {

    static final long NO_PID = -1;

    private static final Duration START_DEADLINE = Duration.ofSeconds(180);
    private static final int STOP_DEADLINE_S = 60;
    private static final int ATTEMPTS_AT_ONCE = 200;
    private static final long ATTEMPT_EACH_NS = 5_000_000;
    private static final String LOG = "server.log";

    private final InetSocketAddress address;
    private final Path jdk;
    private final @Nullable Path folder;
    private final Launcher.@Nullable Command command;
    private @Nullable Process process;
    private final Thread onExit = new Thread(this::closeOnExit, "bench-cleanup");
    private long pid;
    private long startedNs;
    private Duration answeredAfter = Duration.ZERO;

    RunningServer(InetSocketAddress address, Path jdk, @Nullable Path folder, Launcher.@Nullable Command command) {
        this.address = address;
        this.jdk = jdk;
        this.folder = folder;
        this.command = command;
        this.pid = NO_PID;
        if (command != null) {
            Runtime.getRuntime().addShutdownHook(onExit);
        }
    }

    static RunningServer foreign(InetSocketAddress address, long pid, Path jdk) {
        var server = new RunningServer(address, jdk, null, null);
        server.pid = pid;
        return server;
    }

    public InetSocketAddress address() {
        return address;
    }

    /// From the start of the process to its first granted session.
    public Duration answeredAfter() {
        return answeredAfter;
    }

    /// Whether it can be stopped and started again here.
    public boolean owned() {
        return command != null;
    }

    /// Empty for a server on another machine.
    public Optional<ProcessProbe> probe() {
        return pid == NO_PID ? Optional.empty() : Optional.of(new ProcessProbe(pid, address));
    }

    public Optional<HeapProbe> heap() {
        return pid == NO_PID ? Optional.empty() : Optional.of(new HeapProbe(jdk, pid));
    }

    /// Names of the snapshot files that are there now; empty for a server that was not started here.
    public NavigableSet<String> snapshots() throws IOException {
        NavigableSet<String> names = new TreeSet<>();
        Path data = folder == null ? null : folder.resolve("data/version-2");
        if (data == null || !Files.isDirectory(data)) {
            return names;
        }
        try (Stream<Path> files = Files.list(data)) {
            files.map(file -> file.getFileName().toString())
                    .filter(name -> name.startsWith("snapshot."))
                    .forEach(names::add);
        }
        return names;
    }

    /// Starts the process on the data directory as it is, and returns when it has granted a session.
    public void launch() throws IOException {
        spawn();
        awaitAnswer();
    }

    /// Starts the process on the data directory as it is.
    void spawn() throws IOException {
        if (command == null || folder == null) {
            throw new IllegalStateException("a foreign server cannot be started here");
        }
        File log = folder.resolve(LOG).toFile();
        ProcessBuilder builder = new ProcessBuilder(command.words())
                .redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log));
        builder.environment().putAll(command.environment());
        startedNs = System.nanoTime();
        process = builder.start();
    }

    /// Returns when the process has granted a session.
    void awaitAnswer() throws IOException {
        Process started = process;
        if (started == null || folder == null) {
            throw new IllegalStateException("the server was not started");
        }
        var answeredNs = new CompletableFuture<Long>();
        var attempts = new Semaphore(ATTEMPTS_AT_ONCE);
        while (!answeredNs.isDone()) {
            if (!started.isAlive() || System.nanoTime() - startedNs > START_DEADLINE.toNanos()) {
                throw new IOException("the server did not come up; the end of its log:\n" + tail(folder.resolve(LOG)));
            }
            if (attempts.tryAcquire()) {
                Thread.ofVirtual().start(() -> attempt(attempts, answeredNs));
            }
            LockSupport.parkNanos(ATTEMPT_EACH_NS);
        }
        answeredAfter = Duration.ofNanos(answeredNs.join() - startedNs);
        pid = Listener.pidOf(address.getPort()).orElse(started.pid());
    }

    /// A server may accept connections before it serves and never answer those (Apache's does): an attempt that hangs
    /// must not keep the next one from being made.
    private void attempt(Semaphore attempts, CompletableFuture<Long> answeredNs) {
        if (Handshake.granted(address)) {
            answeredNs.complete(System.nanoTime());
        }
        attempts.release();
    }

    /// The lines that the process has written so far; empty for a server that was not started here.
    public List<String> log() throws IOException {
        return folder == null ? List.of() : Files.readAllLines(folder.resolve(LOG));
    }

    /// What it says of itself in answer to `srvr`.
    public SortedMap<String, String> srvr() throws IOException {
        return FourLetter.srvr(address);
    }

    /// Halts the process where it is (SIGSTOP) until [#resume()]; its connections stay open.
    public void pause() throws IOException {
        send("-STOP");
    }

    public void resume() throws IOException {
        send("-CONT");
    }

    private void send(String signal) throws IOException {
        try {
            if (new ProcessBuilder("kill", signal, Long.toString(pid)).start().waitFor() != 0) {
                throw new IOException("kill " + signal + " " + pid + " failed");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while kill ran", e);
        }
    }

    /// Asks it to stop (SIGTERM) and waits.
    public void stop() throws IOException {
        end(false);
    }

    /// Stops it without warning (SIGKILL).
    public void kill() throws IOException {
        end(true);
    }

    private void end(boolean forcibly) throws IOException {
        Process started = process;
        if (started == null) {
            return;
        }
        signal(ProcessHandle.of(pid), forcibly);
        signal(Optional.of(started.toHandle()), forcibly);
        try {
            if (!started.waitFor(STOP_DEADLINE_S, TimeUnit.SECONDS)) {
                started.destroyForcibly().waitFor();
                throw new IOException("the server did not stop within " + STOP_DEADLINE_S + " s");
            }
        } catch (InterruptedException e) {
            started.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while stopping the server", e);
        }
        process = null;
        pid = NO_PID;
    }

    private static void signal(Optional<ProcessHandle> handle, boolean forcibly) {
        handle.ifPresent(process -> {
            if (forcibly) {
                process.destroyForcibly();
            } else {
                process.destroy();
            }
        });
    }

    private static String tail(Path log) throws IOException {
        List<String> lines = Files.readAllLines(log);
        return String.join("\n", lines.subList(Math.max(0, lines.size() - 20), lines.size()));
    }

    /// An interrupted benchmark leaves neither process nor files.
    private void closeOnExit() {
        try {
            remove();
        } catch (IOException e) {
            System.err.println("zabra bench: " + folder + " is left behind: " + e.getMessage());
        }
    }

    @Override
    public void close() throws IOException {
        remove();
        if (command != null) {
            try {
                Runtime.getRuntime().removeShutdownHook(onExit);
            } catch (IllegalStateException _) {
                // The exit is under way; the hook finds nothing left to do.
            }
        }
    }

    private synchronized void remove() throws IOException {
        try {
            kill();
        } finally {
            if (folder != null && Files.exists(folder)) {
                delete(folder);
            }
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
