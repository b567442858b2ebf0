// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.server.net;

import io.zabra.wire.client.OpCode;

/// Told of every packet and every answer; what it makes of them is the business of metrics.
public interface LatencyStats {

    /// Any event loop.
    void bytesReceived(int bytes);

    /// Any event loop.
    void packetsReceived(int count);

    /// Owner of the node.
    void packetSent();

    /// A session was made, `latencyMs` after the client had asked for it; owner of the node.
    void established(long latencyMs);

    /// A request was answered after `latencyMs`, with a frame of `bytes`; owner of the node.
    void answered(OpCode op, long latencyMs, int bytes);

    /// A four-letter word was answered; any thread.
    void wordAnswered();

    /// A client asked for a session, its own or a new one; any event loop.
    void connectionRequested();

    /// A connection was not taken; any event loop.
    void connectionRefused(String remoteAddress, String reason);

    /// This server ended a connection, and the client was not told why; any event loop, or the owner of the node.
    ///
    /// @param sessionId 0 if it had none yet
    void connectionDropped(long sessionId, String remoteAddress, String reason);
}
