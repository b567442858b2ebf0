// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.watch;

import java.util.Arrays;
import java.util.function.IntPredicate;

/// Where a client has watches in one table: the hashes of the paths, four bytes each, by which the table finds them
/// again when the client leaves. Hashes of watches that are gone stay in the list until it is cleaned, which it is
/// before it is twice as long as needed.
final class Registrations {

    private static final int[] NOTHING = {};
    private static final int SLACK = 32;

    private int[] hashes = NOTHING;
    private int size;
    private int live;

    int live() {
        return live;
    }

    /// The hashes, as a copy without duplicates.
    int[] distinct() {
        int[] sorted = Arrays.copyOf(hashes, size);
        Arrays.sort(sorted);
        int kept = 0;
        for (int i = 0; i < sorted.length; i++) {
            if (i == 0 || sorted[i] != sorted[i - 1]) {
                sorted[kept++] = sorted[i];
            }
        }
        return Arrays.copyOf(sorted, kept);
    }

    /// Adds the hash of a new watch. `isLive` tells whether a hash is that of a watch that is still there.
    void add(int hash, IntPredicate isLive) {
        if (size >= 2 * live + SLACK) {
            clean(isLive);
        }
        if (size == hashes.length) {
            hashes = Arrays.copyOf(hashes, Math.max(4, size + size / 4));
        }
        hashes[size++] = hash;
        live++;
    }

    void removed() {
        live--;
        if (live == 0) {
            size = 0;
            hashes = hashes.length > SLACK ? NOTHING : hashes;
        }
    }

    private void clean(IntPredicate isLive) {
        int[] kept = distinct();
        int count = 0;
        for (int hash : kept) {
            if (isLive.test(hash)) {
                kept[count++] = hash;
            }
        }
        hashes = Arrays.copyOf(kept, count + count / 4);
        size = count;
    }
}
