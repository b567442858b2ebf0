// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.storage.member;

import io.zabra.storage.DataFile;
import io.zabra.storage.Disk;
import io.zabra.storage.TxnLog;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/// Puts the files of a member aside that have lost a part of what was acknowledged, so that it can begin with nothing,
/// and an operator still has them. Each step may be repeated.
final class Loss {

    private static final String ASIDE = "damaged.";

    private Loss() {}

    /// Removes what was put aside before.
    static void forget(Disk disk) throws IOException {
        for (String name : disk.list()) {
            if (name.startsWith(ASIDE)) {
                disk.delete(name);
            }
        }
    }

    /// Takes snapshots and logs out of sight, and what belongs to them.
    static void setAside(Disk disk) throws IOException {
        List<String> names = disk.list();
        List<DataFile> files = new ArrayList<>(DataFile.snapshots(names));
        files.addAll(DataFile.logs(names));
        for (DataFile file : files) {
            disk.rename(file.name(), ASIDE + file.name());
        }
        for (String name : names) {
            if (name.startsWith(DataFile.TEMPORARY) || name.equals(TxnLog.MARK)) {
                disk.delete(name);
            }
        }
        disk.force();
    }

    /// The files that were put aside, as an operator wants to read them.
    static List<String> kept(Disk dataDisk, Disk logDisk) throws IOException {
        TreeSet<String> kept = new TreeSet<>();
        for (Disk disk : List.of(dataDisk, logDisk)) {
            for (String name : disk.list()) {
                if (name.startsWith(ASIDE)) {
                    kept.add(disk.describe(name));
                }
            }
        }
        return List.copyOf(kept);
    }
}
