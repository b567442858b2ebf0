// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.storage;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;

/// Removes snapshots and logs that no recovery will need.
///
/// What stays: the newest snapshots that were read from end to end without a fault, as many as asked for, and all logs
/// that hold a record behind the oldest of them. As long as there are fewer good snapshots nothing is removed: one that
/// only looks good must not cost the one that is. Names go in an order in which a crash leaves a folder that still
/// recovers. Must not run while a snapshot is written.
///
/// What the snapshot of a leader has replaced stays, under other names, until there are enough good snapshots again, or
/// the disk is full: had the leader another history, nobody else may have this one.
public final class Purge {

    /// @param bytes freed
    public record Purged(List<String> files, long bytes) {}

    private final Disk dataDisk;
    private final Disk logDisk;
    /// Snapshots found good before, so that they are read once in the life of the server.
    private final List<String> known = new ArrayList<>();

    public Purge(Disk dataDisk, Disk logDisk) {
        this.dataDisk = dataDisk;
        this.logDisk = logDisk;
    }

    /// Tells of a snapshot that was read back a moment ago.
    public void verified(DataFile snapshot) {
        if (!known.contains(snapshot.name())) {
            known.add(snapshot.name());
        }
    }

    /// Removes all but the newest `keep` good snapshots (at least 1) and the logs behind them.
    public Purged run(int keep) throws IOException {
        List<DataFile> snapshots = DataFile.snapshots(dataDisk.list());
        known.removeIf(name -> snapshots.stream().noneMatch(s -> s.name().equals(name)));
        int wanted = Math.max(keep, 1);
        int good = 0;
        long oldestKept = -1;
        for (DataFile snapshot : snapshots.reversed()) {
            if (good < wanted && isGood(snapshot)) {
                good++;
                oldestKept = snapshot.zxid();
            }
        }
        if (good < wanted) {
            return new Purged(List.of(), 0);
        }
        List<String> removed = new ArrayList<>();
        long bytes = 0;
        for (DataFile snapshot : snapshots) {
            if (snapshot.zxid() < oldestKept) {
                bytes += remove(dataDisk, snapshot, removed);
            }
        }
        // The snapshots must be gone for good before the logs that they would need.
        if (!removed.isEmpty()) {
            dataDisk.force();
        }
        // Each is gone for good before the next one: where an older log is left, a gap behind it cannot always be seen.
        for (DataFile log : unneededLogs(oldestKept)) {
            bytes += remove(logDisk, log, removed);
            logDisk.force();
        }
        forgetReplaced(dataDisk, logDisk);
        return new Purged(removed, bytes);
    }

    /// The logs before the last one that starts at or below the zxid: that one may hold later records.
    private List<DataFile> unneededLogs(long zxid) throws IOException {
        List<DataFile> logs = DataFile.logs(logDisk.list());
        int first = 0;
        for (int i = 0; i < logs.size(); i++) {
            if (logs.get(i).zxid() <= zxid) {
                first = i;
            }
        }
        return logs.subList(0, first);
    }

    private boolean isGood(DataFile snapshot) {
        if (known.contains(snapshot.name())) {
            return true;
        }
        boolean good = Snapshots.problem(dataDisk, snapshot.name()) == null;
        if (good) {
            known.add(snapshot.name());
        }
        return good;
    }

    /// Removes what snapshots of leaders have replaced; returns the number of files.
    public static int forgetReplaced(Disk dataDisk, Disk logDisk) throws IOException {
        int removed = 0;
        for (Disk disk : List.of(dataDisk, logDisk)) {
            for (String name : disk.list()) {
                if (name.startsWith(DataFile.REPLACED)) {
                    removed += deleted(disk, name) ? 1 : 0;
                }
            }
        }
        return removed;
    }

    private static boolean deleted(Disk disk, String name) throws IOException {
        try {
            disk.delete(name);
            return true;
        } catch (NoSuchFileException _) {
            // A purge and an installation may both be at it.
            return false;
        }
    }

    private static long remove(Disk disk, DataFile file, List<String> removed) throws IOException {
        long size;
        try (DiskFile open = disk.open(file.name())) {
            size = open.size();
        }
        disk.delete(file.name());
        removed.add(disk.describe(file.name()));
        return size;
    }
}
