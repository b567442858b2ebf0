// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.bench.scenario;

import io.zabra.bench.load.Budget;
import io.zabra.bench.load.ClosedLoop;
import io.zabra.bench.load.Fleet;
import io.zabra.bench.load.OpenLoop;
import io.zabra.bench.load.Workload;
import io.zabra.bench.report.Figure;
import io.zabra.bench.report.Figures;
import io.zabra.bench.report.Progress;
import io.zabra.bench.target.RunningEnsemble;
import io.zabra.bench.target.RunningServer;
import io.zabra.bench.target.ServerSettings;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Writes at a fixed rate, latency from the planned send time. With a large tree the server can be made to write
/// snapshots all the while.
record OpenWrites(String name, String summary, int members, boolean largeTree, boolean snapshots) implements Scenario {

    private static final int SESSIONS = 32;
    private static final int SESSIONS_OF_ENSEMBLE = 30;
    private static final int PARENTS = 32;
    private static final int CHILDREN = 32;
    private static final int CHILDREN_A_PARENT = 1000;

    /// At 2,000 writes a second a new snapshot starts every few seconds.
    private static final int SNAP_COUNT = 10_000;

    @Override
    public String parameters(Options options) {
        return "%d writes/s for %d s over %d sessions, %d B values, %s"
                .formatted(
                        options.rate(),
                        options.duration().toSeconds(),
                        sessions(options),
                        options.valueSize(),
                        largeTree ? options.znodes() + " znodes" : "small tree");
    }

    @Override
    public ServerSettings settings(ServerSettings common) {
        return common.withSnapCount(snapshots ? SNAP_COUNT : ServerSettings.SNAP_COUNT_NEVER);
    }

    @Override
    public Figures run(RunningEnsemble servers, Options options, Progress progress) throws IOException {
        byte[] value = new byte[options.valueSize()];
        progress.step("loading");
        try (Fleet loader = Fleet.connect(servers.addresses(), 1, 16)) {
            if (largeTree) {
                DataSet.load(loader, Math.max(PARENTS, options.znodes() / CHILDREN_A_PARENT), CHILDREN_A_PARENT, value);
            } else {
                DataSet.load(loader, PARENTS, CHILDREN, value);
            }
        }
        Workload workload = Kind.SET.workload(SESSIONS, options.valueSize());
        int sessions = sessions(options);
        try (Fleet fleet = Fleet.connect(servers.addresses(), sessions, OpenLoop.IN_FLIGHT_MAX)) {
            progress.step("warming up");
            if (options.warmupRequests() > 0) {
                ClosedLoop.run(fleet, workload, 16, Budget.ofRequests(options.warmupRequests()));
            }
            OpenLoop.run(fleet, workload, options.rate(), Duration.ofSeconds(3));
            progress.step("measuring");
            return measure(servers, fleet, workload, options);
        }
    }

    /// The same number for each member.
    private int sessions(Options options) {
        return options.sessions().orElse(members == 1 ? SESSIONS : SESSIONS_OF_ENSEMBLE);
    }

    private Figures measure(RunningEnsemble servers, Fleet fleet, Workload workload, Options options)
            throws IOException {
        OpenLoop.Result[] result = new OpenLoop.Result[1];
        try (var counter = new SnapshotCounter(servers.members())) {
            Figures figures = Measured.of(servers, () -> {
                result[0] = OpenLoop.run(fleet, workload, options.rate(), options.duration());
                return result[0].phase();
            });
            if (snapshots) {
                figures.with(Figure.SNAPSHOTS, counter.written());
            }
            return figures.with(Figure.SEND_LAG_P99_US, result[0].sendLag().getValueAtPercentile(99) / 1e3);
        }
    }

    /// Sees new snapshot files of all members even if old ones are purged meanwhile.
    private static final class SnapshotCounter implements AutoCloseable {

        private final Set<Snapshot> before;
        private final Set<Snapshot> seen = new HashSet<>();
        private final List<RunningServer> servers;
        private final Thread watcher;

        private record Snapshot(RunningServer server, String file) {}

        SnapshotCounter(List<RunningServer> servers) throws IOException {
            this.servers = servers;
            this.before = present();
            this.watcher = Thread.ofPlatform().name("bench-snapshots").daemon().start(this::watch);
        }

        private void watch() {
            try {
                while (true) {
                    look();
                    Thread.sleep(500);
                }
            } catch (InterruptedException | IOException _) {
                // The measurement is over; the last look is taken by written().
            }
        }

        private synchronized void look() throws IOException {
            seen.addAll(present());
        }

        private Set<Snapshot> present() throws IOException {
            Set<Snapshot> present = new HashSet<>();
            for (RunningServer server : servers) {
                server.snapshots().forEach(file -> present.add(new Snapshot(server, file)));
            }
            return present;
        }

        synchronized int written() throws IOException {
            look();
            Set<Snapshot> fresh = new HashSet<>(seen);
            fresh.removeAll(before);
            return fresh.size();
        }

        @Override
        public void close() {
            watcher.interrupt();
        }
    }
}
