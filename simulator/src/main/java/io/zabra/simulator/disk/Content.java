// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.simulator.disk;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/// The bytes of one file, wherever its name is.
final class Content {

    /// What a disk writes as a whole or not at all.
    static final int SECTOR = 512;

    /// One write that no sync has followed yet.
    ///
    /// @param before what it has overwritten
    /// @param lengthBefore length of the file before it
    record Write(int position, byte[] bytes, byte[] before, int lengthBefore) {}

    /// Zero behind the length.
    byte[] bytes = new byte[256];

    int length;
    /// Which blocks have been written: what was only skipped takes no space.
    private final BitSet blocks = new BitSet();

    final List<Write> unsynced = new ArrayList<>();

    long usedBytes() {
        return (long) blocks.cardinality() * SECTOR;
    }

    /// How many of the bytes fit into blocks that are there, and so many bytes of new ones.
    int fitting(int position, int count, long usableBytes) {
        long left = usableBytes / SECTOR;
        int at = position;
        while (at < position + count) {
            if (!blocks.get(at / SECTOR) && --left < 0) {
                return at - position;
            }
            at = (at / SECTOR + 1) * SECTOR;
        }
        return count;
    }

    void write(int position, byte[] from, int fromIndex, int count) {
        if (count == 0) {
            return;
        }
        blocks.set(position / SECTOR, (position + count - 1) / SECTOR + 1);
        int end = position + count;
        if (end > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(end, 2 * bytes.length));
        }
        System.arraycopy(from, fromIndex, bytes, position, count);
        length = Math.max(length, end);
    }

    void resize(int size) {
        if (size < length) {
            Arrays.fill(bytes, size, length, (byte) 0);
            blocks.clear((size + SECTOR - 1) / SECTOR, (length + SECTOR - 1) / SECTOR);
        } else if (size > bytes.length) {
            bytes = Arrays.copyOf(bytes, size);
        }
        length = size;
    }

    /// Takes back what was not synced.
    void undo() {
        for (Write write : unsynced.reversed()) {
            write(write.position, write.before, 0, write.before.length);
            resize(write.lengthBefore);
        }
    }
}
