// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.server.peer;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/// Bytes on their way from an event loop to a thread that waits for them. The loop is told when it brings too many, and
/// when there is room again.
final class IncomingBytes extends InputStream {

    private final int roomy;
    private final Runnable drained;
    private final ArrayDeque<byte[]> pieces = new ArrayDeque<>();
    private int first;
    private long held;
    private boolean full;
    private @Nullable String end;

    /// @param bytesMax how much is held before [#add] says that it is too much
    /// @param drained called by the reader when there is room again, after that
    IncomingBytes(int bytesMax, Runnable drained) {
        this.roomy = bytesMax;
        this.drained = drained;
    }

    /// Brings some bytes; false if there should be no more for now.
    synchronized boolean add(byte[] piece) {
        if (piece.length > 0) {
            pieces.add(piece);
            held += piece.length;
            notifyAll();
        }
        full = held > roomy;
        return !full;
    }

    /// There will be no more.
    synchronized void end(String reason) {
        end = reason;
        notifyAll();
    }

    /// What nobody has read, in one piece.
    synchronized byte[] rest() {
        byte[] rest = new byte[(int) held];
        int at = 0;
        for (byte[] piece : pieces) {
            int from = at == 0 ? first : 0;
            System.arraycopy(piece, from, rest, at, piece.length - from);
            at += piece.length - from;
        }
        pieces.clear();
        held = 0;
        first = 0;
        return rest;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        read(one, 0, 1);
        return one[0] & 0xFF;
    }

    /// Waits for at least one byte. The end of the connection is an error: the stream knows its own end.
    @Override
    public int read(byte[] into, int from, int length) throws IOException {
        boolean room;
        int count = 0;
        synchronized (this) {
            await();
            while (count < length && !pieces.isEmpty()) {
                byte[] piece = pieces.element();
                int part = Math.min(length - count, piece.length - first);
                System.arraycopy(piece, first, into, from + count, part);
                count += part;
                first += part;
                if (first == piece.length) {
                    pieces.remove();
                    first = 0;
                }
            }
            held -= count;
            room = full && held <= roomy / 2;
            full &= !room;
        }
        if (room) {
            drained.run();
        }
        return count;
    }

    private void await() throws IOException {
        while (pieces.isEmpty()) {
            if (end != null) {
                throw new EOFException(end);
            }
            try {
                wait();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted", e);
            }
        }
    }
}
