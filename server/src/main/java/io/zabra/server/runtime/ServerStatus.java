// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.server.runtime;

import io.zabra.core.log.DigestHistory;
import io.zabra.core.node.Node;
import io.zabra.core.quorum.Member;
import io.zabra.core.quorum.Membership;
import io.zabra.core.quorum.PeerAddress;
import io.zabra.core.session.Client;
import io.zabra.core.session.Session;
import io.zabra.core.tree.DataTree;
import io.zabra.core.watch.WatchSummary;
import io.zabra.core.zab.Ensemble;
import io.zabra.server.admin.OperationNames;
import io.zabra.server.admin.ServerView;
import io.zabra.server.admin.Standing;
import io.zabra.server.config.ServerConfig;
import io.zabra.server.disk.DataFolders;
import io.zabra.server.ensemble.Peers;
import io.zabra.server.net.ClientListener;
import io.zabra.server.net.Connection;
import io.zabra.server.net.ConnectionStats;
import io.zabra.server.observe.Metrics;
import io.zabra.server.observe.Summary;
import io.zabra.wire.quorum.PeerState;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// What operators see of a running server. Its methods may take their time and are called by a thread that has it; of
/// the node they ask what they need in short steps, each consistent in itself.
final class ServerStatus implements ServerView {

    /// Paths that one step takes together.
    private static final int STEP_PATHS = 2_000;

    private static final int HAND_OVER_MS_MAX = 10_000;

    private final ServerConfig config;
    private final NodeLoop loop;
    private final Metrics metrics;
    private final DataFolders folders;
    private @Nullable ClientListener listener;
    private @Nullable Peers peers;

    ServerStatus(ServerConfig config, NodeLoop loop, Metrics metrics, DataFolders folders) {
        this.config = config;
        this.loop = loop;
        this.metrics = metrics;
        this.folders = folders;
    }

    void listener(ClientListener newListener) {
        listener = newListener;
    }

    void peers(Peers newPeers) {
        peers = newPeers;
    }

    @Override
    public Standing standing() {
        return loop.ask(node -> {
            Ensemble ensemble = node.membership();
            return ensemble == null ? new Standing.Alone() : standing(ensemble);
        });
    }

    private Standing standing(Ensemble ensemble) {
        int voters = ensemble.members().voters().size();
        Ensemble.Learners learners = ensemble.learners();
        if (ensemble.isReadOnly()) {
            return new Standing.ReadOnly();
        }
        if (!ensemble.serves()) {
            return new Standing.NotServing();
        }
        if (learners == null) {
            return ensemble.state() == PeerState.OBSERVING
                    ? new Standing.Observing(voters, peers == null ? ensemble.leader() : peers.master())
                    : new Standing.Following(voters, peers != null && peers.servesObservers() ? ensemble.guests() : -1);
        }
        return new Standing.Leading(
                voters,
                new Standing.Learners(
                        learners.connected(),
                        learners.synced().followers(),
                        learners.synced().withoutVote(),
                        learners.synced().observers(),
                        learners.pendingSyncs()),
                TimeUnit.NANOSECONDS.toMillis(System.nanoTime()) - learners.sinceMs(),
                new Standing.ProposalSizes(
                        learners.sizes().last(),
                        learners.sizes().least(),
                        learners.sizes().most()));
    }

    @Override
    public boolean handOver() {
        return loop.handOver(HAND_OVER_MS_MAX);
    }

    @Override
    public Totals totals() {
        Summary.Totals latency = metrics.requestLatencyMs().totals();
        return loop.ask(node -> new Totals(
                new Latency(latency.min(), latency.average(), latency.max()),
                metrics.packetsReceived().value(),
                metrics.packetsSent().value(),
                open().size(),
                node.outstanding(),
                node.lastApplied(),
                node.tree().nodeCount()));
    }

    @Override
    public List<ConnectionLine> connections() {
        return loop.ask(_ -> connectionLines());
    }

