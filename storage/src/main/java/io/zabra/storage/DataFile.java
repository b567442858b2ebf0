// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.storage;

import io.zabra.storage.stream.Compression;
import java.util.ArrayList;
import java.util.List;

/// A data file of Apache's layout, told by its name: `log.<zxid>` or `snapshot.<zxid>[.gz|.snappy]`, zxid in hex.
///
/// @param name the name in its folder
/// @param zxid of a log the zxid of its first record, of a snapshot the last one that it holds
public record DataFile(String name, long zxid) {

    static final String LOG = "log";
    static final String SNAPSHOT = "snapshot";

    /// Prefix of files that are being written; nothing reads them, recovery removes them.
    public static final String TEMPORARY = "zabra.tmp.";

    /// Prefix of files that the snapshot of a leader has replaced; kept for operators, see [Purge].
    public static final String REPLACED = "replaced.";

    /// The transaction logs among `names`, oldest first.
    public static List<DataFile> logs(List<String> names) {
        return find(names, LOG);
    }

    /// The snapshots among `names`, oldest first, good or not.
    public static List<DataFile> snapshots(List<String> names) {
        return find(names, SNAPSHOT);
    }

    /// Name of the log whose first record is `zxid`.
    public static String logName(long zxid) {
        return LOG + "." + Long.toHexString(zxid);
    }

    /// Name of the snapshot that holds everything up to `zxid`.
    public static String snapshotName(long zxid, Compression compression) {
        return SNAPSHOT + "." + Long.toHexString(zxid) + compression.suffix();
    }

    private static List<DataFile> find(List<String> names, String prefix) {
        List<DataFile> found = new ArrayList<>();
        for (String name : names) {
            String[] parts = name.split("\\.", -1);
            if (parts.length >= 2 && parts[0].equals(prefix) && isHex(parts[1])) {
                found.add(new DataFile(name, Long.parseLong(parts[1], 16)));
            }
        }
        found.sort((a, b) -> a.zxid() == b.zxid() ? a.name().compareTo(b.name()) : Long.compare(a.zxid(), b.zxid()));
        return found;
    }

    /// Whether `digits` is a zxid as Apache's reader takes it: up to 16 digits, not negative.
    private static boolean isHex(String digits) {
        if (digits.isEmpty() || digits.length() > 16) {
            return false;
        }
        for (int i = 0; i < digits.length(); i++) {
            if (Character.digit(digits.charAt(i), 16) < 0 || digits.charAt(i) > 'f') {
                return false;
            }
        }
        return digits.length() < 16 || digits.charAt(0) < '8';
    }
}
