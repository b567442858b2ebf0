// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.wire;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Encodes jute values, big-endian, into a byte array that grows as needed.
///
/// Made to be kept and reused: `reset` forgets the content and keeps the array. One thread at a time.
public final class WireWriter {

    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private static final int INITIAL_CAPACITY = 256;

    /// The largest array that every JVM can make.
    private static final int CAPACITY_MAX = Integer.MAX_VALUE - 8;

    /// Up to this length, copying a string character by character is the fastest way (measured on JDK 25).
    private static final int LOOP_CHARS_MAX = 12;

    private byte[] bytes;
    private int position;

    public WireWriter() {
        this(INITIAL_CAPACITY);
    }

    public WireWriter(int initialCapacity) {
        bytes = new byte[initialCapacity];
    }

    public WireWriter int8(int value) {
        int at = advance(1);
        bytes[at] = (byte) value;
        return this;
    }

    public WireWriter bool(boolean value) {
        int at = advance(1);
        bytes[at] = (byte) (value ? 1 : 0);
        return this;
    }

    public WireWriter int32(int value) {
        int at = advance(4);
        INT.set(bytes, at, value);
        return this;
    }

    public WireWriter int64(long value) {
        int at = advance(8);
        LONG.set(bytes, at, value);
        return this;
    }

    /// Writes the string, or null. Surrogates are encoded one by one, three bytes each, as Apache's writer does
    /// (CESU-8).
    public WireWriter string(@Nullable String value) {
        if (value == null) {
            return int32(-1);
        }
        if (value.length() > LOOP_CHARS_MAX) {
            // Vectorised, so worth its garbage. It turns lone surrogates into '?': then it is wrong although each
            // character gave one byte.
            byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
            if (utf8.length == value.length() && !holdsQuestionMark(utf8)) {
                return buffer(utf8);
            }
        }
        return stringByLoop(value);
    }

    /// How many bytes [#string(String)] writes for the string, or null.
    public static int encodedLength(@Nullable String value) {
        if (value == null) {
            return Integer.BYTES;
        }
        int chars = value.length();
        int length = Integer.BYTES + chars;
        for (int i = 0; i < chars; i++) {
            char c = value.charAt(i);
            if (c >= 0x80) {
                length += c < 0x800 ? 1 : 2;
            }
        }
        return length;
    }

    /// Writes the bytes with their length, or null.
    public WireWriter buffer(byte @Nullable [] value) {
        return value == null ? int32(-1) : buffer(value, 0, value.length);
    }

    /// Writes the bytes from `from` (inclusive) to `to` (exclusive) with their length.
    public WireWriter buffer(byte[] value, int from, int to) {
        return int32(to - from).raw(value, from, to - from);
    }

    /// Writes the bytes without their length.
    public WireWriter raw(byte[] value) {
        return raw(value, 0, value.length);
    }

    /// Writes `length` bytes without their length.
    public WireWriter raw(byte[] value, int from, int length) {
        int at = advance(length);
        System.arraycopy(value, from, bytes, at, length);
        return this;
    }

    /// Writes the count and the records, or null.
    public <T extends WireRecord> WireWriter list(@Nullable List<T> values) {
        if (values == null) {
            return int32(-1);
        }
        int32(values.size());
        for (T value : values) {
            value.write(this);
        }
        return this;
    }

    /// Writes the count and the strings, or null.
    public WireWriter strings(@Nullable List<String> values) {
        if (values == null) {
            return int32(-1);
        }
        int32(values.size());
        for (String value : values) {
            string(value);
        }
        return this;
    }

    /// Count of the bytes written.
    public int position() {
        return position;
    }

    /// Overwrites four bytes that were written before.
    public void int32At(int at, int value) {
        if (at < 0 || at > position - 4) {
            throw new IndexOutOfBoundsException("int at " + at + " of " + position + " bytes");
        }
        INT.set(bytes, at, value);
    }

    /// Leaves room for the length of a frame. Pass the result to [#endFrame(int)].
    public int beginFrame() {
        return advance(4);
    }

    /// Fills in the length of the frame that began at `start`: all bytes written since, without the length itself.
    public void endFrame(int start) {
        int32At(start, position - start - 4);
    }

    /// The array itself; it is valid to [#position()] and until the next write.
    public byte[] array() {
        return bytes;
    }

    /// A copy of all that was written.
    public byte[] toByteArray() {
        return Arrays.copyOf(bytes, position);
    }

    /// Forgets everything written and keeps the array.
    public void reset() {
        position = 0;
    }

    /// Forgets everything written, and gives back an array that has grown above `capacityMax`.
    public void shrink(int capacityMax) {
        position = 0;
        if (bytes.length > capacityMax) {
            bytes = new byte[INITIAL_CAPACITY];
        }
    }

    /// Forgets everything written from `newPosition` on.
    public void truncate(int newPosition) {
        if (newPosition < 0 || newPosition > position) {
            throw new IndexOutOfBoundsException("truncate to " + newPosition + " of " + position + " bytes");
        }
        position = newPosition;
    }

    /// Looks at eight bytes at a time: a byte that is equal to '?' becomes zero, and only zeros borrow from bit 7.
    private static boolean holdsQuestionMark(byte[] ascii) {
        int i = 0;
        for (; i <= ascii.length - Long.BYTES; i += Long.BYTES) {
            long zeroed = (long) LONG.get(ascii, i) ^ 0x3f3f3f3f3f3f3f3fL;
            if ((zeroed - 0x0101010101010101L & ~zeroed & 0x8080808080808080L) != 0) {
                return true;
            }
        }
        for (; i < ascii.length; i++) {
            if (ascii[i] == '?') {
                return true;
            }
        }
        return false;
    }

    private WireWriter stringByLoop(String value) {
        int chars = value.length();
        int from = reserve(4 + (long) chars);
        byte[] target = bytes;
        int at = from + 4;
        for (int i = 0; i < chars; i++) {
            char c = value.charAt(i);
            if (c >= 0x80) {
                return wideString(value, from);
            }
            target[at + i] = (byte) c;
        }
        INT.set(target, from, chars);
        position = at + chars;
        return this;
    }

    private WireWriter wideString(String value, int from) {
        int chars = value.length();
        int at = reserve(4 + 3L * chars) + 4;
        byte[] target = bytes;
        for (int i = 0; i < chars; i++) {
            char c = value.charAt(i);
            if (c < 0x80) {
                target[at++] = (byte) c;
            } else if (c < 0x800) {
                target[at++] = (byte) (0xc0 | c >> 6);
                target[at++] = (byte) (0x80 | c & 0x3f);
            } else {
                target[at++] = (byte) (0xe0 | c >> 12);
                target[at++] = (byte) (0x80 | c >> 6 & 0x3f);
                target[at++] = (byte) (0x80 | c & 0x3f);
            }
        }
        INT.set(target, from, at - from - 4);
        position = at;
        return this;
    }

    /// Takes `count` bytes and returns where they start. It may replace the array: call it before touching `bytes`.
    private int advance(int count) {
        int from = reserve(count);
        position = from + count;
        return from;
    }

    /// Makes room for `count` bytes without taking them; returns where they would start.
    private int reserve(long count) {
        int from = position;
        if (count > bytes.length - from) {
            grow(from + count);
        }
        return from;
    }

    private void grow(long needed) {
        if (needed > CAPACITY_MAX) {
            throw new IllegalStateException("a packet of more than " + CAPACITY_MAX + " bytes");
        }
        bytes = Arrays.copyOf(bytes, (int) Math.min(CAPACITY_MAX, Math.max(needed, 2L * bytes.length)));
    }
}
