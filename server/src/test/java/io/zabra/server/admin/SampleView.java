// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.server.admin;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A server in the state in which Apache's was when its answers were taken down.
final class SampleView implements ServerView {

    private static final long SESSION = 0x1000016824b0019L;
    private static final long EST = 1_795_226_736_370L;

    Standing standing = new Standing.Alone();
    SortedMap<Long, Integer> timeouts = new TreeMap<>();
    Settings settings = settings("/var/lib/zookeeper/data/version-2");
    List<SessionPaths> ephemerals = List.of(new SessionPaths(SESSION, List.of("/w4")));
    List<ConnectionSet> connectionExpiry = List.of(set(
            "2026-11-21T02:05:55Z", new ConnectionId(address(52_612), 0), new ConnectionId(address(52_570), SESSION)));
    List<SessionPaths> watches = List.of(new SessionPaths(SESSION, List.of("/w4")));
    Consumer<BiConsumer<String, Number>> metrics = sink -> {};
    Totals totals = new Totals(new Latency(0, 0, 0), 1, 1, 2, 0, 0xa0, 33);
    List<ConnectionLine> connections = List.of(
            new ConnectionLine(
                    address(52_570),
                    1,
                    0,
                    4,
                    4,
                    new SessionLine(
                            SESSION, "GETC", EST, 10_000, 3, 0xa0, 1_680_896, new ConnectionLatency(0, 0, 0, 1))),
            line(52_586, 0, 1));
    final List<String> resets = new ArrayList<>();

    @Override
    public Standing standing() {
        return standing;
    }

    @Override
    public boolean handOver() {
        return standing instanceof Standing.Leading;
    }

    @Override
    public Totals totals() {
        return totals;
    }

    @Override
    public List<ConnectionLine> connections() {
        return connections;
    }

    @Override
    public Settings settings() {
        return settings;
    }

    private static Settings settings(String name) {
        var folder = Path.of(name);
        return new Settings(23_181, folder, folder, 2_000, 0, 4_000, 40_000, -1, 0, null);
    }

    @Override
    public SortedMap<Long, Integer> sessionTimeouts() {
        return timeouts;
    }

    @Override
    public DirectorySizes directorySizes() {
        return new DirectorySizes(67_109_358, 67_109_358);
    }

    @Override
    public @Nullable List<ExpirySet> localSessionExpiry() {
        return null;
    }

    @Override
    public List<ExpirySet> sessionExpiry() {
        return List.of(new ExpirySet(Instant.parse("2026-11-21T02:05:47Z").toEpochMilli(), List.of(SESSION)));
    }

    @Override
    public List<SessionPaths> ephemerals() {
        return ephemerals;
    }

    @Override
    public List<ConnectionSet> connectionExpiry() {
        return connectionExpiry;
    }

    static ConnectionSet set(String at, ConnectionId... connections) {
        return new ConnectionSet(Instant.parse(at).toEpochMilli(), List.of(connections));
    }

    @Override
    public WatchTotals watchTotals() {
        return new WatchTotals(1, 1, 1);
    }

    @Override
    public List<SessionPaths> watchesBySession() {
        return watches;
    }

    @Override
    public List<PathSessions> watchesByPath() {
        return List.of(new PathSessions("/w4", List.of(SESSION)));
    }

    @Override
    public List<ZxidDigest> digests() {
        return List.of(new ZxidDigest(0x80, 41_047_562_449L));
    }

    @Override
    public void metrics(BiConsumer<String, Number> sink) {
        metrics.accept(sink);
    }

    @Override
    public void resetStatistics() {
        resets.add("statistics");
    }

    @Override
    public void resetConnectionStatistics() {
        resets.add("connections");
    }

    /// A connection without a session.
    static ConnectionLine line(int port, int interest, long received) {
        return new ConnectionLine(address(port), interest, 0, received, 0, ConnectionLine.NO_SESSION);
    }

    static InetSocketAddress address(int port) {
        try {
            return new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port);
        } catch (UnknownHostException impossible) {
            throw new AssertionError(impossible);
        }
    }
}
