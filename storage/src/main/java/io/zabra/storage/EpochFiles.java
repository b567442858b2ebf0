// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.storage;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The files `acceptedEpoch` and `currentEpoch` of Apache's quorum members: one decimal number each.
///
/// A server that stands alone does not need them; they tell it that a folder was in use.
public final class EpochFiles {

    public static final String ACCEPTED = "acceptedEpoch";
    public static final String CURRENT = "currentEpoch";

    /// Where Apache's server had the current epoch before it renamed the file.
    public static final String CURRENT_UNFINISHED = "currentEpoch.tmp";

    /// The record of Zabra's own, which holds both, and more.
    public static final String RECORD = "zabra.member";

    static final List<String> NAMES = List.of(ACCEPTED, CURRENT, RECORD);

    private static final int DIGITS_MAX = 20;

    private EpochFiles() {}

    /// The number in the file; null if there is no such file. One that holds no number is a [DamagedException].
    public static @Nullable Long read(Disk disk, String name) throws IOException {
        if (!disk.list().contains(name)) {
            return null;
        }
        byte[] bytes = new byte[DIGITS_MAX + 1];
        int length;
        try (DiskFile file = disk.open(name)) {
            length = file.read(0, bytes, 0, bytes.length);
        }
        String text = new String(bytes, 0, length, StandardCharsets.US_ASCII).strip();
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new DamagedException(
                    "the file " + disk.describe(name) + " should hold a number, but has: " + text, e);
        }
    }

    /// The file holds no number.
    public static final class DamagedException extends IOException {

        private static final long serialVersionUID = 1L;

        DamagedException(String message, NumberFormatException cause) {
            super(message, cause);
        }
    }

    /// Replaces the file by one with this number; durable on return, and never seen half.
    public static void write(Disk disk, String name, long epoch) throws IOException {
        String temporary = DataFile.TEMPORARY + name;
        if (disk.list().contains(temporary)) {
            disk.delete(temporary);
        }
        byte[] digits = Long.toString(epoch).getBytes(StandardCharsets.US_ASCII);
        try (DiskFile file = disk.create(temporary)) {
            file.write(0, digits, 0, digits.length);
            file.force();
        }
        disk.rename(temporary, name);
        disk.force();
    }
}
