// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.simulator.links;

import io.zabra.core.base.Prng;
import io.zabra.core.log.ReceivedSnapshot;
import io.zabra.core.tree.FrozenTree;
import io.zabra.core.tree.TreeOptions;
import io.zabra.storage.Disk;
import io.zabra.storage.SnapshotImage;
import io.zabra.storage.Snapshots;
import io.zabra.storage.member.SnapshotIntake;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.SortedMap;

/// A snapshot on its way from a leader to a learner: the bytes of the protocol, made and taken by the product.
///
/// @param zxid that was announced
public record SnapshotBytes(long zxid, byte[] bytes) {

    private static final int PIECE_BYTES_MAX = 700;
    private static final SnapshotIntake.Limits LIMITS = new SnapshotIntake.Limits(1 << 20, 1L << 26);

    public static SnapshotBytes of(long zxid, FrozenTree tree, SortedMap<Long, Integer> sessions) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            Snapshots.send(new SnapshotImage(tree, sessions), bytes, PIECE_BYTES_MAX);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new SnapshotBytes(zxid, bytes.toByteArray());
    }

    /// Takes it in pieces of random sizes, and puts it on a disk where nobody looks for it yet.
    public ReceivedSnapshot store(Disk disk, long number, TreeOptions tree, Prng random) throws IOException {
        SnapshotIntake intake = new SnapshotIntake(zxid, tree, LIMITS);
        for (int at = 0; at < bytes.length; ) {
            int end = Math.min(bytes.length, at + 1 + random.below(PIECE_BYTES_MAX));
            at += intake.take(bytes, at, end);
        }
        return intake.store(disk, number, Snapshots.Pace.FULL);
    }
}
