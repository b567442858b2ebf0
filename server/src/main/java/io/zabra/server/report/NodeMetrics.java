// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.server.report;

import io.zabra.core.effect.Meter;
import io.zabra.server.observe.Counter;
import io.zabra.server.observe.Metrics;
import io.zabra.server.observe.NamespaceCells;
import io.zabra.server.observe.Namespaced;
import io.zabra.server.observe.Summary;
import io.zabra.wire.client.WatcherEvent;

/// Turns what the node tells into metrics, in cells that belong to the owner of the node.
public final class NodeMetrics implements Meter {

    private final Summary.Cell batchSize;
    private final Counter.Cell taken;
    private final Summary.Cell throttleMs;
    private final Counter.Cell stalls;
    private final Counter.Cell staleRequests;
    private final Counter.Cell staleReplies;
    private final NamespaceCells readBytes;
    private final NamespaceCells writtenBytes;
    private final Namespaced<Counter> quotaExceeded;
    private final Summary.Cell appliedMs;
    private final Summary.Cell createdWatches;
    private final Summary.Cell deletedWatches;
    private final Summary.Cell changedWatches;
    private final Summary.Cell childWatches;

    public NodeMetrics(Metrics metrics) {
        // Inputs wait until the node takes them, all at once: what was taken is what waited.
        batchSize = metrics.summary("prep_processor_queue_size").cell();
        taken = metrics.counter("prep_processor_request_queued").cell();
        throttleMs = metrics.summary("request_throttle_queue_time_ms").cell();
        stalls = metrics.counter("request_throttle_wait_count").cell();
        staleRequests = metrics.counter("stale_requests").cell();
        staleReplies = metrics.counter("stale_replies").cell();
        readBytes = new NamespaceCells(metrics.summaries("read_per_namespace"));
        writtenBytes = new NamespaceCells(metrics.summaries("write_per_namespace"));
        quotaExceeded = metrics.counters("quota_exceeded_error_per_namespace");
        appliedMs = metrics.summary("propagation_latency").cell();
        createdWatches = metrics.summary("node_created_watch_count").cell();
        deletedWatches = metrics.summary("node_deleted_watch_count").cell();
        changedWatches = metrics.summary("node_changed_watch_count").cell();
        childWatches = metrics.summary("node_children_watch_count").cell();
    }

    /// The node has worked on a batch of inputs.
    public void batch(int inputs) {
        batchSize.add(inputs);
        taken.add(inputs);
    }

    @Override
    public void admitted(long waitedMs) {
        throttleMs.add(waitedMs);
    }

    @Override
    public void stalled() {
        stalls.increment();
    }

    @Override
    public void staleRequest() {
        staleRequests.increment();
    }

    @Override
    public void read(String path, int bytes) {
        readBytes.add(path, bytes);
    }

    @Override
    public void written(String path, int bytes) {
        writtenBytes.add(path, bytes);
    }

    @Override
    public void quotaExceeded(String path) {
        quotaExceeded.ofPath(path).increment();
    }

    @Override
    public void applied(long ms) {
        appliedMs.add(ms);
    }

    @Override
    public void fired(int type, int watchers) {
        switch (type) {
            case WatcherEvent.NODE_CREATED -> createdWatches.add(watchers);
            case WatcherEvent.NODE_DELETED -> deletedWatches.add(watchers);
            case WatcherEvent.NODE_DATA_CHANGED -> changedWatches.add(watchers);
            case WatcherEvent.NODE_CHILDREN_CHANGED -> childWatches.add(watchers);
            default -> {
                // Watches fire for nothing else.
            }
        }
    }

    @Override
    public void staleReply() {
        staleReplies.increment();
    }
}
