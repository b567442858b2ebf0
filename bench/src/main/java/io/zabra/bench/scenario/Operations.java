// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.bench.scenario;

import io.zabra.bench.load.Budget;
import io.zabra.bench.load.ClosedLoop;
import io.zabra.bench.load.Fleet;
import io.zabra.bench.load.Workload;
import io.zabra.bench.report.Figures;
import io.zabra.bench.report.Progress;
import io.zabra.bench.target.RunningEnsemble;
import java.io.IOException;

/// One kind of operation in a closed loop.
///
/// @param warmupOutstanding requests in flight a session while warming up (by many sessions): pipelined, so that the
///     warm-up is short even where the measurement has one request in flight
record Operations(String name, String summary, Shape shape, int warmupOutstanding, Kind kind) implements Scenario {

    private static final int WARMUP_SESSIONS = 32;
    private static final int SETTLE_REQUESTS = 2_000;

    @Override
    public int members() {
        return shape.members();
    }

    @Override
    public String parameters(Options options) {
        return "%d sessions x %d in flight, %d B values"
                .formatted(sessions(options), outstanding(options), options.valueSize());
    }

    @Override
    public Figures run(RunningEnsemble servers, Options options, Progress progress) throws IOException {
        int sessions = sessions(options);
        int outstanding = outstanding(options);
        progress.step("loading");
        try (Fleet loader = Fleet.connect(servers.addresses(), 1, 16)) {
            DataSet.load(
                    loader, Math.max(sessions, WARMUP_SESSIONS), kind.childrenEach(), new byte[options.valueSize()]);
        }
        progress.step("warming up");
        Workload workload = kind.workload(Math.max(sessions, WARMUP_SESSIONS), options.valueSize());
        int warmupRequests = options.warmupRequests() / kind.weight();
        if (warmupRequests > 0) {
            try (Fleet fleet = Fleet.connect(servers.addresses(), WARMUP_SESSIONS, warmupOutstanding)) {
                ClosedLoop.run(fleet, workload, warmupOutstanding, Budget.ofRequests(warmupRequests));
                fleet.closeSessions();
            }
        }
        try (Fleet fleet = Fleet.connect(servers.addresses(), sessions, outstanding)) {
            Workload measured = kind.fresh() ? kind.workload(sessions, options.valueSize()) : workload;
            ClosedLoop.run(fleet, measured, outstanding, Budget.ofRequests(SETTLE_REQUESTS));
            progress.step("measuring");
            var budget = new Budget(options.requestsMax(), options.duration().toNanos());
            return Measured.of(servers, () -> ClosedLoop.run(fleet, measured, outstanding, budget));
        }
    }

    private int sessions(Options options) {
        return options.sessions().orElse(shape.sessions());
    }

    private int outstanding(Options options) {
        return kind.oneInFlight() ? 1 : options.outstanding().orElse(shape.outstanding());
    }

    /// @param members servers, 1 = one that stands alone
    /// @param sessions of all members together
    /// @param outstanding requests in flight a session
    record Shape(int members, int sessions, int outstanding) {}
}
