// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.server.report;

import io.zabra.server.observe.Counter;
import io.zabra.server.observe.Events;
import io.zabra.server.observe.Metrics;
import io.zabra.server.observe.Summary;
import java.util.concurrent.TimeUnit;

/// Counts the flushes of the log, and tells of slow ones.
public final class FlushMetrics {

    private final Summary.Cell fsyncMs;
    private final Summary.Cell batchSize;
    private final Summary.Cell queueSize;
    private final Summary.Cell flushMs;
    private final Counter.Cell written;
    private final Events events;
    private final int warningMs;

    public FlushMetrics(Metrics metrics, Events events, int warningMs) {
        this.fsyncMs = metrics.summary("fsynctime").cell();
        this.batchSize = metrics.summary("sync_processor_batch_size").cell();
        this.queueSize = metrics.summary("sync_processor_queue_size").cell();
        this.flushMs = metrics.summary("sync_processor_queue_flush_time_ms").cell();
        this.written = metrics.counter("sync_processor_request_queued").cell();
        this.events = events;
        this.warningMs = warningMs;
    }

    /// One flush is over. The log thread.
    public void flushed(int entries, long nanos) {
        long ms = TimeUnit.NANOSECONDS.toMillis(nanos);
        fsyncMs.add(ms);
        batchSize.add(entries);
        // Whatever waits is taken with the next flush.
        queueSize.add(entries);
        flushMs.add(ms);
        written.add(entries);
        if (ms > warningMs) {
            events.warn(new Notice.SlowFlush(entries, ms));
        }
    }
}
