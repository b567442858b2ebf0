// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.bench.load;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;

/// One blocking handshake: the test whether a server is up and really serves.
public final class Handshake {

    private static final int TIMEOUT_MS = 1_000;

    private Handshake() {}

    /// True if the server grants a session; false if nobody listens or the connection is closed without an answer.
    public static boolean granted(InetSocketAddress server) {
        try (var socket = new Socket()) {
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(TIMEOUT_MS);
            socket.connect(server, TIMEOUT_MS);
            socket.getOutputStream().write(Session.connectFrame().array());
            socket.getOutputStream().flush();
            var in = ByteBuffer.allocate(128);
            while (!Session.handshakeDone(in)) {
                int count = socket.getInputStream().read(in.array(), in.position(), in.remaining());
                if (count < 0) {
                    return false;
                }
                in.position(in.position() + count);
            }
            return true;
        } catch (IOException _) {
            return false;
        }
    }
}
