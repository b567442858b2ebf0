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
    private int lastXid;
    private long lastZxid;
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
        packetsSent++;
        server.packetSent();
    }

    /// Counts the handshake as an operation, because it made the session.
    void established(long zxid, long receivedNs, long nowNs) {
        count(OpCode.CREATE_SESSION, zxid, receivedNs, nowNs);
        lastXid = 0;
        server.established(lastLatencyMs);
    }

    void answered(Tag tag, long zxid, long nowNs, int bytes) {
        packetsSent++;
        server.packetSent();
        if (tag.op() == OpCode.AUTH || tag.op() == OpCode.SASL) {
            return;
        }
        count(tag.op(), zxid, tag.receivedNs(), nowNs);
        // Pings and the like have an xid below 0; operators look for the last request of the application.
        lastXid = tag.xid() >= 0 ? tag.xid() : lastXid;
        server.answered(tag.op(), lastLatencyMs, bytes);
    }

    /// Tells that the write that was answered last had failed: as in Apache, its name is not shown.
    void writeFailed() {
        lastOp = OpCode.ERROR;
    }

    private void count(OpCode op, long zxid, long receivedNs, long nowNs) {
        long latencyMs = Math.max(0, nowNs - receivedNs) / NS_PER_MS;
        lastOp = op;
        lastZxid = zxid;
        lastResponseMs = nowNs / NS_PER_MS;
        lastLatencyMs = latencyMs;
        latencyMsMin = Math.min(latencyMsMin, latencyMs);
        latencyMsMax = Math.max(latencyMsMax, latencyMs);
        latencyMsSum += latencyMs;
        latencyCount++;
    }

    void notified(int bytes) {
        packetsSent++;
        server.packetSent();
        server.notified(bytes);
    }

    /// Forgets the counters; `crst`.
    public void reset() {
        packetsReceived = 0;
        packetsSent = 0;
        lastOp = OpCode.ERROR;
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

    /// Null before the first operation, [OpCode#ERROR] when there is none to show.
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
