// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.client;

/// Where a client's session stands.
///
/// ```
/// CONNECTING -> CONNECTED | CONNECTED_READ_ONLY -> DISCONNECTED -> CONNECTED ...
/// any of them -> CLOSED (asked for) | EXPIRED (the server gave it up) | AUTH_FAILED (credentials refused)
/// ```
public enum SessionState {
    /// No server was reached yet.
    CONNECTING,
    CONNECTED,
    /// Connected to a server that has lost its ensemble and answers reads only.
    CONNECTED_READ_ONLY,
    /// The connection is lost and the client looks for a server. The session may live on, or may expire meanwhile:
    /// whoever holds a lock must assume that it can be lost.
    DISCONNECTED,
    /// The server has given the session up: its ephemeral znodes are gone. Final.
    EXPIRED,
    /// A server refused the credentials. Final.
    AUTH_FAILED,
    /// The application closed the client. Final.
    CLOSED;

    /// True until one of the final states is reached.
    public boolean isAlive() {
        return compareTo(EXPIRED) < 0;
    }

    public boolean isConnected() {
        return this == CONNECTED || this == CONNECTED_READ_ONLY;
    }
}
