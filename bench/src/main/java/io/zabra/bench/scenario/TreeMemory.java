// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.bench.scenario;

import io.zabra.bench.load.Fleet;
import io.zabra.bench.load.Phase;
import io.zabra.bench.measure.HeapProbe;
import io.zabra.bench.report.Figure;
import io.zabra.bench.report.Figures;
import io.zabra.bench.report.Progress;
import io.zabra.bench.target.RunningEnsemble;
import io.zabra.bench.target.RunningServer;
import io.zabra.bench.target.ServerSettings;
import java.io.IOException;
import java.util.List;

/// What a znode costs in memory: live heap (and native memory) of the loaded server less that of the empty one.
record TreeMemory() implements Scenario {

    private static final int CHILDREN_A_PARENT = 1000;
    private static final double MIB = 1 << 20;

    @Override
    public String name() {
        return "memory";
    }

    @Override
    public String summary() {
        return "memory per znode, 1 M znodes with 44-character paths, 1000 children a parent";
    }

    @Override
    public String parameters(Options options) {
        return "%d znodes, %d B values".formatted(parents(options) * CHILDREN_A_PARENT, options.valueSize());
    }

    @Override
    public ServerSettings settings(ServerSettings common) {
        return common.withSnapCount(ServerSettings.SNAP_COUNT_NEVER)
                .withMoreJvmFlags(List.of("-XX:NativeMemoryTracking=summary"));
    }

    @Override
    public boolean needsOwnServer() {
        return true;
    }

    @Override
    public Figures run(RunningEnsemble servers, Options options, Progress progress) throws IOException {
        RunningServer server = servers.single();
        HeapProbe heap = server.heap().orElseThrow();
        long emptyBytes = heap.liveBytes();
        long emptyNativeBytes = heap.nativeBytes();
        progress.step("loading");
        Phase load;
        try (Fleet loader = Fleet.connect(servers.addresses(), 1, 16)) {
            load = DataSet.load(loader, parents(options), CHILDREN_A_PARENT, new byte[options.valueSize()]);
        }
        progress.step("collecting garbage");
        long znodes = (long) parents(options) * CHILDREN_A_PARENT;
        long residentBytes = server.probe().orElseThrow().sample().residentBytes();
        return new Figures()
                .with(Figure.HEAP_BYTES_EACH, (double) (heap.liveBytes() - emptyBytes) / znodes)
                .with(Figure.NATIVE_MIB, (heap.nativeBytes() - emptyNativeBytes) / MIB)
                .with(Figure.RESIDENT_MIB, residentBytes / MIB)
                .with(Figure.LOAD_PER_SECOND, znodes * 1e9 / load.elapsedNs());
    }

    private static int parents(Options options) {
        return Math.max(1, options.znodes() / CHILDREN_A_PARENT);
    }
}
