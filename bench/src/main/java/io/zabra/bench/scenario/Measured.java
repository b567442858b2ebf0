// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.bench.scenario;

import io.zabra.bench.load.Phase;
import io.zabra.bench.measure.ProcessProbe;
import io.zabra.bench.measure.ProcessSample;
import io.zabra.bench.report.Figure;
import io.zabra.bench.report.Figures;
import io.zabra.bench.target.RunningEnsemble;
import io.zabra.bench.target.RunningServer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.HdrHistogram.Histogram;

/// Runs a load between two looks at the processes of the servers and turns both into figures.
final class Measured {

    private static final double MIB = 1 << 20;

    private Measured() {}

    static Figures of(RunningEnsemble servers, Load load) throws IOException {
        List<ProcessProbe> probes = servers.members().stream()
                .map(RunningServer::probe)
                .flatMap(Optional::stream)
                .toList();
        if (probes.size() < servers.members().size()) {
            return of(load.run());
        }
        int leader = servers.members().indexOf(servers.leader());
        List<ProcessSample> before = samples(probes);
        Phase phase = load.run();
        List<ProcessSample> after = samples(probes);
        Figures figures = of(phase);
        add(figures, before, after, phase.operations());
        if (probes.size() > 1) {
            long cpuNs = after.get(leader).cpuNsSince(before.get(leader));
            figures.with(Figure.LEADER_CPU_US, cpuNs / 1e3 / phase.operations())
                    .with(Figure.LEADER_RESIDENT_MIB, after.get(leader).residentBytes() / MIB);
        }
        return figures;
    }

    private static List<ProcessSample> samples(List<ProcessProbe> probes) throws IOException {
        List<ProcessSample> samples = new ArrayList<>();
        for (ProcessProbe probe : probes) {
            samples.add(probe.sample());
        }
        return samples;
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

    /// Sums over all servers, but for flushes: an ensemble flushes each write on every member, so their mean counts.
    private static void add(Figures figures, List<ProcessSample> before, List<ProcessSample> after, long operations) {
        double cpuNs = 0;
        double residentBytes = 0;
        double switches = 0;
        double flushes = 0;
        for (int i = 0; i < before.size(); i++) {
            ProcessSample then = before.get(i);
            ProcessSample now = after.get(i);
            cpuNs += now.cpuNsSince(then);
            residentBytes += now.residentBytes();
            switches += now.switches() - then.switches();
            boolean told = then.flushes() >= 0 && now.flushes() > then.flushes();
            flushes += told ? now.flushes() - then.flushes() : Double.NaN;
        }
        figures.with(Figure.SERVER_CPU_US, cpuNs / 1e3 / operations)
                .with(Figure.SWITCHES, switches / operations)
                .with(Figure.RESIDENT_MIB, residentBytes / MIB)
                .with(Figure.OPERATIONS_PER_FLUSH, operations * before.size() / flushes);
    }

    /// A load that is to be measured.
    interface Load {
        Phase run() throws IOException;
    }
}
