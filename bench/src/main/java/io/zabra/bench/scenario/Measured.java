// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.bench.scenario;

import io.zabra.bench.load.Phase;
import io.zabra.bench.measure.ProcessProbe;
import io.zabra.bench.measure.ProcessSample;
import io.zabra.bench.report.Figure;
import io.zabra.bench.report.Figures;
import io.zabra.bench.target.RunningServer;
import java.io.IOException;
import java.util.Optional;
import org.HdrHistogram.Histogram;

/// Runs a load between two looks at the server's process and turns both into figures.
final class Measured {

    private static final double MIB = 1 << 20;

    private Measured() {}

    static Figures of(RunningServer server, Load load) throws IOException {
        Optional<ProcessProbe> probe = server.probe();
        ProcessSample before = probe.isPresent() ? probe.get().sample() : null;
        Phase phase = load.run();
        Figures figures = of(phase);
        if (before != null) {
            add(figures, before, probe.get().sample(), phase.operations());
        }
        return figures;
    }

    static Figures of(Phase phase) {
        var figures = new Figures()
                .with(Figure.OPERATIONS_PER_SECOND, phase.operationsPerSecond())
                .with(Figure.CLIENT_CPU_US, phase.ownCpuNs() / 1e3 / phase.operations())
                .with(Figure.ERRORS, (double) phase.errorCount());
        latencies(figures, phase.latencies());
        return figures;
    }

    static void latencies(Figures figures, Histogram latencies) {
        figures.with(Figure.P50_US, latencies.getValueAtPercentile(50) / 1e3)
                .with(Figure.P99_US, latencies.getValueAtPercentile(99) / 1e3)
                .with(Figure.P999_US, latencies.getValueAtPercentile(99.9) / 1e3)
                .with(Figure.MAX_US, latencies.getMaxValue() / 1e3);
    }

    private static void add(Figures figures, ProcessSample before, ProcessSample after, long operations) {
        figures.with(Figure.SERVER_CPU_US, after.cpuNsSince(before) / 1e3 / operations)
                .with(Figure.SWITCHES, (double) (after.switches() - before.switches()) / operations)
                .with(Figure.RESIDENT_MIB, after.residentBytes() / MIB);
        if (before.flushes() >= 0 && after.flushes() > before.flushes()) {
            figures.with(Figure.OPERATIONS_PER_FLUSH, (double) operations / (after.flushes() - before.flushes()));
        }
    }

    /// A load that is to be measured.
    interface Load {
        Phase run() throws IOException;
    }
}
