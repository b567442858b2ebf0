// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.server.report;

import io.zabra.core.effect.Event;
import io.zabra.server.observe.Counter;
import io.zabra.server.observe.Events;
import io.zabra.server.observe.Metrics;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.slf4j.event.Level;

/// Turns the node's events into log lines and counters.
public final class NodeEvents implements Consumer<Event> {

    private final Events events;
    private final Counter expired;
    private final Counter resumed;
    private final Counter throttled;
    private final Counter staleDropped;
    private final LongAdder authFailed = new LongAdder();

    public NodeEvents(Events events, Metrics metrics) {
        this.events = events;
        this.expired = metrics.counter("stale_sessions_expired");
        this.resumed = metrics.counter("connection_revalidate_count");
        this.throttled = metrics.counter("throttled_ops");
        this.staleDropped = metrics.counter("stale_requests_dropped");
        metrics.gauge("auth_failed_count", authFailed::sum);
    }

    @Override
    public void accept(Event event) {
        switch (event) {
            case Event.SessionExpired expiry -> {
                expired.increment();
                events.info(expiry);
            }
            case Event.SessionLost lost -> events.info(lost);
            case Event.SessionResumed resume -> {
                resumed.increment();
                events.tell(Level.DEBUG, resume);
            }
            case Event.SessionRefused refusal -> events.info(refusal);
            case Event.AuthFailed failure -> {
                authFailed.increment();
                events.warn(failure);
            }
            case Event.RequestThrottled late -> {
                throttled.increment();
                events.tell(Level.DEBUG, late);
            }
            case Event.StaleRequestDropped dropped -> {
                staleDropped.increment();
                events.info(dropped);
            }
            case Event.SnapshotStarted start -> events.info(start);
            case Event.WritesRefused refusal -> events.warn(refusal);
            case Event.SessionsHeld held -> events.warn(held);
        }
    }
}
