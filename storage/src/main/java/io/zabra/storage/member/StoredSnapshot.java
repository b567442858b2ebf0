// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.storage.member;

import io.zabra.storage.DataFile;
import io.zabra.storage.Disk;
import java.io.IOException;

/// A snapshot that was received, whole and durable, under a name that nothing reads: the `file` of a
/// [io.zabra.core.log.ReceivedSnapshot]. It stays until it is installed, another one is, or the next start.
///
/// @param number of the reception, rising in the life of a process
public record StoredSnapshot(long number) {

    static final String PREFIX = DataFile.TEMPORARY + "received.";

    static String name(long number) {
        return PREFIX + Long.toHexString(number);
    }

    /// The file, in the folder of the snapshots.
    public String name() {
        return name(number);
    }

    /// Removes the files of those with numbers up to `last`.
    public static void removeUpTo(Disk disk, long last) throws IOException {
        for (String name : disk.list()) {
            if (name.startsWith(PREFIX) && Long.parseLong(name.substring(PREFIX.length()), 16) <= last) {
                disk.delete(name);
            }
        }
    }
}
