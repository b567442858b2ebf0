// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.bench.load;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/// Sends at a fixed rate whatever the server does, and counts latency from the planned send time: a stall is felt by
/// all requests that were planned meanwhile (no coordinated omission).
///
/// Two threads: a pacer that sends, the caller that reads. How late the pacer itself was is reported with the result.
public final class OpenLoop {

    /// Requests that a session may have in flight before the pacer has to wait (what it then sends late still counts
    /// from its planned time).
    public static final int IN_FLIGHT_MAX = 1 << 14;

    private static final Duration DRAIN = Duration.ofSeconds(60);

    private final Fleet fleet;
    private final Workload workload;
    /// Begins before the first request is planned: all that is planned falls into the time of the phase.
    private final Tally tally = new Tally();
    private final Pace pace;
    private final long requests;
    private final Histogram sendLag = Tally.latencyHistogram();
    private volatile boolean stopped;
    private volatile @Nullable IOException failure;

    private OpenLoop(Fleet fleet, Workload workload, int perSecond, Duration duration) {
        this.fleet = fleet;
        this.workload = workload;
        this.requests = Math.max(1, Math.round(perSecond * (duration.toNanos() / 1e9)));
        this.pace = new Pace(System.nanoTime() + Duration.ofMillis(5).toNanos(), perSecond);
    }

    /// Sends `perSecond` requests a second for the duration, spread over the sessions in turn, and waits for all
    /// answers. Operations must be of one request each.
    public static Result run(Fleet fleet, Workload workload, int perSecond, Duration duration) throws IOException {
        return new OpenLoop(fleet, workload, perSecond, duration).run();
    }

    private Result run() throws IOException {
        for (Session session : fleet.sessions()) {
            session.reserve(workload.maxFrameLength());
        }
        Thread pacer = Thread.ofPlatform().name("bench-pacer").daemon().start(this::sendAll);
        try {
            while (pacer.isAlive()) {
                fleet.poll(10, workload, tally, (_, _) -> {});
            }
            drain();
        } finally {
            stopped = true;
        }
        IOException failed = failure;
        if (failed != null) {
            throw failed;
        }
        return new Result(tally.finished(), sendLag);
    }

    private void drain() throws IOException {
        long deadlineNs = System.nanoTime() + DRAIN.toNanos();
        while (failure == null && tally.operations() < requests) {
            fleet.poll(10, workload, tally, (_, _) -> {});
            if (System.nanoTime() > deadlineNs) {
                throw new IOException("the server still owes answers 60 s after the last request");
            }
        }
    }

    private void sendAll() {
        TimerSlack.minimise();
        try {
            for (long i = 0; i < requests && !stopped; i++) {
                long plannedNs = pace.plannedNs(i);
                waitUntil(plannedNs);
                send(fleet.session((int) (i % fleet.size())), plannedNs);
                sendLag.recordValue(Math.clamp(System.nanoTime() - plannedNs, 0, sendLag.getHighestTrackableValue()));
            }
        } catch (IOException e) {
            failure = e;
        }
    }

    private void send(Session session, long plannedNs) throws IOException {
        while (session.inFlight.full() && !stopped) {
            LockSupport.parkNanos(20_000);
        }
        session.append(workload, plannedNs);
        while (!session.flush() && !stopped) {
            LockSupport.parkNanos(20_000);
        }
    }

    private static void waitUntil(long plannedNs) {
        for (long restNs = plannedNs - System.nanoTime(); restNs > 0; restNs = plannedNs - System.nanoTime()) {
            LockSupport.parkNanos(restNs);
        }
    }

    /// @param sendLag how much later than planned the requests left, in ns: the generator's own share of the latency
    public record Result(Phase phase, Histogram sendLag) {}
}
