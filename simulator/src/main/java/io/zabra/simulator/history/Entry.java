// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.simulator.history;

import io.zabra.wire.client.Request;
import io.zabra.wire.client.Response;
import io.zabra.wire.client.WatcherEvent;
import org.jspecify.annotations.Nullable;

/// One thing that happened on a connection between a client and a server, as an onlooker between the two saw it.
///
/// Connections have numbers that are never used twice. Pings are left out.
public sealed interface Entry {

    int connection();

    /// The server granted a session, or took one over.
    ///
    /// @param seen the last zxid that the client says it knows
    /// @param timeoutMs the session's time-out that was agreed on
    /// @param readOnly whether the server said that it cannot write
    record Opened(int connection, long session, long seen, int timeoutMs, boolean readOnly) implements Entry {}

    /// The client sent a request. What was asked and never answered may have been done, or not.
    ///
    /// @param atMs when, by the same wall clock as the times of the transactions
    record Asked(int connection, int xid, Request request, long atMs) implements Entry {}

    /// The server replied.
    ///
    /// @param body null when there is none, or an empty one
    record Answered(
            int connection,
            int xid,
            long zxid,
            int error,
            @Nullable Response body) implements Entry {}

    /// The server told of a change that was watched.
    ///
    /// @param zxid -1 where the change was missed before the connection began
    record Told(int connection, long zxid, WatcherEvent event) implements Entry {}

    /// Either side ended the connection.
    record Closed(int connection) implements Entry {}
}
