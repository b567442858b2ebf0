// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.server.runtime;

import io.zabra.core.node.Meter;
import io.zabra.server.observe.Counter;
import io.zabra.server.observe.Metrics;
import io.zabra.server.observe.Summary;

/// Turns what the node tells into metrics, in cells that belong to the owner of the node.
final class NodeMetrics implements Meter {

    private final Summary.Cell throttleMs;
    private final Counter.Cell stalls;
    private final Counter.Cell staleRequests;
    private final Counter.Cell staleReplies;

    NodeMetrics(Metrics metrics) {
        throttleMs = metrics.summary("request_throttle_queue_time_ms").cell();
        stalls = metrics.counter("request_throttle_wait_count").cell();
        staleRequests = metrics.counter("stale_requests").cell();
        staleReplies = metrics.counter("stale_replies").cell();
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
    public void staleReply() {
        staleReplies.increment();
    }
}
