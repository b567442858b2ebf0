// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.bench.scenario;

import io.zabra.bench.load.Budget;
import io.zabra.bench.load.ClosedLoop;
import io.zabra.bench.load.Fleet;
import io.zabra.bench.load.Workload;
import io.zabra.bench.measure.ProcessSample;
import io.zabra.bench.report.Figure;
import io.zabra.bench.report.Figures;
import io.zabra.bench.report.Progress;
import io.zabra.bench.target.RunningEnsemble;
import io.zabra.bench.target.RunningServer;
import io.zabra.bench.target.ServerSettings;
import java.io.IOException;
import java.util.NavigableSet;
import java.util.concurrent.locks.LockSupport;

/// Restart after a crash (SIGKILL) with a large tree: a snapshot, and a log of some tens of thousands of writes behind
/// it.
record Restart() implements Scenario {

    private static final int CHILDREN_A_PARENT = 1000;
    private static final int SESSIONS = 32;
    private static final int WRITES_A_LOOK = 2_000;
    private static final int WRITES_UNTIL_SNAPSHOT_MAX = 300_000;
    private static final int WRITES_BEHIND = 40_000;
    private static final long SNAPSHOT_WAIT_NS = 20_000_000_000L;

    @Override
    public String name() {
        return "restart";
    }

    @Override
    public String summary() {
        return "restart after SIGKILL with 1 M znodes, snapshot and log";
    }

    @Override
    public String parameters(Options options) {
        return "%d znodes, %d writes behind the last snapshot, page cache warm"
                .formatted(options.znodes(), WRITES_BEHIND);
    }

    @Override
    public ServerSettings settings(ServerSettings common) {
        return common.withSnapCount(ServerSettings.SNAP_COUNT_DEFAULT);
    }

    @Override
    public boolean needsOwnServer() {
        return true;
    }

    @Override
    public Figures run(RunningEnsemble servers, Options options, Progress progress) throws IOException {
        RunningServer server = servers.single();
        progress.step("loading");
        try (Fleet loader = Fleet.connect(servers.addresses(), 1, 16)) {
            int parents = Math.max(SESSIONS, options.znodes() / CHILDREN_A_PARENT);
            DataSet.load(loader, parents, CHILDREN_A_PARENT, new byte[options.valueSize()]);
        }
        int snapshots;
        try (Fleet fleet = Fleet.connect(servers.addresses(), SESSIONS, 16)) {
            Workload workload = Kind.SET.workload(SESSIONS, options.valueSize());
            progress.step("writing until a snapshot starts");
            snapshots = writeUntilSnapshot(server, fleet, workload);
            progress.step("writing the log behind it");
            ClosedLoop.run(fleet, workload, 16, Budget.ofRequests(WRITES_BEHIND));
        }
        LockSupport.parkNanos(snapshots > 0 ? SNAPSHOT_WAIT_NS / 4 : 0);
        progress.step("restarting");
        server.kill();
        server.launch();
        ProcessSample sample = server.probe().orElseThrow().sample();
        return new Figures()
                .with(Figure.FIRST_ANSWER_MS, server.answeredAfter().toNanos() / 1e6)
                .with(Figure.START_CPU_MS, sample.tickCpuNs() / 1e6)
                .with(Figure.RESIDENT_MIB, sample.residentBytes() / (double) (1 << 20))
                .with(Figure.SNAPSHOTS, snapshots);
    }

    /// How many snapshots came, 0 or more.
    private static int writeUntilSnapshot(RunningServer server, Fleet fleet, Workload workload) throws IOException {
        NavigableSet<String> before = server.snapshots();
        for (int written = 0; written < WRITES_UNTIL_SNAPSHOT_MAX; written += WRITES_A_LOOK) {
            ClosedLoop.run(fleet, workload, 16, Budget.ofRequests(WRITES_A_LOOK));
            NavigableSet<String> fresh = server.snapshots();
            fresh.removeAll(before);
            if (!fresh.isEmpty()) {
                return fresh.size();
            }
        }
        return 0;
    }
}
