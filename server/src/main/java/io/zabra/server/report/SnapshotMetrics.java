// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.server.report;

import io.zabra.server.observe.Counter;
import io.zabra.server.observe.Events;
import io.zabra.server.observe.Metrics;
import io.zabra.server.observe.Summary;
import java.util.concurrent.TimeUnit;

/// Counts snapshots and tells how they went.
public final class SnapshotMetrics {

    private final Summary snapshotMs;
    private final Counter errors;
    private final Events events;

    public SnapshotMetrics(Metrics metrics, Events events) {
        this.snapshotMs = metrics.summary("snapshottime");
        this.errors = metrics.counter("snapshot_error_count");
        this.events = events;
    }

    /// A snapshot is on the disk.
    public void written(long zxid, long nanos) {
        long ms = TimeUnit.NANOSECONDS.toMillis(nanos);
        snapshotMs.add(ms);
        events.info(new Notice.SnapshotWritten(zxid, ms));
    }

    /// A snapshot was given up.
    public void failed(long zxid, String cause) {
        errors.increment();
        events.error(new Notice.SnapshotFailed(zxid, cause));
    }
}
