// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.bench.load;

import java.io.IOException;
import java.time.Duration;

/// Keeps a fixed number of requests in flight on each session: the next goes out when a reply has come.
///
/// Latencies of a closed loop leave out what a stalled server would have made new callers wait (coordinated omission);
/// they serve for comparison at equal load only. [OpenLoop] is the one to judge latency by.
public final class ClosedLoop {

    private static final long STALL_NS = Duration.ofSeconds(60).toNanos();

    private final Fleet fleet;
    private final Workload workload;
    private final int outstanding;
    private final Tally tally = new Tally();
    private final long deadlineNs;
    private final long requestsMax;
    private long sent;
    private long answered;

    private ClosedLoop(Fleet fleet, Workload workload, int outstanding, Budget budget) {
        this.fleet = fleet;
        this.workload = workload;
        this.outstanding = outstanding;
        this.requestsMax = budget.requests();
        long startNs = System.nanoTime();
        this.deadlineNs = budget.durationNs() > Long.MAX_VALUE / 2 ? Long.MAX_VALUE : startNs + budget.durationNs();
    }

    /// Runs one phase on all sessions of the fleet.
    public static Phase run(Fleet fleet, Workload workload, int outstanding, Budget budget) throws IOException {
        return new ClosedLoop(fleet, workload, outstanding, budget).run();
    }

    private Phase run() throws IOException {
        for (Session session : fleet.sessions()) {
            session.reserve(outstanding * workload.maxFrameLength());
            send(session, outstanding);
        }
        long progressNs = System.nanoTime();
        while (answered < sent) {
            long before = answered;
            fleet.poll(1000, workload, tally, this::refill);
            long nowNs = System.nanoTime();
            if (answered > before) {
                progressNs = nowNs;
            } else if (nowNs - progressNs > STALL_NS) {
                throw new IOException("no answer for 60 s with " + (sent - answered) + " requests in flight");
            }
        }
        return tally.finished();
    }

    private void refill(Session session, int replies) throws IOException {
        answered += replies;
        send(session, replies);
    }

    private void send(Session session, int requests) throws IOException {
        long nowNs = System.nanoTime();
        if (requests == 0 || nowNs >= deadlineNs) {
            return;
        }
        for (int i = 0; i < requests && sent < requestsMax; i++) {
            session.append(workload, nowNs);
            sent++;
        }
        fleet.flush(session);
    }
}
