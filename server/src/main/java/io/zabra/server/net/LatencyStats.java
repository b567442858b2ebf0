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

    /// A four-letter word was answered; any thread.
    void wordAnswered();

    /// A request was answered after `latencyMs`, with `bytes` without their length; owner of the node.
    void answered(OpCode op, long latencyMs, int bytes);

    /// A client was told of a change, with `bytes` without their length; owner of the node.
    void notified(int bytes);

    /// A connection asked for a session and passed the gate, in which `deficit` tokens are missing now; any event
    /// loop.
    void sessionRequested(int deficit);

    /// A connection was closed, whoever ended it; any event loop.
    void connectionClosed();

    /// A connection did not ask for a session in time; any event loop.
    void connectionExpired();

    /// A large request was refused, and its connection closed, because others are in work; any event loop.
    ///
    /// @param inWork bytes of the large requests in work
    void largeRequestRejected(String remoteAddress, int bytes, long inWork);

    /// A connection was not taken; any event loop.
    void connectionRefused(String remoteAddress, String reason);

    /// This server ended a connection, and the client was not told why; any event loop, or the owner of the node.
    ///
    /// @param sessionId 0 if it had none yet
    void connectionDropped(long sessionId, String remoteAddress, String reason);
}
