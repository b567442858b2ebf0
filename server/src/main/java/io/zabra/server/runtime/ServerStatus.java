// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.server.runtime;

import io.zabra.core.node.DigestHistory;
import io.zabra.core.node.Node;
import io.zabra.core.session.Client;
import io.zabra.core.session.Session;
import io.zabra.core.tree.DataTree;
import io.zabra.core.watch.WatchSummary;
import io.zabra.server.admin.ServerView;
import io.zabra.server.config.ServerConfig;
import io.zabra.server.net.ClientListener;
import io.zabra.server.net.Connection;
import io.zabra.server.net.ConnectionStats;
import io.zabra.server.observe.Metrics;
import io.zabra.server.observe.Summary;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// What operators see of a running server. Its methods are called by the owner of the node.
final class ServerStatus implements ServerView {

    private final ServerConfig config;
    private final Node node;
    private final Metrics metrics;
    private final DataFolders folders;
    private @Nullable ClientListener listener;

    ServerStatus(ServerConfig config, Node node, Metrics metrics, DataFolders folders) {
        this.config = config;
        this.node = node;
        this.metrics = metrics;
        this.folders = folders;
    }

    void listener(ClientListener newListener) {
        listener = newListener;
    }

    @Override
    public boolean serving() {
        return true;
    }

    @Override
    public boolean readOnly() {
        return false;
    }

    @Override
    public String mode() {
        return "standalone";
    }

    @Override
    public Totals totals() {
        Summary.Totals latency = metrics.requestLatencyMs().totals();
        return new Totals(
                new Latency(latency.min(), latency.average(), latency.max()),
                metrics.packetsReceived().value(),
                metrics.packetsSent().value(),
                open().size(),
                node.outstanding(),
                node.lastApplied(),
                node.tree().nodeCount());
    }

    @Override
    public List<ConnectionLine> connections() {
        List<ConnectionLine> lines = new ArrayList<>();
        for (Connection connection : open()) {
            ConnectionStats stats = connection.stats();
            lines.add(new ConnectionLine(
                    connection.remote(),
                    connection.interest(),
                    connection.client().waiting().size(),
                    stats.packetsReceived(),
                    stats.packetsSent(),
                    stats.sessionId() == 0 ? ConnectionLine.NO_SESSION : sessionLine(stats)));
        }
        return lines;
    }

    private static SessionLine sessionLine(ConnectionStats stats) {
        return new SessionLine(
                stats.sessionId(),
                OperationNames.of(stats.lastOp()),
                stats.establishedMs(),
                stats.timeoutMs(),
                stats.lastXid(),
                stats.lastZxid(),
                stats.lastResponseMs(),
                new ConnectionLatency(
                        stats.lastLatencyMs(), stats.latencyMsMin(), stats.latencyMsAvg(), stats.latencyMsMax()));
    }

    @Override
    public Settings settings() {
        return new Settings(
                listener == null ? -1 : listener.port(),
                folders.dataPath(),
                folders.logPath(),
                config.sessions().tickMs(),
                config.listeners().perAddressMax(),
                config.sessions().timeoutMsMin(),
                config.sessions().timeoutMsMax(),
                config.listeners().backlog(),
                0);
    }

    @Override
    public DirectorySizes directorySizes() {
        return new DirectorySizes(folders.dataBytes(), folders.logBytes());
    }

    @Override
    public List<ExpirySet> sessionExpiry() {
        long offsetMs = System.currentTimeMillis() - node.sessions().nowMs();
        Map<Long, List<Long>> sets = new TreeMap<>();
        for (Session session : node.sessions().all()) {
            sets.computeIfAbsent(session.deadlineMs() + offsetMs, _ -> new ArrayList<>())
                    .add(session.id());
        }
        List<ExpirySet> result = new ArrayList<>();
        sets.forEach((atMs, ids) -> result.add(new ExpirySet(atMs, ids)));
        return result;
    }

    @Override
    public List<SessionPaths> ephemerals() {
        DataTree tree = node.tree();
        List<SessionPaths> result = new ArrayList<>();
        for (long owner : tree.ephemeralOwners()) {
            result.add(new SessionPaths(owner, tree.ephemerals(owner)));
        }
        return result;
    }

    @Override
    public List<ConnectionSet> connectionExpiry() {
        long offsetMs = System.currentTimeMillis() - node.sessions().nowMs();
        Map<Long, List<ConnectionId>> sets = new TreeMap<>();
        for (Connection connection : open()) {
            Session session = connection.client().session();
            long atMs = session == null
                    ? connection.stats().establishedMs() + config.listeners().sessionlessTimeoutMs()
                    : session.deadlineMs() + offsetMs;
            sets.computeIfAbsent(atMs, _ -> new ArrayList<>())
                    .add(new ConnectionId(
                            connection.remote(), connection.client().sessionId()));
        }
        List<ConnectionSet> result = new ArrayList<>();
        sets.forEach((atMs, connections) -> result.add(new ConnectionSet(atMs, connections)));
        return result;
    }

    @Override
    public WatchTotals watchTotals() {
        WatchSummary summary = node.watches().summary();
        return new WatchTotals(summary.clients(), summary.paths(), summary.watches());
    }

    @Override
    public List<SessionPaths> watchesBySession() {
        List<SessionPaths> result = new ArrayList<>();
        node.watches().forEachClient(watcher -> {
            List<String> paths = node.watches().paths(watcher);
            if (!paths.isEmpty()) {
                result.add(new SessionPaths(watcher.client().sessionId(), paths));
            }
        });
        return result;
    }

    @Override
    public List<PathSessions> watchesByPath() {
        List<PathSessions> result = new ArrayList<>();
        node.watches()
                .forEachPath((path, clients) -> result.add(new PathSessions(
                        path, clients.stream().map(Client::sessionId).toList())));
        return result;
    }

    @Override
    public List<ZxidDigest> digests() {
        List<ZxidDigest> result = new ArrayList<>();
        for (DigestHistory.Entry entry : node.digests().entries()) {
            result.add(new ZxidDigest(entry.zxid(), entry.digest()));
        }
        return result;
    }

    @Override
    public void metrics(BiConsumer<String, Number> sink) {
        metrics.forEach(sink);
    }

    @Override
    public void resetStatistics() {
        metrics.reset();
    }

    @Override
    public void resetConnectionStatistics() {
        for (Connection connection : open()) {
            connection.stats().reset();
        }
    }

    private List<Connection> open() {
        return listener == null ? List.of() : List.copyOf(listener.connections());
    }
}
