// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.storage.stream;

import io.zabra.wire.WireWriter;
import java.io.IOException;
import java.io.OutputStream;

/// The stream format of snappy-java, with blocks that are not compressed.
public final class SnappyOutput extends PieceOutput {

    private static final int BLOCK_BYTES = 32 << 10;

    private final OutputStream out;

    public SnappyOutput(OutputStream out) throws IOException {
        super(BLOCK_BYTES);
        this.out = out;
        out.write(new WireWriter(Snappy.HEADER_BYTES)
                .raw(Snappy.MAGIC)
                .int32(1)
                .int32(1)
                .toByteArray());
    }

    @Override
    protected void send(byte[] block, int length) throws IOException {
        byte[] packed = Snappy.encode(block, 0, length);
        out.write(new WireWriter(packed.length + Integer.BYTES).buffer(packed).toByteArray());
    }

    @Override
    public void close() throws IOException {
        try (out) {
            super.close();
        }
    }
}
