// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.simulator.world;

import java.util.Arrays;

/// Zxids in rising order: sets of them are asked and extended at every step, so they are plain numbers in one array.
public final class Zxids {

    private static final int CAPACITY_MIN = 64;

    private long[] values = new long[CAPACITY_MIN];
    private int size;

    /// Adds one, wherever its place is; nothing happens if it is there.
    public void add(long zxid) {
        int place = behind(zxid);
        if (place > 0 && values[place - 1] == zxid) {
            return;
        }
        if (size == values.length) {
            values = Arrays.copyOf(values, 2 * size);
        }
        System.arraycopy(values, place, values, place + 1, size - place);
        values[place] = zxid;
        size++;
    }

    public boolean contains(long zxid) {
        int place = behind(zxid);
        return place > 0 && values[place - 1] == zxid;
    }

    /// The index of the first one behind `zxid`.
    public int behind(long zxid) {
        if (size == 0 || values[size - 1] <= zxid) {
            return size;
        }
        int index = Arrays.binarySearch(values, 0, size, zxid);
        return index >= 0 ? index + 1 : -index - 1;
    }

    public long at(int index) {
        return values[index];
    }

    public int size() {
        return size;
    }

    /// The last one; 0 if there is none.
    public long last() {
        return size == 0 ? 0 : values[size - 1];
    }

    /// Removes all behind `zxid`.
    public void cut(long zxid) {
        size = behind(zxid);
    }

    public void clear() {
        size = 0;
    }
}
