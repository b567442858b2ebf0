// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.bench.scenario;

import io.zabra.bench.load.Fleet;
import io.zabra.bench.load.Template;
import io.zabra.bench.load.Workload;
import io.zabra.bench.measure.FourLetter;
import io.zabra.bench.measure.HeapProbe;
import io.zabra.bench.report.Figure;
import io.zabra.bench.report.Figures;
import io.zabra.bench.report.Progress;
import io.zabra.bench.target.RunningEnsemble;
import io.zabra.bench.target.RunningServer;
import io.zabra.wire.client.GetDataRequest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.stream.IntStream;

/// What a one-shot data watch costs in memory: many sessions watch the same znodes.
record WatchMemory() implements Scenario {

    private static final int SESSIONS = 100;
    private static final int ZNODES = 10_000;
    private static final int CHILDREN_A_PARENT = 1000;
    private static final Duration DEADLINE = Duration.ofSeconds(30);

    @Override
    public String name() {
        return "watch-memory";
    }

    @Override
    public String summary() {
        return "memory per watch, 1 M one-shot data watches from 100 sessions";
    }

    @Override
    public String parameters(Options options) {
        return "%d sessions x %d watches".formatted(options.sessions().orElse(SESSIONS), ZNODES);
    }

    @Override
    public boolean needsOwnServer() {
        return true;
    }

    @Override
    public Figures run(RunningEnsemble servers, Options options, Progress progress) throws IOException {
        RunningServer server = servers.single();
        int sessions = options.sessions().orElse(SESSIONS);
        int watches = sessions * ZNODES;
        HeapProbe heap = server.heap().orElseThrow();
        progress.step("loading");
        try (Fleet loader = Fleet.connect(servers.addresses(), 1, 16)) {
            DataSet.load(loader, ZNODES / CHILDREN_A_PARENT, CHILDREN_A_PARENT, new byte[options.valueSize()]);
        }
        try (Fleet fleet = Fleet.connect(servers.addresses(), sessions, 16)) {
            long beforeBytes = heap.liveBytes();
            progress.step("setting watches");
            var watching = new Watching(sessions);
            for (int znode = 0; znode < ZNODES; znode++) {
                fleet.once(watching, 0, sessions, () -> true, DEADLINE);
            }
            progress.step("collecting garbage");
            double counted = FourLetter.mntr(server.address()).getOrDefault("zk_watch_count", 0.0);
            if (counted != watches) {
                throw new IOException("the server counts %.0f watches instead of %d".formatted(counted, watches));
            }
            return new Figures()
                    .with(Figure.HEAP_BYTES_EACH, (double) (heap.liveBytes() - beforeBytes) / watches)
                    .with(Figure.WATCHES, counted);
        }
    }

    /// Each session watches each znode once.
    private static final class Watching implements Workload {

        private final Template[] watches = IntStream.range(0, ZNODES)
                .mapToObj(i -> Template.of(
                        new GetDataRequest(DataSet.child(i / CHILDREN_A_PARENT, i % CHILDREN_A_PARENT), true)))
                .toArray(Template[]::new);
        private final int[] next;

        Watching(int sessions) {
            next = new int[sessions];
        }

        @Override
        public void next(int session, int xid, ByteBuffer out) {
            watches[next[session]++].put(out, xid);
        }

        @Override
        public int maxFrameLength() {
            return watches[0].length();
        }
    }
}
