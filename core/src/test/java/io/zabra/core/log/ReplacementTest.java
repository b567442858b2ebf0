// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.zabra.core.tree.DataTree;
import io.zabra.core.tree.TreeOptions;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ReplacementTest {

    private static final int MEGABYTES_MAX = 256;

    /// Known flaw L-13: what comes in behind a snapshot waits in memory until the epoch begins.
    @Test
    void whatWaitsBehindASnapshotHasALimitInBytes() {
        DataTree tree = DataTree.fresh(TreeOptions.defaults());
        Replacement replacement = new Replacement(new ReceivedSnapshot(1, tree, new TreeMap<>(), "file"));
        byte[] megabyte = new byte[1 << 20];
        for (int i = 0; i < MEGABYTES_MAX; i++) {
            assertThat(replacement.add(new Entry(2 + i, megabyte))).isTrue();
        }
        assertThat(replacement.add(new Entry(2 + MEGABYTES_MAX, new byte[1]))).isFalse();
        assertThat(replacement.last()).isEqualTo(1 + MEGABYTES_MAX);
    }
}
