// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.bench.scenario;

import io.zabra.bench.load.Fleet;
import io.zabra.bench.load.Phase;
import io.zabra.bench.load.Template;
import io.zabra.bench.load.Workload;
import io.zabra.bench.report.Figure;
import io.zabra.bench.report.Figures;
import io.zabra.bench.report.Progress;
import io.zabra.bench.target.RunningEnsemble;
import io.zabra.wire.client.GetDataRequest;
import io.zabra.wire.client.SetDataRequest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.HdrHistogram.Histogram;

/// One write that many sessions watch: when has the last heard of it, and how long does the writer wait?
record WatchFanOut() implements Scenario {

    private static final int WATCHERS = 10_000;
    private static final int WARMUP_WRITES = 5;
    private static final int WRITES = 11;
    private static final Duration DEADLINE = Duration.ofSeconds(30);

    @Override
    public String name() {
        return "watch-fanout";
    }

    @Override
    public String summary() {
        return "one write, 10,000 sessions watch the znode";
    }

    @Override
    public String parameters(Options options) {
        return "%d watchers, medians of %d writes".formatted(options.sessions().orElse(WATCHERS), WRITES);
    }

    @Override
    public Figures run(RunningEnsemble servers, Options options, Progress progress) throws IOException {
        int watchers = options.sessions().orElse(WATCHERS);
        progress.step("connecting");
        try (Fleet fleet = Fleet.connect(servers.addresses(), watchers + 1, 2)) {
            try (Fleet loader = Fleet.connect(servers.addresses(), 1, 16)) {
                DataSet.load(loader, 1, 1, new byte[options.valueSize()]);
            }
            var told = new Histogram(3);
            var waited = new Histogram(3);
            for (int i = 0; i < WARMUP_WRITES + WRITES; i++) {
                progress.step("write " + (i + 1) + " of " + (WARMUP_WRITES + WRITES));
                var watching = new Watching(watchers, options.valueSize());
                fleet.once(watching, 1, watchers + 1, () -> true, DEADLINE);
                watching.startedNs = System.nanoTime();
                Phase write = fleet.once(watching, 0, 1, () -> watching.told == watchers, DEADLINE);
                if (i >= WARMUP_WRITES) {
                    told.recordValue(watching.lastNs - watching.startedNs);
                    waited.recordValue(write.latencies().getMaxValue());
                }
            }
            return new Figures()
                    .with(Figure.ELAPSED_MS, told.getValueAtPercentile(50) / 1e6)
                    .with(Figure.WRITER_WAIT_MS, waited.getValueAtPercentile(50) / 1e6);
        }
    }

    /// Session 0 writes, all others read with a watch.
    private static final class Watching implements Workload {

        private final Template write;
        private final Template watch;
        private final int watchers;
        private long startedNs;
        private long lastNs;
        private int told;

        Watching(int watchers, int valueSize) {
            String path = DataSet.child(0, 0);
            this.watchers = watchers;
            this.write = Template.of(new SetDataRequest(path, new byte[valueSize], -1));
            this.watch = Template.of(new GetDataRequest(path, true));
        }

        @Override
        public void next(int session, int xid, ByteBuffer out) {
            (session == 0 ? write : watch).put(out, xid);
        }

        @Override
        public int maxFrameLength() {
            return Math.max(write.length(), watch.length());
        }

        @Override
        public void notified(int session, long nowNs) {
            if (++told > watchers) {
                throw new IllegalStateException("more events than watches");
            }
            lastNs = nowNs;
        }
    }
}
