// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.storage.stream;

import io.zabra.wire.MalformedPacketException;
import java.util.Arrays;

/// Decoder of what snappy-java's `SnappyOutputStream` writes, and an encoder of the same stream without compression.
///
/// A stream is a header of 16 bytes (magic, int version 1, int compatible version 1) and chunks of an int length and a
/// raw Snappy block (Snappy's format description, 2011). The header may come again where streams were joined.
public final class Snappy {

    static final byte[] MAGIC = {(byte) 0x82, 'S', 'N', 'A', 'P', 'P', 'Y', 0};
    static final int HEADER_BYTES = 16;

    /// How the magic reads where the length of a chunk is expected.
    static final int MAGIC_AS_LENGTH = 0x82534E41;

    /// Most that one block may hold; writers use 32 KiB by default, and 512 MiB at the very most.
    static final int BLOCK_BYTES_MAX = 64 << 20;

    private static final int TAG_LITERAL = 0;
    private static final int TAG_COPY_1 = 1;
    private static final int TAG_COPY_2 = 2;
    private static final int LITERAL_INLINE_MAX = 60;

    private final byte[] in;
    private final int to;
    private int at;
    private byte[] out = {};
    private int filled;

    private Snappy(byte[] in, int from, int to) {
        this.in = in;
        this.at = from;
        this.to = to;
    }

    /// Unpacks the raw block in `in` from `from` to `to`; anything wrong with it ends in a
    /// [MalformedPacketException].
    public static byte[] decode(byte[] in, int from, int to) {
        Snappy block = new Snappy(in, from, to);
        block.decode();
        return block.out;
    }

    /// Packs bytes into a raw block of one literal: right, fast, and no smaller than before.
    public static byte[] encode(byte[] bytes, int from, int length) {
        byte[] out = new byte[length + 10];
        int at = 0;
        for (int rest = length; ; rest >>>= 7) {
            out[at++] = (byte) (rest < 0x80 ? rest : rest & 0x7F | 0x80);
            if (rest < 0x80) {
                break;
            }
        }
        if (length > 0) {
            out[at++] = (byte) (LITERAL_INLINE_MAX + 3 << 2);
            for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
                out[at++] = (byte) (length - 1 >>> shift);
            }
            System.arraycopy(bytes, from, out, at, length);
            at += length;
        }
        return Arrays.copyOf(out, at);
    }

    private void decode() {
        int length = varint();
        // Snappy cannot pack better than about 21 to 1: a longer claim is a lie and must not take memory.
        if (length < 0 || length > BLOCK_BYTES_MAX || length > 64L * (to - at) + 64) {
            throw new MalformedPacketException("snappy block of " + length + " bytes from " + (to - at));
        }
        out = new byte[length];
        while (at < to) {
            int tag = in[at++] & 0xFF;
            switch (tag & 3) {
                case TAG_LITERAL -> literal(tag >>> 2);
                case TAG_COPY_1 -> copy(4 + (tag >>> 2 & 7), (tag >>> 5 << 8) | little(1));
                case TAG_COPY_2 -> copy(1 + (tag >>> 2), little(2));
                default -> copy(1 + (tag >>> 2), little(4));
            }
        }
        if (filled != length) {
            throw new MalformedPacketException("snappy block of " + filled + " bytes instead of " + length);
        }
    }

    private int varint() {
        int value = 0;
        for (int shift = 0; shift < 35; shift += 7) {
            int next = little(1);
            value |= (next & 0x7F) << shift;
            if (next < 0x80) {
                return value;
            }
        }
        throw new MalformedPacketException("length of a snappy block does not end");
    }

    private void literal(int code) {
        int length = 1 + (code < LITERAL_INLINE_MAX ? code : little(code - LITERAL_INLINE_MAX + 1));
        if (length <= 0 || length > to - at || length > out.length - filled) {
            throw new MalformedPacketException("snappy literal of " + length + " bytes does not fit");
        }
        System.arraycopy(in, at, out, filled, length);
        at += length;
        filled += length;
    }

    /// Repeats `length` bytes from `distance` back; they may overlap what is being written.
    private void copy(int length, int distance) {
        if (distance <= 0 || distance > filled || length > out.length - filled) {
            throw new MalformedPacketException("snappy copy of " + length + " bytes from " + distance + " back");
        }
        if (distance >= length) {
            System.arraycopy(out, filled - distance, out, filled, length);
        } else {
            for (int i = 0; i < length; i++) {
                out[filled + i] = out[filled + i - distance];
            }
        }
        filled += length;
    }

    private int little(int bytes) {
        if (bytes > to - at) {
            throw new MalformedPacketException("snappy block ends early");
        }
        int value = 0;
        for (int i = 0; i < bytes; i++) {
            value |= (in[at++] & 0xFF) << i * Byte.SIZE;
        }
        return value;
    }
}
