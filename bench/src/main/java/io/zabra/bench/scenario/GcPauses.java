// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.bench.scenario;

import io.zabra.bench.load.Budget;
import io.zabra.bench.load.ClosedLoop;
import io.zabra.bench.load.Fleet;
import io.zabra.bench.load.Template;
import io.zabra.bench.load.Workload;
import io.zabra.bench.measure.SafepointLog;
import io.zabra.bench.report.Figure;
import io.zabra.bench.report.Figures;
import io.zabra.bench.report.Progress;
import io.zabra.bench.target.RunningEnsemble;
import io.zabra.bench.target.RunningServer;
import io.zabra.bench.target.ServerSettings;
import io.zabra.wire.client.SetDataRequest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.IntStream;

/// How long the collector stops the server while it takes as many writes as it can, all over a large tree.
record GcPauses() implements Scenario {

    private static final int CHILDREN_A_PARENT = 1000;
    private static final int SESSIONS = 32;
    private static final int OUTSTANDING = 16;
    private static final String HEAP = "4g";

    @Override
    public String name() {
        return "gc-pauses";
    }

    @Override
    public String summary() {
        return "longest pause of the collector under full write load, 1 M znodes, 4 GiB";
    }

    @Override
    public String parameters(Options options) {
        return "%d sessions x %d in flight, sets all over %d znodes, %d B values, -Xmx%s"
                .formatted(SESSIONS, OUTSTANDING, parents(options) * CHILDREN_A_PARENT, options.valueSize(), HEAP);
    }

    @Override
    public ServerSettings settings(ServerSettings common) {
        return common.withSnapCount(ServerSettings.SNAP_COUNT_NEVER)
                .withHeap(HEAP)
                .withMoreJvmFlags(List.of(SafepointLog.FLAG));
    }

    @Override
    public boolean needsOwnServer() {
        return true;
    }

    @Override
    public Figures run(RunningEnsemble servers, Options options, Progress progress) throws IOException {
        RunningServer server = servers.single();
        progress.step("loading");
        byte[] value = new byte[options.valueSize()];
        try (Fleet loader = Fleet.connect(servers.addresses(), 1, OUTSTANDING)) {
            DataSet.load(loader, parents(options), CHILDREN_A_PARENT, value);
        }
        Workload sets = new Sets(parents(options), value);
        try (Fleet fleet = Fleet.connect(servers.addresses(), SESSIONS, OUTSTANDING)) {
            progress.step("warming up");
            if (options.warmupRequests() > 0) {
                ClosedLoop.run(fleet, sets, OUTSTANDING, Budget.ofRequests(options.warmupRequests()));
            }
            progress.step("measuring");
            int before = server.log().size();
            Budget budget = Budget.ofTime(options.duration());
            Figures figures = Measured.of(servers, () -> ClosedLoop.run(fleet, sets, OUTSTANDING, budget));
            List<String> log = server.log();
            SafepointLog pauses = SafepointLog.of(log.subList(before, log.size()));
            return figures.with(Figure.PAUSE_MAX_MS, pauses.longestNs() / 1e6)
                    .with(Figure.PAUSE_TOTAL_MS, pauses.totalNs() / 1e6)
                    .with(Figure.PAUSES, pauses.count());
        }
    }

    private static int parents(Options options) {
        return Math.max(1, options.znodes() / CHILDREN_A_PARENT);
    }

    /// Overwrites znodes in an order without any locality.
    private static final class Sets implements Workload {

        private static final long STEP = 0x9E3779B97F4A7C15L;

        private final Template[] byParent;
        private long state;

        Sets(int parents, byte[] value) {
            byParent = IntStream.range(0, parents)
                    .mapToObj(DataSet::parent)
                    .map(parent ->
                            Template.of(new SetDataRequest(parent + "/znode-number" + Template.DIGITS, value, -1)))
                    .toArray(Template[]::new);
        }

        @Override
        public void next(int session, int xid, ByteBuffer out) {
            state += STEP;
            int chosen = (int) ((state >>> 40) * byParent.length >>> 24);
            byParent[chosen].put(out, xid, (state >>> 16 & 0xFFFF) % CHILDREN_A_PARENT);
        }

        @Override
        public int maxFrameLength() {
            return byParent[0].length();
        }
    }
}
