// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.server.peer;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.function.LongConsumer;

/// Writes to a connection from a thread that may wait: it goes on when the peer has taken most of what was written.
final class OutgoingBytes extends OutputStream {

    /// Writes under way at a time.
    private static final int WRITES_MAX = 16;

    private final Channel channel;
    private final LongConsumer left;
    private final ArrayDeque<ChannelFuture> writes = new ArrayDeque<>();

    /// @param left told how many bytes have left, on any thread
    OutgoingBytes(Channel channel, LongConsumer left) {
        this.channel = channel;
        this.left = left;
    }

    @Override
    public void write(int one) throws IOException {
        write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
        var piece = Unpooled.wrappedBuffer(Arrays.copyOfRange(bytes, from, from + length));
        writes.add(channel.writeAndFlush(piece).addListener(_ -> left.accept(length)));
        if (writes.size() > WRITES_MAX) {
            await(writes.remove());
        }
    }

    /// Waits until everything has left.
    @Override
    public void flush() throws IOException {
        while (!writes.isEmpty()) {
            await(writes.remove());
        }
    }

    private static void await(ChannelFuture write) throws IOException {
        try {
            write.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
        if (!write.isSuccess()) {
            throw new IOException("the connection is gone", write.cause());
        }
    }
}
