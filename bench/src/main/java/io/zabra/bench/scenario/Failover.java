// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.bench.scenario;

import io.zabra.bench.load.Budget;
import io.zabra.bench.load.ClosedLoop;
import io.zabra.bench.load.Fleet;
import io.zabra.bench.load.Writers;
import io.zabra.bench.report.Figure;
import io.zabra.bench.report.Figures;
import io.zabra.bench.report.Progress;
import io.zabra.bench.target.RunningEnsemble;
import io.zabra.bench.target.RunningServer;
import io.zabra.wire.client.SetDataRequest;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/// How long clients cannot write when a member of an ensemble fails, again and again: all of them, and each for itself.
record Failover(String name, String summary, int members, boolean largeTree, Fault fault) implements Scenario {

    private static final int WRITERS = 9;
    private static final int PARENTS = 32;
    private static final int CHILDREN = 32;
    private static final int CHILDREN_A_PARENT = 1000;
    private static final int WARMUP_SESSIONS = 30;
    private static final int PIPELINED = 16;
    private static final long SETTLE_NS = 2_000_000_000L;

    @Override
    public String parameters(Options options) {
        return "%d faults, %d clients write every 10 ms, session timeout %d ms, %s, tick 2000 ms, syncLimit 5"
                .formatted(
                        options.faults(),
                        WRITERS,
                        Writers.sessionTimeoutMs(),
                        largeTree ? options.znodes() + " znodes" : "small tree");
    }

    @Override
    public boolean needsOwnServer() {
        return true;
    }

    @Override
    public Figures run(RunningEnsemble servers, Options options, Progress progress) throws IOException {
        prepare(servers, options, progress);
        var all = new Histogram(3);
        var each = new Histogram(3);
        var elected = new Histogram(3);
        byte[] value = new byte[options.valueSize()];
        try (var writers =
                new Writers(servers.addresses(), WRITERS, i -> new SetDataRequest(DataSet.child(i, 0), value, -1))) {
            for (int i = 1; i <= options.faults(); i++) {
                progress.step("fault " + i + " of " + options.faults());
                LockSupport.parkNanos(SETTLE_NS);
                RunningServer leader = servers.leader();
                RunningServer victim =
                        fault == Fault.KILL_FOLLOWER ? servers.others(leader).getFirst() : leader;
                writers.forget();
                long faultNs = System.nanoTime();
                fault.strike(victim);
                if (victim == leader) {
                    servers.leaderAmong(servers.others(leader));
                    elected.recordValue(System.nanoTime() - faultNs);
                }
                Writers.Outage outage = writers.survived(faultNs);
                all.recordValue(outage.allNs());
                each.add(outage.each());
                fault.heal(victim);
                servers.awaitFollowing(victim);
            }
            return figures(all, each, elected).with(Figure.LOST_SESSIONS, writers.lostSessions());
        }
    }

    private void prepare(RunningEnsemble servers, Options options, Progress progress) throws IOException {
        progress.step("loading");
        int parents = largeTree ? Math.max(PARENTS, options.znodes() / CHILDREN_A_PARENT) : PARENTS;
        try (Fleet loader = Fleet.connect(List.of(servers.leader().address()), 1, PIPELINED)) {
            DataSet.load(loader, parents, largeTree ? CHILDREN_A_PARENT : CHILDREN, new byte[options.valueSize()]);
        }
        if (options.warmupRequests() > 0) {
            progress.step("warming up");
            try (Fleet fleet = Fleet.connect(servers.addresses(), WARMUP_SESSIONS, PIPELINED)) {
                var workload = Kind.SET.workload(WARMUP_SESSIONS, options.valueSize());
                ClosedLoop.run(fleet, workload, PIPELINED, Budget.ofRequests(options.warmupRequests()));
                fleet.closeSessions();
            }
        }
    }

    private static Figures figures(Histogram all, Histogram each, Histogram elected) {
        var figures = new Figures()
                .with(Figure.OUTAGE_P50_MS, all.getValueAtPercentile(50) / 1e6)
                .with(Figure.OUTAGE_MAX_MS, all.getMaxValue() / 1e6)
                .with(Figure.CLIENT_OUTAGE_P50_MS, each.getValueAtPercentile(50) / 1e6)
                .with(Figure.CLIENT_OUTAGE_P90_MS, each.getValueAtPercentile(90) / 1e6)
                .with(Figure.CLIENT_OUTAGE_P99_MS, each.getValueAtPercentile(99) / 1e6)
                .with(Figure.CLIENT_OUTAGE_MAX_MS, each.getMaxValue() / 1e6);
        if (elected.getTotalCount() > 0) {
            figures.with(Figure.NEW_LEADER_P50_MS, elected.getValueAtPercentile(50) / 1e6)
                    .with(Figure.NEW_LEADER_MAX_MS, elected.getMaxValue() / 1e6);
        }
        return figures;
    }

    /// What happens to a member.
    enum Fault {
        KILL_LEADER,
        KILL_FOLLOWER,
        /// It is halted, and its connections stay open: nobody is told.
        STOP_LEADER;

        void strike(RunningServer victim) throws IOException {
            switch (this) {
                case KILL_LEADER, KILL_FOLLOWER -> victim.kill();
                case STOP_LEADER -> victim.pause();
            }
        }

        void heal(RunningServer victim) throws IOException {
            switch (this) {
                case KILL_LEADER, KILL_FOLLOWER -> victim.launch();
                case STOP_LEADER -> victim.resume();
            }
        }
    }
}
