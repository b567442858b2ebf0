// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.interop.diff;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/// A proxy before a server that changes what it says: a server with a bug, for the test of the tests.
final class Lie implements AutoCloseable {

    /// What is wrong with the server.
    enum Kind {
        /// Answers NODEEXISTS where BADVERSION is due.
        WRONG_ERROR,
        /// Sends no event of a deletion.
        LOST_EVENT,
        /// Sends an event after the reply that follows it.
        LATE_EVENT
    }

    private static final int BAD_VERSION = -103;
    private static final int NODE_EXISTS = -110;
    private static final int NODE_DELETED = 2;

    private final Kind kind;
    private final InetSocketAddress server;
    private final ServerSocket listener;

    Lie(Kind kind, InetSocketAddress server) throws IOException {
        this.kind = kind;
        this.server = server;
        listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    InetSocketAddress address() {
        return (InetSocketAddress) listener.getLocalSocketAddress();
    }

    private void accept() {
        try {
            while (true) {
                Socket client = listener.accept();
                var target = new Socket(server.getAddress(), server.getPort());
                client.setTcpNoDelay(true);
                target.setTcpNoDelay(true);
                Thread.ofVirtual().start(() -> forward(client, target));
                Thread.ofVirtual().start(() -> answer(target, client));
            }
        } catch (IOException closed) {
            // The end of the test.
            return;
        }
    }

    private static void forward(Socket from, Socket to) {
        try (from;
                to) {
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException closed) {
            // Either side is gone, and so is the other now.
            return;
        }
    }

    private void answer(Socket from, Socket to) {
        try (from;
                to) {
            var in = new DataInputStream(from.getInputStream());
            var out = new DataOutputStream(to.getOutputStream());
            pass(in.readNBytes(in.readInt()), out);
            Deque<byte[]> late = new ArrayDeque<>();
            while (true) {
                byte[] frame = in.readNBytes(in.readInt());
                boolean event = ByteBuffer.wrap(frame).getInt() == -1;
                if (event && kind == Kind.LATE_EVENT) {
                    late.add(frame);
                    continue;
                }
                byte[] told = event ? changedEvent(frame) : changedReply(frame);
                if (told != null) {
                    pass(told, out);
                }
                while (!late.isEmpty()) {
                    pass(late.remove(), out);
                }
            }
        } catch (IOException closed) {
            // Either side is gone, and so is the other now.
            return;
        }
    }

    private static void pass(byte[] frame, DataOutputStream out) throws IOException {
        out.write(ByteBuffer.allocate(4 + frame.length)
                .putInt(frame.length)
                .put(frame)
                .array());
    }

    private byte @Nullable [] changedEvent(byte[] frame) {
        boolean deleted = ByteBuffer.wrap(frame).getInt(16) == NODE_DELETED;
        return kind == Kind.LOST_EVENT && deleted ? null : frame;
    }

    private byte[] changedReply(byte[] frame) {
        var reply = ByteBuffer.wrap(frame);
        if (kind == Kind.WRONG_ERROR && reply.getInt(12) == BAD_VERSION) {
            reply.putInt(12, NODE_EXISTS);
        }
        return frame;
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
