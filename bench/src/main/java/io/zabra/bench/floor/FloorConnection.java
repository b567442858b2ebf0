// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.bench.floor;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.function.Consumer;

/// One client of the floor server: cuts frames and collects their canned replies.
final class FloorConnection {

    private static final int BUFFER_MIN = 16 << 10;
    private static final int BUFFER_MAX = 4 << 20;

    private final SocketChannel channel;
    private ByteBuffer in = ByteBuffer.allocateDirect(BUFFER_MIN);
    private ByteBuffer out = ByteBuffer.allocateDirect(BUFFER_MIN);
    private boolean connected;

    FloorConnection(SocketChannel channel) {
        this.channel = channel;
    }

    /// Reads once and answers what has come whole; write requests go to `log` first. False if the peer has closed.
    boolean read(CannedReplies replies, Consumer<ByteBuffer> log) throws IOException {
        try {
            if (channel.read(in) < 0) {
                return false;
            }
        } catch (IOException _) {
            return false;
        }
        in.flip();
        while (in.remaining() >= 4 && in.remaining() >= 4 + in.getInt(in.position())) {
            int length = in.getInt();
            ByteBuffer frame = in.slice(in.position(), length);
            in.position(in.position() + length);
            if (connected && CannedReplies.closes(frame)) {
                append(replies.answer(frame));
                flush();
                return false;
            }
            ByteBuffer reply = connected ? replies.answer(frame) : replies.handshake();
            if (connected && CannedReplies.writes(frame)) {
                log.accept(frame.rewind());
            }
            connected = true;
            append(reply);
        }
        in.compact();
        if (!in.hasRemaining()) {
            in = grown(in);
        }
        return true;
    }

    private void append(ByteBuffer reply) {
        while (out.remaining() < reply.remaining()) {
            out = grown(out);
        }
        out.put(reply);
    }

    private static ByteBuffer grown(ByteBuffer old) {
        if (old.capacity() >= BUFFER_MAX) {
            throw new IllegalStateException("a client of the floor server sends or leaves unread too much");
        }
        return ByteBuffer.allocateDirect(old.capacity() * 2).put(old.flip());
    }

    /// Writes all collected replies. A slow reader holds up the floor server, which has nothing better to do.
    void flush() throws IOException {
        out.flip();
        while (out.hasRemaining()) {
            channel.write(out);
        }
        out.clear();
    }
}
