// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.simulator.ensemble;

import io.zabra.core.base.Prng;
import io.zabra.core.node.Input;
import io.zabra.core.tree.FrozenTree;
import io.zabra.simulator.disk.SimDisk;
import io.zabra.simulator.disk.SteppedDisk;
import io.zabra.simulator.disk.Stepper;
import io.zabra.storage.DataFile;
import io.zabra.storage.Purge;
import io.zabra.storage.SnapshotImage;
import io.zabra.storage.Snapshots;
import io.zabra.storage.stream.Compression;
import java.io.IOException;
import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/// The snapshot thread of one process: writes a snapshot a few disk operations at a time, between which others get
/// their turn, and removes old files.
final class Chores {

    private static final int MS = (int) Surroundings.MS;
    private static final int SNAPSHOTS_KEPT = 3;
    private static final int PIECE_BYTES = 1_000;

    private final SimMember process;
    private final Prng random;
    private final SteppedDisk disk;
    private @Nullable Stepper work;

    Chores(SimMember process, Prng random, SimDisk disk) {
        this.process = process;
        this.random = random;
        this.disk = new SteppedDisk(disk, 1 + random.below(4));
    }

    void snapshot(FrozenTree tree, SortedMap<Long, Integer> sessions) {
        boolean[] written = new boolean[1];
        Stepper started = new Stepper(() -> written[0] = write(tree, sessions));
        work = started;
        disk.workOf(started);
        long zxid = tree.zxid();
        process.later(
                1 + random.below(50 * MS),
                () -> step(started, () -> {
                    process.count("snapshot written");
                    process.step(new Input.SnapshotDone(zxid, written[0]));
                }));
    }

    private void step(Stepper started, Runnable after) {
        if (started.step()) {
            process.later(process.diskWaitNs() + 1 + random.below(2 * MS), () -> step(started, after));
        } else {
            work = null;
            after.run();
        }
    }

    private boolean write(FrozenTree tree, SortedMap<Long, Integer> sessions) {
        try (tree) {
            DataFile written = new Snapshots(disk, Compression.NONE, PIECE_BYTES)
                    .write(new SnapshotImage(tree, sessions), Snapshots.Pace.FULL);
            if (process.has(Planted.SNAPSHOT_NAMED_TOO_HIGH)) {
                disk.rename(written.name(), "snapshot." + Long.toHexString(tree.zxid() + 2));
            }
            new Purge(disk, disk).run(SNAPSHOTS_KEPT);
            if (process.has(Planted.LOGS_PURGED_TOO_EARLY)) {
                purgeTooMuch();
            }
            return true;
        } catch (IOException _) {
            return false;
        }
    }

    private void purgeTooMuch() throws IOException {
        List<String> logs =
                disk.list().stream().filter(name -> name.startsWith("log.")).toList();
        for (String name : logs) {
            disk.delete(name);
        }
        disk.force();
    }

    /// The process is gone.
    void abandon() {
        if (work != null) {
            work.abandon();
            work = null;
        }
    }
}
