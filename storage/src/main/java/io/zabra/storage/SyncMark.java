// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.storage;

import io.zabra.storage.stream.Bytes;
import java.io.IOException;
import java.util.zip.Adler32;
import org.jspecify.annotations.Nullable;

/// What is known for certain to be on the disk: the zxid up to which every transaction was synced to the log.
///
/// The log alone cannot tell a record that was never synced from one that was and is damaged or gone now. This mark
/// can: it is written into the file `zabra.synced` after each sync of the log, in place and without a sync of its own.
/// So it may lag after a loss of power, but it never claims too much, and after a crash of the process it is exact.
/// Recovery refuses a log that ends before it. Apache's tools ignore the file; without it, nothing is claimed.
///
/// Format, big-endian: two slots, at 0 and at 512, that are written in turn, so that a torn write spoils one at most;
/// the higher one that is valid counts. A slot: int magic `ZBSY`, int version 1, long zxid, long Adler-32 of the 16
/// bytes before.
final class SyncMark implements AutoCloseable {

    static final String NAME = "zabra.synced";

    private static final int MAGIC = 0x5A425359;
    private static final int VERSION = 1;
    private static final int CHECKED_BYTES = 16;
    private static final int BYTES = 24;
    private static final int SLOTS = 2;
    private static final int SLOT_BYTES = 512;

    private final DiskFile file;
    private final byte[] bytes = new byte[BYTES];
    private final Adler32 checksum = new Adler32();
    private int slot;

    private SyncMark(DiskFile file) {
        this.file = file;
    }

    /// Opens the mark for writing, and makes it if there is none; durable at once, so that a folder that had data
    /// once can be told from a new one.
    static SyncMark open(Disk disk, long zxid) throws IOException {
        boolean exists = disk.list().contains(NAME);
        SyncMark mark = new SyncMark(exists ? disk.open(NAME) : disk.create(NAME));
        for (int i = 0; i < SLOTS; i++) {
            mark.write(zxid);
        }
        mark.file.force();
        if (!exists) {
            disk.force();
        }
        return mark;
    }

    /// The zxid that the mark of a folder claims; null when there is none or nothing of it is valid.
    static @Nullable Long read(Disk disk) throws IOException {
        if (!disk.list().contains(NAME)) {
            return null;
        }
        Long highest = null;
        try (DiskFile file = disk.open(NAME)) {
            for (int i = 0; i < SLOTS; i++) {
                Long zxid = read(file, (long) i * SLOT_BYTES);
                if (zxid != null && (highest == null || zxid > highest)) {
                    highest = zxid;
                }
            }
        }
        return highest;
    }

    private static @Nullable Long read(DiskFile file, long at) throws IOException {
        byte[] bytes = new byte[BYTES];
        if (file.read(at, bytes, 0, BYTES) < BYTES) {
            return null;
        }
        Adler32 checksum = new Adler32();
        checksum.update(bytes, 0, CHECKED_BYTES);
        boolean valid = Bytes.int32(bytes, 0) == MAGIC
                && Bytes.int32(bytes, 4) == VERSION
                && Bytes.int64(bytes, CHECKED_BYTES) == checksum.getValue();
        return valid ? Bytes.int64(bytes, 8) : null;
    }

    void write(long zxid) throws IOException {
        Bytes.int32(bytes, 0, MAGIC);
        Bytes.int32(bytes, 4, VERSION);
        Bytes.int64(bytes, 8, zxid);
        checksum.reset();
        checksum.update(bytes, 0, CHECKED_BYTES);
        Bytes.int64(bytes, CHECKED_BYTES, checksum.getValue());
        file.write((long) slot * SLOT_BYTES, bytes, 0, BYTES);
        slot = (slot + 1) % SLOTS;
    }

    /// Makes the mark durable and closes it.
    @Override
    public void close() throws IOException {
        try (file) {
            file.force();
        }
    }
}
