// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.server.net;

import io.zabra.core.session.Tag;
import io.zabra.wire.client.OpCode;
import org.jspecify.annotations.Nullable;

/// What one connection did so far, for operators.
///
/// Written by the owner of the node, but for the counters of what came in, which the event loop writes; read by anybody
/// who can live with a value that is a moment old.
public final class ConnectionStats {

    private static final long NS_PER_MS = 1_000_000;

    private final LatencyStats server;
    private final long establishedMs = System.currentTimeMillis();
    private volatile long packetsReceived;
    private volatile long bytesReceived;
    private long packetsSent;
    private long sessionId;
    private int timeoutMs;
    private @Nullable OpCode lastOp;
    private int lastXid = -1;
    private long lastZxid = -1;
    private long lastResponseMs;
    private long lastLatencyMs;
    private long latencyMsMin = Long.MAX_VALUE;
    private long latencyMsMax;
    private long latencyMsSum;
    private long latencyCount;

    ConnectionStats(LatencyStats server) {
        this.server = server;
    }

    /// Counts one read from the socket; event loop.
    void received(int bytes) {
        bytesReceived = bytesReceived + bytes;
        server.bytesReceived(bytes);
    }

    /// Counts the packets of one read; event loop.
    void packets(int count) {
        packetsReceived = packetsReceived + count;
        server.packetsReceived(count);
    }

    void connected(long newSessionId, int newTimeoutMs) {
        sessionId = newSessionId;
        timeoutMs = newTimeoutMs;
        lastOp = OpCode.CREATE_SESSION;
        packetsSent++;
        server.packetSent();
    }

    void answered(Tag tag, long zxid, long nowNs, int bytes) {
        long latencyMs = Math.max(0, nowNs - tag.receivedNs()) / NS_PER_MS;
        packetsSent++;
        lastOp = tag.op();
        // Pings and the like have an xid below 0; operators look for the last request of the application.
        lastXid = tag.xid() >= 0 ? tag.xid() : lastXid;
        lastZxid = zxid;
        lastResponseMs = nowNs / NS_PER_MS;
        lastLatencyMs = latencyMs;
        latencyMsMin = Math.min(latencyMsMin, latencyMs);
        latencyMsMax = Math.max(latencyMsMax, latencyMs);
        latencyMsSum += latencyMs;
        latencyCount++;
        server.packetSent();
        server.answered(tag.op(), latencyMs, bytes);
    }

    void notified() {
        packetsSent++;
        server.packetSent();
    }

    /// Forgets the counters; `crst`.
    public void reset() {
        packetsReceived = 0;
        packetsSent = 0;
        lastOp = null;
        lastXid = -1;
        lastZxid = -1;
        lastResponseMs = 0;
        lastLatencyMs = 0;
        latencyMsMin = Long.MAX_VALUE;
        latencyMsMax = 0;
        latencyMsSum = 0;
        latencyCount = 0;
    }

    public long establishedMs() {
        return establishedMs;
    }

    public long packetsReceived() {
        return packetsReceived;
    }

    public long packetsSent() {
        return packetsSent;
    }

    public long sessionId() {
        return sessionId;
    }

    public int timeoutMs() {
        return timeoutMs;
    }

    public @Nullable OpCode lastOp() {
        return lastOp;
    }

    public int lastXid() {
        return lastXid;
    }

    public long lastZxid() {
        return lastZxid;
    }

    public long lastResponseMs() {
        return lastResponseMs;
    }

    public long lastLatencyMs() {
        return lastLatencyMs;
    }

    public long latencyMsMin() {
        return latencyCount == 0 ? 0 : latencyMsMin;
    }

    public long latencyMsMax() {
        return latencyMsMax;
    }

    public long latencyMsAvg() {
        return latencyCount == 0 ? 0 : latencyMsSum / latencyCount;
    }
}
