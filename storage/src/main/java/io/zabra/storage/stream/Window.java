// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.storage.stream;

import io.zabra.wire.MalformedPacketException;
import java.io.IOException;

/// A window over a stream of bytes that moves forward: callers read numbers and records right from its array.
///
/// [#ensure] fills it; [#advance] lets go of what was used. Grows only as far as bytes are really there.
public final class Window {

    /// Where the bytes come from: fills at least one byte, or returns -1 at the end.
    public interface Source {
        int read(byte[] into, int from, int length) throws IOException;
    }

    private static final int CAPACITY_MIN = 4 << 10;
    /// Enough for reading at full speed, and below what collectors treat as an object of its own kind.
    private static final int CAPACITY_MAX = 256 << 10;

    /// Told of each run of bytes when it is let go of, in order.
    public interface Passed {
        Passed UNHEARD = (bytes, from, length) -> {};

        void bytes(byte[] bytes, int from, int length);
    }

    private final Source source;
    private final Passed passed;
    private byte[] bytes;
    private int from;
    private int to;
    private int told;
    private long position;
    private boolean ended;

    public Window(Source source, Passed passed, int capacity) {
        this.source = source;
        this.passed = passed;
        this.bytes = new byte[capacity];
    }

    /// A good first capacity for a file of `size` bytes.
    public static int capacity(long size) {
        return Math.clamp(size + 1, CAPACITY_MIN, CAPACITY_MAX);
    }

    /// Whether `count` bytes from here on can be had; makes them readable at [#from()].
    public boolean ensure(int count) throws IOException {
        while (to - from < count) {
            if (ended) {
                return false;
            }
            if (to == bytes.length) {
                makeRoom();
            }
            int read = source.read(bytes, to, bytes.length - to);
            if (read < 0) {
                ended = true;
            } else {
                to += read;
            }
        }
        return true;
    }

    private void makeRoom() {
        tell();
        int length = to - from;
        // Doubling only when the window is full of bytes that are there keeps a false length from taking memory.
        byte[] target = from == 0 ? new byte[grown(bytes.length)] : bytes;
        System.arraycopy(bytes, from, target, 0, length);
        bytes = target;
        from = 0;
        told = 0;
        to = length;
    }

    private static int grown(int capacity) {
        if (capacity > Integer.MAX_VALUE / 2) {
            throw new MalformedPacketException("a record of more than " + capacity + " bytes");
        }
        return capacity * 2;
    }

    public void advance(int count) {
        from += count;
        position += count;
    }

    /// Brings [Passed] up to the current place.
    public void tell() {
        if (told < from) {
            passed.bytes(bytes, told, from - told);
            told = from;
        }
    }

    public byte[] bytes() {
        return bytes;
    }

    /// Index of the next byte in [#bytes()].
    public int from() {
        return from;
    }

    /// How many bytes are readable without another fill.
    public int available() {
        return to - from;
    }

    /// Bytes of the stream before [#from()].
    public long position() {
        return position;
    }
}
