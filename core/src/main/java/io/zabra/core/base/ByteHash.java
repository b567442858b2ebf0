// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.base;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// A hash of a few bytes, eight at a time: one wide multiplication for each, both halves folded together.
///
/// Not for secrets. Tables that use it must stay correct, and bounded in memory, when all hashes are equal.
public final class ByteHash {

    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long LENGTH_FACTOR = 0x9E3779B97F4A7C15L;
    private static final long WORD_FACTOR = 0xD6E8FEB86659FD93L;

    private ByteHash() {}

    /// The hash of the bytes from `from` (inclusive) to `to` (exclusive).
    public static int of(byte[] bytes, int from, int to, long seed) {
        int length = to - from;
        long hash = seed ^ (length * LENGTH_FACTOR);
        int at = from;
        for (; to - at >= Long.BYTES; at += Long.BYTES) {
            hash = fold(hash ^ (long) LONG.get(bytes, at));
        }
        if (at < to) {
            hash = fold(hash ^ (length >= Long.BYTES ? (long) LONG.get(bytes, to - Long.BYTES) : tail(bytes, at, to)));
        }
        hash = fold(hash ^ LENGTH_FACTOR);
        return (int) (hash ^ (hash >>> 32));
    }

    private static long tail(byte[] bytes, int from, int to) {
        long word = 0;
        for (int at = from; at < to; at++) {
            word = (word << Byte.SIZE) | (bytes[at] & 0xff);
        }
        return word;
    }

    private static long fold(long word) {
        return (word * WORD_FACTOR) ^ Math.multiplyHigh(word, WORD_FACTOR);
    }
}