    private List<ConnectionLine> connectionLines() {
        List<ConnectionLine> lines = new ArrayList<>();
        for (Connection connection : open()) {
            ConnectionStats stats = connection.stats();
            lines.add(new ConnectionLine(
                    connection.remote(),
                    connection.interest(),
                    connection.client().waiting(),
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
                config.ensemble() == null ? 0 : config.ensemble().sid(),
                config.ensemble() == null ? null : memberSettings(config.ensemble()));
    }

    private MemberSettings memberSettings(ServerConfig.Ensemble ensemble) {
        // The list may have changed since the server was configured, and its own line too.
        Membership members = loop.ask(node -> {
            Ensemble part = node.membership();
            return part == null ? ensemble.membership() : part.members();
        });
        Member listed = members.member(ensemble.sid());
        Member self = listed == null ? ensemble.self() : listed;
        PeerAddress own = self.addresses().getFirst();
        return new MemberSettings(
                ensemble.timing().initMs() / ensemble.timing().tickMs(),
                ensemble.timing().syncMs() / ensemble.timing().tickMs(),
                own.electionPort(),
                own.quorumPort(),
                !self.participant(),
                members.text());
    }

    @Override
    public DirectorySizes directorySizes() {
        return new DirectorySizes(folders.dataBytes(), folders.logBytes());
    }

    @Override
    public SortedMap<Long, Integer> sessionTimeouts() {
        return loop.ask(node -> new TreeMap<>(node.sessions().established()));
    }

    @Override
    public List<ExpirySet> sessionExpiry() {
        return loop.ask(node -> sessionExpiry(node, false));
    }

    @Override
    public @Nullable List<ExpirySet> localSessionExpiry() {
        boolean possible = config.ensemble() != null && config.sessions().local();
        return possible ? loop.ask(node -> sessionExpiry(node, true)) : null;
    }

    private static List<ExpirySet> sessionExpiry(Node node, boolean local) {
        long offsetMs = System.currentTimeMillis() - node.sessions().nowMs();
        Map<Long, List<Long>> sets = new TreeMap<>();
        for (Session session : node.sessions().all()) {
            if (session.isLocal() == local) {
                sets.computeIfAbsent(session.deadlineMs() + offsetMs, _ -> new ArrayList<>())
                        .add(session.id());
            }
        }
        List<ExpirySet> result = new ArrayList<>();
        sets.forEach((atMs, ids) -> result.add(new ExpirySet(atMs, ids)));
        return result;
    }

    @Override
    public List<SessionPaths> ephemerals() {
        long[] owners = loop.ask(node -> node.tree().ephemeralOwners());
        List<SessionPaths> result = new ArrayList<>();
        int next = 0;
        while (next < owners.length) {
            int from = next;
            List<SessionPaths> step = loop.ask(node -> ephemerals(node.tree(), owners, from));
            next += step.size();
            result.addAll(step);
        }
        result.removeIf(session -> session.paths().isEmpty());
        return result;
    }

    private static List<SessionPaths> ephemerals(DataTree tree, long[] owners, int from) {
        List<SessionPaths> step = new ArrayList<>();
        int paths = 0;
        for (int i = from; i < owners.length && paths < STEP_PATHS; i++) {
            List<String> owned = tree.ephemerals(owners[i]);
            step.add(new SessionPaths(owners[i], owned));
            paths += 1 + owned.size();
        }
        return step;
    }

    @Override
    public List<ConnectionSet> connectionExpiry() {
        return loop.ask(this::connectionExpiry);
    }

    private List<ConnectionSet> connectionExpiry(Node node) {
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
        WatchSummary summary = loop.ask(node -> node.watches().summary());
        return new WatchTotals(summary.clients(), summary.paths(), summary.watches());
    }

    @Override
    public List<SessionPaths> watchesBySession() {
        Map<Long, List<String>> paths = new TreeMap<>();
        for (PathSessions watched : watchesByPath()) {
            for (long sessionId : watched.sessionIds()) {
                paths.computeIfAbsent(sessionId, _ -> new ArrayList<>()).add(watched.path());
            }
        }
        List<SessionPaths> result = new ArrayList<>();
        paths.forEach((sessionId, watched) -> result.add(new SessionPaths(sessionId, watched)));
        return result;
    }

    @Override
    public List<PathSessions> watchesByPath() {
        List<PathSessions> result = new ArrayList<>();
        int next = 0;
        while (next >= 0) {
            int from = next;
            next = loop.ask(node -> node.watches()
                    .visitPaths(
                            from,
                            STEP_PATHS,
                            (path, clients) -> result.add(new PathSessions(
                                    path,
                                    clients.stream().map(Client::sessionId).toList()))));
        }
        return result;
    }

    @Override
    public List<ZxidDigest> digests() {
        return loop.ask(node -> {
            List<ZxidDigest> result = new ArrayList<>();
            for (DigestHistory.Entry entry : node.digests().entries()) {
                result.add(new ZxidDigest(entry.zxid(), entry.digest()));
            }
            return result;
        });
    }

    @Override
    public void metrics(BiConsumer<String, Number> sink) {
        List<Map.Entry<String, Number>> values = loop.ask(_ -> {
            List<Map.Entry<String, Number>> read = new ArrayList<>();
            metrics.forEach((name, value) -> read.add(Map.entry(name, value)));
            return read;
        });
        values.forEach(value -> sink.accept(value.getKey(), value.getValue()));
    }

    @Override
    public void resetStatistics() {
        metrics.reset();
        loop.ask(node -> {
            Ensemble ensemble = node.membership();
            if (ensemble != null) {
                ensemble.forgetSizes();
            }
            return node;
        });
    }

    @Override
    public void resetConnectionStatistics() {
        loop.ask(_ -> {
            List<Connection> open = open();
            open.forEach(connection -> connection.stats().reset());
            return open.size();
        });
    }

    private List<Connection> open() {
        return listener == null ? List.of() : List.copyOf(listener.connections());
    }
}
