// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.storage.stream;

import io.zabra.wire.WireWriter;
import java.io.IOException;
import java.io.OutputStream;

/// The stream format of snappy-java, with blocks that are not compressed.
public final class SnappyOutput extends OutputStream {

    private static final int BLOCK_BYTES = 32 << 10;

    private final OutputStream out;
    private final byte[] block = new byte[BLOCK_BYTES];
    private int filled;

    public SnappyOutput(OutputStream out) throws IOException {
        this.out = out;
        out.write(new WireWriter(Snappy.HEADER_BYTES)
                .raw(Snappy.MAGIC)
                .int32(1)
                .int32(1)
                .toByteArray());
    }

    @Override
    public void write(int value) throws IOException {
        write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
        int at = from;
        int left = length;
        while (left > 0) {
            int count = Math.min(left, block.length - filled);
            System.arraycopy(bytes, at, block, filled, count);
            filled += count;
            at += count;
            left -= count;
            if (filled == block.length) {
                writeBlock();
            }
        }
    }

    private void writeBlock() throws IOException {
        if (filled > 0) {
            byte[] packed = Snappy.encode(block, 0, filled);
            out.write(new WireWriter(packed.length + 4).buffer(packed).toByteArray());
            filled = 0;
        }
    }

    @Override
    public void close() throws IOException {
        try (out) {
            writeBlock();
        }
    }
}
