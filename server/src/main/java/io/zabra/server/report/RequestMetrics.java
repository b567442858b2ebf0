// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.server.report;

import io.zabra.server.net.LatencyStats;
import io.zabra.server.observe.Counter;
import io.zabra.server.observe.Events;
import io.zabra.server.observe.LastMinMax;
import io.zabra.server.observe.Metrics;
import io.zabra.server.observe.Summary;
import io.zabra.wire.client.OpCode;

/// Turns what connections tell into metrics and events. What the owner of the node tells goes into cells of its own.
public final class RequestMetrics implements LatencyStats {

    private final Counter packetsReceived;
    private final Counter.Cell packetsSent;
    private final Counter wordsAnswered;
    private final Counter bytesReceived;
    private final Counter rejected;
    private final Summary.Cell latencyMs;
    private final Summary.Cell readMs;
    private final Summary.Cell updateMs;
    private final LastMinMax responseSizes;
    private final Counter largeRejected;
    private final Counter sessionsRequested;
    private final Summary tokenDeficit;
    private final Counter closed;
    private final Counter expired;
    private final Counter.Cell responseBytes;
    private final Counter.Cell watchBytes;
    private final Events events;

    public RequestMetrics(Metrics metrics, Events events) {
        this.events = events;
        sessionsRequested = metrics.counter("connection_request_count");
        tokenDeficit = metrics.summary("connection_token_deficit");
        closed = metrics.counter("connection_drop_count");
        expired = metrics.counter("sessionless_connections_expired");
        responseBytes = metrics.counter("response_bytes").cell();
        watchBytes = metrics.counter("watch_bytes").cell();
        largeRejected = metrics.counter("large_requests_rejected");
        packetsReceived = metrics.packetsReceived();
        packetsSent = metrics.packetsSent().cell();
        wordsAnswered = metrics.packetsSent();
        bytesReceived = metrics.counter("bytes_received_count");
        rejected = metrics.counter("connection_rejected");
        latencyMs = metrics.requestLatencyMs().cell();
        readMs = metrics.summary("readlatency").cell();
        updateMs = metrics.summary("updatelatency").cell();
        responseSizes = metrics.responseSizes();
    }

    @Override
    public void bytesReceived(int bytes) {
        bytesReceived.add(bytes);
    }

    @Override
    public void packetsReceived(int count) {
        packetsReceived.add(count);
    }

    @Override
    public void packetSent() {
        packetsSent.add(1);
    }

    @Override
    public void established(long latency) {
        latencyMs.add(latency);
        updateMs.add(latency);
    }

    @Override
    public void answered(OpCode op, long latency, int bytes) {
        latencyMs.add(latency);
        responseBytes.add(bytes);
        responseSizes.add(bytes);
        switch (op) {
            case CREATE,
                    CREATE2,
                    CREATE_CONTAINER,
                    CREATE_TTL,
                    DELETE,
                    SET_DATA,
                    SET_ACL,
                    MULTI,
                    RECONFIG,
                    CLOSE_SESSION -> updateMs.add(latency);
            // Pings too, as in Apache.
            default -> readMs.add(latency);
        }
    }

    @Override
    public void wordAnswered() {
        wordsAnswered.add(1);
    }

    @Override
    public void notified(int bytes) {
        watchBytes.add(bytes);
        responseSizes.add(bytes);
    }

    @Override
    public void sessionRequested(int deficit) {
        sessionsRequested.increment();
        tokenDeficit.add(deficit);
    }

    @Override
    public void connectionClosed() {
        closed.increment();
    }

    @Override
    public void connectionExpired() {
        expired.increment();
    }

    @Override
    public void largeRequestRejected(String remoteAddress, int bytes, long inWork) {
        largeRejected.increment();
        events.warn(new Notice.LargeRequestRejected(remoteAddress, bytes, inWork));
    }

    @Override
    public void connectionRefused(String remoteAddress, String reason) {
        rejected.add(1);
        events.warn(new Notice.ConnectionRefused(remoteAddress, reason));
    }

    @Override
    public void connectionDropped(long sessionId, String remoteAddress, String reason) {
        events.warn(new Notice.ConnectionDropped(sessionId, remoteAddress, reason));
    }
}
