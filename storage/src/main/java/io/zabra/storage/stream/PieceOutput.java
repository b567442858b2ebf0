// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.storage.stream;

import java.io.IOException;
import java.io.OutputStream;

/// A stream that gathers what is written, and hands it on in pieces of one size; the last one may be shorter.
public abstract class PieceOutput extends OutputStream {

    private final byte[] piece;
    private int filled;

    protected PieceOutput(int pieceBytes) {
        piece = new byte[pieceBytes];
    }

    /// Takes the first `length` bytes of `bytes`, which are used again afterwards.
    protected abstract void send(byte[] bytes, int length) throws IOException;

    @Override
    public final void write(int value) throws IOException {
        piece[filled] = (byte) value;
        filled++;
        if (filled == piece.length) {
            sendPiece();
        }
    }

    @Override
    public final void write(byte[] bytes, int from, int length) throws IOException {
        int at = from;
        int left = length;
        while (left > 0) {
            int count = Math.min(left, piece.length - filled);
            System.arraycopy(bytes, at, piece, filled, count);
            filled += count;
            at += count;
            left -= count;
            if (filled == piece.length) {
                sendPiece();
            }
        }
    }

    private void sendPiece() throws IOException {
        send(piece, filled);
        filled = 0;
    }

    /// Hands on what is left.
    @Override
    public void close() throws IOException {
        if (filled > 0) {
            sendPiece();
        }
    }
}
