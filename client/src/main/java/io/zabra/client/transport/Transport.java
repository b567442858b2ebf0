// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.client.transport;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/// One connection at a time to one server: the seam between the session and the network.
///
/// All methods but [#wakeUp] belong to the client's I/O thread. After an `IOException` the connection is unusable until
/// [#disconnect] and a new [#connect].
public interface Transport extends AutoCloseable {

    /// Starts to connect; the connection is there when [#await] reports `connected`.
    void connect(InetSocketAddress address) throws IOException;

    /// Waits until something can be done, at most `timeoutMs` (0 returns at once), or until [#wakeUp].
    /// `read` asks for readable bytes, `write` for room to write.
    Ready await(long timeoutMs, boolean read, boolean write) throws IOException;

    /// Ends the present or the next [#await] early. Any thread may call it; calls are never lost and coalesce.
    void wakeUp();

    /// Reads what is there into `target`. -1 means that the server closed the connection.
    int read(ByteBuffer target) throws IOException;

    /// Writes as much of `source` as goes out without waiting.
    void write(ByteBuffer source) throws IOException;

    /// Drops the connection, if there is one. Never fails.
    void disconnect();

    /// Drops the connection and gives all resources back.
    @Override
    void close();

    /// What an [#await] found.
    ///
    /// @param connected the connection that was being made is there
    /// @param readable bytes, or the end of the stream, can be read
    record Ready(boolean connected, boolean readable) {}
}
