// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.wire;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Decodes jute values, big-endian, from a region of a byte array.
///
/// Everything that does not fit ends in a [MalformedPacketException], and nothing is allocated on the word of a length
/// or count that the remaining bytes cannot back. The array must not change while it is read; results are copies.
/// One thread at a time.
public final class WireReader {

    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    /// First capacity of a list, whatever its count claims.
    private static final int LIST_CAPACITY_MAX = 16;

    private final byte[] bytes;
    private final int limit;
    private final int maxFieldLength;
    private int position;

    public WireReader(byte[] bytes) {
        this(bytes, 0, bytes.length);
    }

    /// Reads from `from` (inclusive) to `to` (exclusive).
    public WireReader(byte[] bytes, int from, int to) {
        this(bytes, from, to, Integer.MAX_VALUE);
    }

    /// As the other constructors, and refuses strings and buffers of more than `maxFieldLength` bytes.
    public WireReader(byte[] bytes, int from, int to, int maxFieldLength) {
        if (from < 0 || to < from || to > bytes.length) {
            throw new IndexOutOfBoundsException("region " + from + ".." + to + " of " + bytes.length + " bytes");
        }
        this.bytes = bytes;
        this.position = from;
        this.limit = to;
        this.maxFieldLength = maxFieldLength;
    }

    public byte int8() {
        return bytes[advance(1)];
    }

    /// Any byte but 0 is true, as in Apache's reader.
    public boolean bool() {
        return bytes[advance(1)] != 0;
    }

    public int int32() {
        return (int) INT.get(bytes, advance(4));
    }

    public long int64() {
        return (long) LONG.get(bytes, advance(8));
    }

    /// A string that must be there; invalid UTF-8 turns into U+FFFD.
    public String string() {
        String value = stringOrNull();
        if (value == null) {
            throw MalformedPacketException.absent("null string where one is required");
        }
        return value;
    }

    /// A string or null; invalid UTF-8 turns into U+FFFD.
    public @Nullable String stringOrNull() {
        int length = fieldLength("string");
        if (length < 0) {
            return null;
        }
        // The decoder of the JDK starts with a vectorised scan for ASCII and then copies: nothing beats it.
        return new String(bytes, advance(length), length, StandardCharsets.UTF_8);
    }

    /// A copy of the bytes of a buffer. Null stays null: it is not the same as an empty one.
    public byte @Nullable [] buffer() {
        int length = fieldLength("buffer");
        if (length < 0) {
            return null;
        }
        int from = advance(length);
        return Arrays.copyOfRange(bytes, from, from + length);
    }

    /// A list that must be there, unmodifiable.
    public <T> List<T> list(Function<WireReader, T> element) {
        List<T> values = listOrNull(element);
        if (values == null) {
            throw new MalformedPacketException("null list where one is required");
        }
        return values;
    }

    /// A list or null, unmodifiable. Each element has to take one byte at least.
    public <T> @Nullable List<T> listOrNull(Function<WireReader, T> element) {
        int count = int32();
        if (count == -1) {
            return null;
        }
        if (count < 0 || count > remaining()) {
            throw new MalformedPacketException("list of " + count + " elements in " + remaining() + " bytes");
        }
        if (count == 0) {
            return List.of();
        }
        List<T> values = new ArrayList<>(Math.min(count, LIST_CAPACITY_MAX));
        for (int i = 0; i < count; i++) {
            values.add(element.apply(this));
        }
        return Collections.unmodifiableList(values);
    }

    /// Steps over `expected` if exactly these bytes come next; otherwise stays where it is.
    public boolean skipIfNext(byte[] expected) {
        int end = position + expected.length;
        if (expected.length > remaining() || !Arrays.equals(bytes, position, end, expected, 0, expected.length)) {
            return false;
        }
        position = end;
        return true;
    }

    /// The next int, which stays unread.
    public int peekInt32() {
        int value = int32();
        position -= Integer.BYTES;
        return value;
    }

    /// A reader over the bytes of a buffer, which must be there; nothing is copied.
    public WireReader region() {
        int length = fieldLength("buffer");
        if (length < 0) {
            throw new MalformedPacketException("null buffer where one is required");
        }
        int from = advance(length);
        return new WireReader(bytes, from, from + length, maxFieldLength);
    }

    /// A copy of all bytes that are left.
    public byte[] rest() {
        int from = advance(remaining());
        return Arrays.copyOfRange(bytes, from, limit);
    }

    public int remaining() {
        return limit - position;
    }

    /// Index in the array of the next byte.
    public int position() {
        return position;
    }

    /// Length of a string or buffer, -1 for null.
    private int fieldLength(String kind) {
        int length = int32();
        if (length == -1) {
            return -1;
        }
        if (length < 0 || length > remaining() || length > maxFieldLength) {
            throw new MalformedPacketException(kind + " of " + length + " bytes, " + remaining() + " left, at most "
                    + maxFieldLength + " allowed");
        }
        return length;
    }

    /// Takes `count` bytes and returns where they start.
    private int advance(int count) {
        int from = position;
        if (count > limit - from) {
            throw new MalformedPacketException(count + " bytes needed, " + (limit - from) + " left");
        }
        position = from + count;
        return from;
    }
}
