// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.simulator.links;

import io.zabra.core.base.Prng;
import io.zabra.core.tree.FrozenTree;
import io.zabra.storage.SnapshotImage;
import io.zabra.storage.Snapshots;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;

/// A snapshot as a leader sends it: the bytes of the protocol, made by the product.
public final class SnapshotBytes {

    private static final int WRITTEN_BYTES_MAX = 700;
    private static final int PIECES_MAX = 8;

    private SnapshotBytes() {}

    /// All of it.
    public static byte[] of(FrozenTree tree, SortedMap<Long, Integer> sessions) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            Snapshots.send(new SnapshotImage(tree, sessions), bytes, WRITTEN_BYTES_MAX);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /// Cuts it anywhere into some pieces.
    public static List<byte[]> pieces(byte[] bytes, Prng random) {
        List<byte[]> pieces = new ArrayList<>();
        int pieceMax = 1 + bytes.length / (1 + random.below(PIECES_MAX));
        for (int at = 0; at < bytes.length; at += pieces.getLast().length) {
            pieces.add(Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + 1 + random.below(pieceMax))));
        }
        return pieces;
    }
}
