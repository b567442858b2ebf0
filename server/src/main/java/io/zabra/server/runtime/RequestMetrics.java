// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.server.runtime;

import io.zabra.server.net.LatencyStats;
import io.zabra.server.observe.Counter;
import io.zabra.server.observe.LastMinMax;
import io.zabra.server.observe.Metrics;
import io.zabra.server.observe.Summary;
import io.zabra.wire.client.OpCode;

/// Turns what connections tell into metrics.
final class RequestMetrics implements LatencyStats {

    private final Counter packetsReceived;
    private final Counter packetsSent;
    private final Counter bytesReceived;
    private final Counter rejected;
    private final Summary latencyMs;
    private final Summary readMs;
    private final Summary updateMs;
    private final LastMinMax responseSizes;

    RequestMetrics(Metrics metrics) {
        packetsReceived = metrics.packetsReceived();
        packetsSent = metrics.packetsSent();
        bytesReceived = metrics.counter("bytes_received_count");
        rejected = metrics.counter("connection_rejected");
        latencyMs = metrics.requestLatencyMs();
        readMs = metrics.summary("readlatency");
        updateMs = metrics.summary("updatelatency");
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
    public void answered(OpCode op, long latency, int bytes) {
        latencyMs.add(latency);
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
                    RECONFIG -> updateMs.add(latency);
            case PING, AUTH, SASL, CLOSE_SESSION -> {
                // Neither reads nor updates the tree.
            }
            default -> readMs.add(latency);
        }
    }

    @Override
    public void connectionRejected() {
        rejected.add(1);
    }
}
