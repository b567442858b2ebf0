// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zabra.core.tree.DataTree;
import io.zabra.core.tree.FrozenTree;
import io.zabra.core.tree.TreeOptions;
import io.zabra.storage.stream.Compression;
import io.zabra.wire.client.OpCode;
import io.zabra.wire.data.Acl;
import io.zabra.wire.txn.CreateTxn;
import io.zabra.wire.txn.TxnHeader;
import java.io.IOException;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// How a snapshot goes to the disk: piece by piece, each synced, at the pace that the caller sets.
class SnapshotPiecesTest {

    private static final int ZNODES = 500;
    private static final int DATA_BYTES = 200;
    private static final int PIECE = 1024;

    private final MemoryDisk disk = new MemoryDisk();

    @Test
    void eachPieceIsSynced() throws IOException {
        String name = write(Compression.NONE, Snapshots.Pace.FULL);
        int pieces = (disk.bytes(name).length + PIECE - 1) / PIECE;
        int folderSyncs = 1;
        assertThat(disk.forces()).isGreaterThanOrEqualTo(pieces).isLessThanOrEqualTo(pieces + folderSyncs);
    }

    @ParameterizedTest
    @EnumSource(Compression.class)
    void thePaceHearsOfAllThatIsWrittenAndOfAllThatIsReadBack(Compression compression) throws IOException {
        long[] moved = new long[1];
        int[] largest = new int[1];
        write(compression, bytes -> {
            moved[0] += bytes;
            largest[0] = Math.max(largest[0], bytes);
        });
        String plain = write(Compression.NONE, Snapshots.Pace.FULL);
        assertThat(moved[0]).isEqualTo(2L * disk.bytes(plain).length);
        assertThat(largest[0]).as("a piece, or a window of the reader").isLessThanOrEqualTo(256 << 10);
    }

    @Test
    void aPaceThatEndsItWhileItIsReadBackLeavesNothingBehind() throws IOException {
        String name = write(Compression.NONE, Snapshots.Pace.FULL);
        long length = disk.bytes(name).length;
        disk.delete(name);
        long[] moved = new long[1];
        assertThatThrownBy(() -> write(Compression.NONE, bytes -> {
                    moved[0] += bytes;
                    if (moved[0] > length) {
                        throw new IOException("enough");
                    }
                }))
                .hasMessage("enough");
        assertThat(disk.list()).isEmpty();
    }

    private String write(Compression compression, Snapshots.Pace pace) throws IOException {
        DataTree tree = DataTree.fresh(TreeOptions.defaults());
        for (int i = 1; i <= ZNODES; i++) {
            TxnHeader header = new TxnHeader(1, i, i, 0, OpCode.CREATE.number());
            tree.replay(header, new CreateTxn("/n" + i, new byte[DATA_BYTES], Acl.OPEN, false, i));
        }
        try (FrozenTree frozen = tree.freeze()) {
            return new Snapshots(disk, compression, PIECE)
                    .write(new SnapshotImage(frozen, new TreeMap<>()), pace)
                    .name();
        }
    }
}
