// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.storage.stream;

import io.zabra.wire.MalformedPacketException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;

/// The bytes of a file with their wrapping taken off.
public final class Unwrapped {

    private static final int BUFFER_BYTES = 128 << 10;

    private Unwrapped() {}

    /// Undoes the JDK's gzip, from the first byte on.
    public static Window.Source gzip(Window.Source packed) throws IOException {
        // The stream holds memory outside of the heap only until the cleaner gets to it; snapshots are read rarely.
        GZIPInputStream stream = new GZIPInputStream(new SourceStream(packed), BUFFER_BYTES);
        return (into, from, length) -> stream.read(into, from, length);
    }

    /// Undoes the stream format of snappy-java; a wrong block ends in a [MalformedPacketException].
    public static Window.Source snappy(Window.Source packed) throws IOException {
        return new SnappyBlocks(packed);
    }

    private static final class SourceStream extends InputStream {

        private final Window.Source source;

        SourceStream(Window.Source source) {
            this.source = source;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return source.read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] into, int from, int length) throws IOException {
            return length == 0 ? 0 : source.read(into, from, length);
        }
    }

    /// Unpacks block after block.
    private static final class SnappyBlocks implements Window.Source {

        private final Window packed;
        private byte[] block = {};
        private int at;

        SnappyBlocks(Window.Source source) throws IOException {
            packed = new Window(source, Window.Passed.UNHEARD, BUFFER_BYTES);
            if (!packed.ensure(Snappy.HEADER_BYTES)) {
                throw new EOFException("snappy stream without a header");
            }
            header();
        }

        @Override
        public int read(byte[] into, int from, int length) throws IOException {
            while (at == block.length) {
                if (!nextBlock()) {
                    return -1;
                }
            }
            int count = Math.min(length, block.length - at);
            System.arraycopy(block, at, into, from, count);
            at += count;
            return count;
        }

        private boolean nextBlock() throws IOException {
            if (!packed.ensure(1)) {
                return false;
            }
            need(4);
            int length = Bytes.int32(packed.bytes(), packed.from());
            if (length == Snappy.MAGIC_AS_LENGTH) {
                need(Snappy.HEADER_BYTES);
                header();
                return nextBlock();
            }
            if (length <= 0 || length > Snappy.BLOCK_BYTES_MAX) {
                throw new MalformedPacketException("snappy chunk of " + length + " bytes");
            }
            packed.advance(4);
            need(length);
            block = Snappy.decode(packed.bytes(), packed.from(), packed.from() + length);
            at = 0;
            packed.advance(length);
            return true;
        }

        private void header() {
            int from = packed.from();
            if (!Arrays.equals(
                    packed.bytes(), from, from + Snappy.MAGIC.length, Snappy.MAGIC, 0, Snappy.MAGIC.length)) {
                throw new MalformedPacketException("not a snappy stream");
            }
            packed.advance(Snappy.HEADER_BYTES);
        }

        private void need(int count) throws IOException {
            if (!packed.ensure(count)) {
                throw new EOFException("snappy stream ends inside of a block");
            }
        }
    }
}
