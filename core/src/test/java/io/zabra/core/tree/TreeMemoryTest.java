// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.tree;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// Guards the memory of a znode against careless fields. The goal, 190 bytes, is for compact object headers and a
/// million nodes: `TreeCosts` measures that.
class TreeMemoryTest {

    private static final int NODES = 100_000;

    @Test
    void aZnodeOfAHundredBytesTakesLittleMore() {
        TreeCosts.build(1000);
        long before = TreeCosts.usedBytes();
        DataTree tree = TreeCosts.build(NODES);
        double bytes = (TreeCosts.usedBytes() - before) / (double) NODES;
        System.out.printf("bytes per znode: %.1f%n", bytes);
        assertThat(tree.descendants("/")).isEqualTo(NODES + NODES / TreeCosts.CHILDREN + 3);
        assertThat(bytes).isBetween(120.0, 210.0);
    }
}
