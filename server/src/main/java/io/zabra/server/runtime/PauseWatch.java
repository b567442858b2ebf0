// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.server.runtime;

import io.zabra.server.config.ServerConfig.Pauses;
import io.zabra.server.observe.Events;
import io.zabra.server.observe.Metrics;
import io.zabra.server.observe.Summary;
import io.zabra.server.report.Notice;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/// Notices when this process stood still: it sleeps for a fixed time again and again, and what a sleep takes longer
/// is a pause of the JVM or of the machine (`jvm.pause.*`; Apache: JvmPauseMonitor).
final class PauseWatch {

    private final Pauses config;
    private final Summary pauseMs;
    private final Events events;
    private final LongSupplier clockNs;
    private final Sleep sleep;
    private final Thread thread =
            Thread.ofPlatform().name("zabra-pauses").daemon().unstarted(this::work);

    PauseWatch(Pauses config, Metrics metrics, Events events) {
        this(config, metrics, events, System::nanoTime, Thread::sleep);
    }

    /// @param clockNs goes on while the process stands still
    PauseWatch(Pauses config, Metrics metrics, Events events, LongSupplier clockNs, Sleep sleep) {
        this.config = config;
        this.pauseMs = metrics.summary("jvm_pause_time_ms");
        this.events = events;
        this.clockNs = clockNs;
        this.sleep = sleep;
    }

    /// Waits for some time.
    @FunctionalInterface
    interface Sleep {
        void sleep(long ms) throws InterruptedException;
    }

    void start() {
        if (config.watched()) {
            thread.start();
        }
    }

    private void work() {
        try {
            while (true) {
                look();
            }
        } catch (InterruptedException stopped) {
            // Asked for by close().
        }
    }

    /// Sleeps once, and tells of the pause if there was one.
    void look() throws InterruptedException {
        Collections before = Collections.soFar();
        long beginNs = clockNs.getAsLong();
        sleep.sleep(config.sleepMs());
        long pausedMs = TimeUnit.NANOSECONDS.toMillis(clockNs.getAsLong() - beginNs) - config.sleepMs();
        pauseMs.add(Math.max(0, pausedMs));
        if (pausedMs <= Math.min(config.infoMs(), config.warnMs())) {
            return;
        }
        Collections after = Collections.soFar();
        var pause = new Notice.ProcessPaused(pausedMs, after.count - before.count, after.ms - before.ms);
        if (pausedMs > config.warnMs()) {
            events.warn(pause);
        } else {
            events.info(pause);
        }
    }

    /// @return false when it took longer than `msMax`
    boolean close(long msMax) throws InterruptedException {
        thread.interrupt();
        return thread.getState() == Thread.State.NEW || thread.join(Duration.ofMillis(msMax));
    }

    /// What the garbage collectors did.
    private record Collections(long count, long ms) {

        static Collections soFar() {
            long count = 0;
            long ms = 0;
            for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
                count += Math.max(0, collector.getCollectionCount());
                ms += Math.max(0, collector.getCollectionTime());
            }
            return new Collections(count, ms);
        }
    }
}
