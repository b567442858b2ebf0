// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.simulator.world;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// What belongs to zxids, nearly all of which come in rising order. Not a `HashMap`: epoch and counter of many zxids
/// cancel each other out in their hashes.
///
/// @param <T> what belongs to a zxid
public final class ByZxid<T> {

    private static final int CAPACITY_MIN = 64;

    private long[] zxids = new long[CAPACITY_MIN];
    private @Nullable Object[] values = new Object[CAPACITY_MIN];
    private int size;

    /// What belongs to `zxid`; null if nothing does.
    @SuppressWarnings("unchecked") // Nothing else is put in.
    public @Nullable T get(long zxid) {
        int index = index(zxid);
        return index < 0 ? null : (T) values[index];
    }

    /// Puts it in the place of what was there.
    public void put(long zxid, T value) {
        int index = index(zxid);
        if (index >= 0) {
            values[index] = value;
            return;
        }
        int place = -index - 1;
        if (size == zxids.length) {
            zxids = Arrays.copyOf(zxids, 2 * size);
            values = Arrays.copyOf(values, 2 * size);
        }
        System.arraycopy(zxids, place, zxids, place + 1, size - place);
        System.arraycopy(values, place, values, place + 1, size - place);
        zxids[place] = zxid;
        values[place] = value;
        size++;
    }

    /// As [#put], but leaves what is there, and returns it; null if nothing was.
    public @Nullable T putIfAbsent(long zxid, T value) {
        T before = get(zxid);
        if (before == null) {
            put(zxid, value);
        }
        return before;
    }

    private int index(long zxid) {
        if (size == 0 || zxids[size - 1] < zxid) {
            return -size - 1;
        }
        return zxids[size - 1] == zxid ? size - 1 : Arrays.binarySearch(zxids, 0, size, zxid);
    }
}
