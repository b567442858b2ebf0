// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.watch;

import java.util.Arrays;

/// A growing list of ints, kept for reuse.
final class IntBag {

    private static final int KEPT_MAX = 1 << 16;

    private int[] values = new int[16];
    private int size;

    void add(int value) {
        if (size == values.length) {
            values = Arrays.copyOf(values, size * 2);
        }
        values[size++] = value;
    }

    int size() {
        return size;
    }

    int at(int index) {
        return values[index];
    }

    void clear() {
        size = 0;
        if (values.length > KEPT_MAX) {
            values = new int[16];
        }
    }
}
