// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.server.ensemble;

import io.zabra.core.log.ReceivedSnapshot;
import io.zabra.core.tree.FrozenTree;
import io.zabra.core.tree.TreeOptions;
import io.zabra.server.peer.SnapshotStreams;
import io.zabra.storage.Disk;
import io.zabra.storage.SnapshotImage;
import io.zabra.storage.Snapshots;
import io.zabra.storage.member.SnapshotIntake;
import io.zabra.storage.member.StoredSnapshot;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PushbackInputStream;
import java.util.SortedMap;
import java.util.concurrent.atomic.AtomicLong;

/// Sends snapshots to learners, and receives those of a leader into the folder of the snapshots. Any thread; each call
/// may take as long as the other side does.
public final class SnapshotTransfer implements SnapshotStreams {

    /// Size of the pieces in which snapshots are sent and received, in bytes.
    private static final int PIECE_BYTES = PUT_BACK_BYTES_MAX;

    private final Disk disk;
    private final TreeOptions tree;
    private final SnapshotIntake.Limits limits;
    private final Snapshots.Pace pace;
    private final AtomicLong number = new AtomicLong();

    /// @param disk the folder of the snapshots
    /// @param tree of the trees that are received
    /// @param limits of what is received
    /// @param pace hears of what is written
    public SnapshotTransfer(Disk disk, TreeOptions tree, SnapshotIntake.Limits limits, Snapshots.Pace pace) {
        this.disk = disk;
        this.tree = tree;
        this.limits = limits;
        this.pace = pace;
    }

    @Override
    public void send(FrozenTree view, SortedMap<Long, Integer> sessions, OutputStream out) throws IOException {
        try (view) {
            Snapshots.send(new SnapshotImage(view, sessions), out, PIECE_BYTES);
            out.flush();
        }
    }

    @Override
    public ReceivedSnapshot receive(long zxid, PushbackInputStream in) throws IOException {
        SnapshotIntake intake = new SnapshotIntake(zxid, tree, limits);
        byte[] piece = new byte[PIECE_BYTES];
        while (!intake.complete()) {
            int length = in.read(piece, 0, PIECE_BYTES);
            int used = intake.take(piece, 0, length);
            in.unread(piece, used, length - used);
        }
        return intake.store(disk, number.incrementAndGet(), pace);
    }

    /// The snapshots received so far have numbers up to this one.
    long received() {
        return number.get();
    }

    /// Removes those snapshots that were received before and never installed.
    ///
    /// @param last what [#received] was at a time when none of those before was wanted any more
    void removeUpTo(long last) throws IOException {
        StoredSnapshot.removeUpTo(disk, last);
    }
}
