// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.session;

/// Why this server ends a connection.
public enum CloseReason {
    /// The client closed its session.
    SESSION_CLOSED,
    /// The session expired.
    SESSION_EXPIRED,
    /// The session is unknown, or the password is wrong: the client was told so.
    SESSION_INVALID,
    /// The session was resumed over another connection.
    SESSION_MOVED,
    /// The client has seen a later transaction than this server.
    CLIENT_AHEAD,
    /// An auth packet was refused.
    AUTH_FAILED,
    /// An operation that this protocol does not have.
    UNKNOWN_OPERATION,
    /// The peer does not speak the protocol.
    MALFORMED,
    /// A limit of this connection was exceeded.
    LIMIT,
    /// A request of this connection waited too long and was dropped.
    STALE,
    /// The peer was silent for too long, or does not read what it is sent.
    IDLE,
    /// What the peer asks for would have to be logged, and the disk is full.
    DISK_FULL,
    /// This server has no leader and is none: it cannot serve now.
    NO_LEADER,
    /// The peer ended the connection.
    PEER,
    /// This server stops.
    SHUTDOWN
}
