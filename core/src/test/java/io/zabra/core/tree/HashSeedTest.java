// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.tree;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Who knows the seed can make names that all have one hash; they are of no use against another seed.
class HashSeedTest {

    private static final long KNOWN = 0x1234_5678_9ABC_DEF0L;
    private static final int NAMES = 2_000;

    // As in ByteHash.
    private static final long LENGTH_FACTOR = 0x9E3779B97F4A7C15L;
    private static final long WORD_FACTOR = 0xD6E8FEB86659FD93L;

    @Test
    void namesThatCollideUnderOneSeedSpreadUnderAnother() {
        List<byte[]> names = colliding();
        assertThat(hashes(names, KNOWN)).isEqualTo(1);
        for (long seed = 1; seed <= 20; seed++) {
            assertThat(hashes(names, seed)).isGreaterThan(NAMES - 10);
        }
    }

    /// Names of two words: the second one undoes what the first one did to the hash.
    private static List<byte[]> colliding() {
        List<byte[]> names = new ArrayList<>();
        for (int i = 0; i < NAMES; i++) {
            long first = 0x6161616161616161L + i;
            ByteBuffer name = ByteBuffer.allocate(2 * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            long state = KNOWN ^ (name.capacity() * LENGTH_FACTOR) ^ first;
            long folded = (state * WORD_FACTOR) ^ Math.multiplyHigh(state, WORD_FACTOR);
            names.add(name.putLong(first).putLong(folded).array());
        }
        return names;
    }

    private static long hashes(List<byte[]> names, long seed) {
        var nodes = new Nodes(TreeOptions.defaults().withHashSeed(seed), new Listings(0));
        return names.stream()
                .mapToInt(name -> nodes.hash(name, 0, name.length))
                .distinct()
                .count();
    }
}
