// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.bench.scenario;

import io.zabra.bench.measure.ProcessSample;
import io.zabra.bench.report.Figure;
import io.zabra.bench.report.Figures;
import io.zabra.bench.report.Progress;
import io.zabra.bench.target.RunningEnsemble;
import io.zabra.bench.target.RunningServer;
import java.io.IOException;

/// An empty server: from the start of the process to its first granted session.
record StartUp() implements Scenario {

    @Override
    public String name() {
        return "startup";
    }

    @Override
    public String summary() {
        return "start of an empty server until it grants a session";
    }

    @Override
    public String parameters(Options options) {
        return "empty data directory, page cache warm";
    }

    @Override
    public boolean needsOwnServer() {
        return true;
    }

    @Override
    public Figures run(RunningEnsemble servers, Options options, Progress progress) throws IOException {
        RunningServer server = servers.single();
        ProcessSample sample = server.probe().orElseThrow().sample();
        return new Figures()
                .with(Figure.FIRST_ANSWER_MS, server.answeredAfter().toNanos() / 1e6)
                .with(Figure.START_CPU_MS, sample.tickCpuNs() / 1e6)
                .with(Figure.RESIDENT_MIB, sample.residentBytes() / (double) (1 << 20));
    }
}
