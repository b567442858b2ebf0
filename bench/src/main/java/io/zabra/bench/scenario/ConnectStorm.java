// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.bench.scenario;

import io.zabra.bench.load.Fleet;
import io.zabra.bench.report.Figure;
import io.zabra.bench.report.Figures;
import io.zabra.bench.report.Progress;
import io.zabra.bench.target.RunningEnsemble;
import java.io.IOException;

/// Many sessions that connect at the same moment, on a server that has seen one such storm before.
record ConnectStorm() implements Scenario {

    private static final int SESSIONS = 10_000;

    @Override
    public String name() {
        return "connect-storm";
    }

    @Override
    public String summary() {
        return "10,000 sessions connect at once";
    }

    @Override
    public String parameters(Options options) {
        return options.sessions().orElse(SESSIONS)
                + " sessions at once, the second such storm; listen backlog 16384, or what the system allows";
    }

    @Override
    public Figures run(RunningEnsemble servers, Options options, Progress progress) throws IOException {
        int sessions = options.sessions().orElse(SESSIONS);
        progress.step("first storm");
        Fleet.storm(servers.addresses(), sessions, sessions, 1).closeSessions();
        progress.step("measured storm");
        Fleet[] fleet = new Fleet[1];
        Figures figures = Measured.of(servers, () -> {
            fleet[0] = Fleet.storm(servers.addresses(), sessions, sessions, 1);
            return fleet[0].connecting();
        });
        figures.with(Figure.REFUSED, fleet[0].failed())
                .with(Figure.ELAPSED_MS, fleet[0].connecting().elapsedNs() / 1e6);
        fleet[0].closeSessions();
        return figures;
    }
}
