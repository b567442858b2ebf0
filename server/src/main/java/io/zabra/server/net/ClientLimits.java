// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.server.net;

/// Limits of client connections.
///
/// @param frameBytesMax largest frame that is accepted (`jute.maxbuffer`)
/// @param fieldBytesMax largest string or buffer within a frame
/// @param perAddressMax connections from one address (`maxClientCnxns`); 0: no limit
/// @param connectionsMax connections in all (`maxCnxns`); 0: no limit
/// @param requestsInProcessMax requests in process above which sockets are no longer read (`globalOutstandingLimit`)
/// @param largeThreshold length above which a request counts as large; below 0: none does
/// @param largeBytesMax bytes of large requests in work above which the connection of another one is closed
/// @param handshakeMsMax how long a connection may take for its handshake
/// @param unsentBytesMax replies and events that a client may leave unread before it is disconnected
/// @param unsentBytesSumMax the same for all clients together; above it, the one that has left most is disconnected
/// @param partialBytesSumMax parts of frames that are not complete, of all clients together; above it, the client whose
///     frame is under way for longest is disconnected
/// @param requestBytesMax bytes of the requests in process above which sockets are no longer read
/// @param keepAlive whether the kernel probes connections that are silent
/// @param backlog connections that wait to be accepted; -1: the default
public record ClientLimits(
        int frameBytesMax,
        int fieldBytesMax,
        int perAddressMax,
        int connectionsMax,
        int requestsInProcessMax,
        int largeThreshold,
        int largeBytesMax,
        int handshakeMsMax,
        long unsentBytesMax,
        long unsentBytesSumMax,
        long partialBytesSumMax,
        long requestBytesMax,
        boolean keepAlive,
        int backlog) {}
