// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.bench.scenario;

import io.zabra.bench.load.Budget;
import io.zabra.bench.load.ClosedLoop;
import io.zabra.bench.load.Fleet;
import io.zabra.bench.measure.ProcessSample;
import io.zabra.bench.report.Figure;
import io.zabra.bench.report.Figures;
import io.zabra.bench.report.Progress;
import io.zabra.bench.target.RunningEnsemble;
import io.zabra.bench.target.RunningServer;
import io.zabra.bench.target.ServerSettings;
import java.io.IOException;
import java.util.List;

/// How long a member that was away while many znodes were created needs, from its start until it serves with all of
/// them.
record CatchUp(int members) implements Scenario {

    private static final int SESSIONS = 30;
    private static final int OUTSTANDING = 16;

    @Override
    public String name() {
        return "catch-up";
    }

    @Override
    public String summary() {
        return "a member comes back 1 M transactions behind, " + members + " members";
    }

    @Override
    public String parameters(Options options) {
        return "%d creates behind, %d B values, page cache warm".formatted(options.znodes(), options.valueSize());
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
        progress.step("loading");
        byte[] value = new byte[options.valueSize()];
        RunningServer leader = servers.leader();
        try (Fleet loader = Fleet.connect(List.of(leader.address()), 1, OUTSTANDING)) {
            DataSet.load(loader, SESSIONS, 1, value);
        }
        RunningServer away = servers.others(leader).getFirst();
        away.kill();
        progress.step("writing without it");
        try (Fleet fleet = Fleet.connect(List.of(leader.address()), SESSIONS, OUTSTANDING)) {
            var creates = new Creates(SESSIONS, value);
            ClosedLoop.run(fleet, creates, OUTSTANDING, Budget.ofRequests(options.znodes()));
            fleet.closeSessions();
        }
        progress.step("catching up");
        ProcessSample leaderBefore = leader.probe().orElseThrow().sample();
        long startNs = System.nanoTime();
        away.launch();
        servers.awaitFollowing(away);
        long tookNs = System.nanoTime() - startNs;
        ProcessSample leaderAfter = leader.probe().orElseThrow().sample();
        ProcessSample sample = away.probe().orElseThrow().sample();
        return new Figures()
                .with(Figure.ELAPSED_MS, tookNs / 1e6)
                .with(Figure.FIRST_ANSWER_MS, away.answeredAfter().toNanos() / 1e6)
                .with(Figure.START_CPU_MS, sample.tickCpuNs() / 1e6)
                .with(Figure.LEADER_CPU_MS, leaderAfter.cpuNsSince(leaderBefore) / 1e6)
                .with(Figure.RESIDENT_MIB, sample.residentBytes() / (double) (1 << 20))
                .with(Figure.LEADER_RESIDENT_MIB, leaderAfter.residentBytes() / (double) (1 << 20));
    }
}
