// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.session;

import io.zabra.wire.client.ConnectResponse;
import io.zabra.wire.client.Response;
import io.zabra.wire.client.WatcherEvent;
import org.jspecify.annotations.Nullable;

/// The way back to one client: the seam between the node and the network (or the simulated network).
///
/// The node calls it during a step; an implementation only buffers, and sends when the batch of steps is over.
/// Calls after [#close] have no effect.
public interface ClientLink {

    /// Whether the client takes what it is sent. Once this was false, [io.zabra.core.node.Input.LinkReady] follows when
    /// it is true again. What is sent meanwhile is sent all the same.
    boolean ready();

    /// Answers the handshake; the client may send requests from now on.
    ///
    /// @param zxid the transaction that made the session; 0 when there is none, because it is resumed or refused
    void connected(ConnectResponse response, long zxid);

    /// Answers one request.
    ///
    /// @param error 0, or the number of the error; then there is no body unless the protocol says so
    void reply(Tag tag, long zxid, int error, @Nullable Response body);

    /// Tells of a change that was watched.
    void event(long zxid, WatcherEvent event);

    /// Ends the connection after everything that was sent before.
    void close(CloseReason reason);
}
