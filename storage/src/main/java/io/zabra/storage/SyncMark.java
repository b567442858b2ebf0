// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.storage;

import io.zabra.storage.stream.Bytes;
import java.io.IOException;
import java.util.Comparator;
import java.util.zip.Adler32;
import org.jspecify.annotations.Nullable;

/// What is known for certain to be on the disk: the zxid up to which every transaction was synced to the log, and which
/// log file is being written.
///
/// The log alone cannot always tell a record that was never synced from one that was and is damaged or gone now. This
/// mark can: it is written into the file `zabra.synced` after each sync of the log, in place. It is itself synced when
/// a log file is begun, when the server is idle, and when it stops. So it may lag after a loss of power, but it never
/// claims too much, and after a crash of the process it is exact. Recovery refuses a log that ends before it. Apache's
/// tools ignore the file; without it, nothing is claimed.
///
/// Format, big-endian: two slots, at 0 and at 4096, that are written in turn, so that a torn write spoils one at most;
/// the higher one that is valid counts. A slot: int magic `ZBSY`, int version 3, long zxid, long zxid in the name of
/// the log file (-1 if none is begun), long nonce of its batch marks, long zxid up to which all is known to be
/// committed, long Adler-32 of the 40 bytes before. Version 2 had nothing of what is committed: only servers that stand
/// alone wrote it, and what these have synced is.
final class SyncMark implements AutoCloseable {

    static final String NAME = "zabra.synced";

    /// What a mark says.
    ///
    /// @param zxid up to here everything was synced
    /// @param logZxid zxid in the name of the log file that was being written; -1 for none
    /// @param nonce of the batch marks in that file
    /// @param committed up to here everything is committed; never behind `zxid`, and more may be
    record Claim(long zxid, long logZxid, long nonce, long committed) {

        private static final Comparator<Claim> AGE = Comparator.comparingLong(Claim::zxid)
                .thenComparingLong(Claim::logZxid)
                .thenComparingLong(Claim::committed);

        boolean isNewerThan(@Nullable Claim other) {
            return other == null || AGE.compare(this, other) > 0;
        }
    }

    /// What is synced is committed, too, as on a server that stands alone.
    static final long ALL = Long.MAX_VALUE;

    private static final int MAGIC = 0x5A425359;
    private static final int VERSION_ALONE = 2;
    private static final int VERSION = 3;
    private static final int CHECKED_BYTES_ALONE = 32;
    private static final int CHECKED_BYTES = 40;
    private static final int BYTES = 48;
    private static final int SLOTS = 2;
    private static final int SLOT_BYTES = 4096;
    private static final long NO_LOG = -1;

    private final DiskFile file;
    private final long nonce;
    private final byte[] bytes = new byte[BYTES];
    private long committed;
    private long committedWritten;
    private final Adler32 checksum = new Adler32();
    private long zxid;
    private long logZxid = NO_LOG;
    private int slot;
    private boolean forced;

    private SyncMark(DiskFile file, long nonce, long committed) {
        this.file = file;
        this.nonce = nonce;
        this.committed = committed;
    }

    /// Opens the mark for writing, and makes it if there is none; durable at once, so that a folder that had data
    /// once can be told from a new one.
    ///
    /// @param committed up to here everything is known to be committed; [#ALL] if whatever is synced is
    static SyncMark open(Disk disk, long zxid, long nonce, long committed) throws IOException {
        boolean exists = disk.list().contains(NAME);
        Claim before = exists ? read(disk) : null;
        SyncMark mark = new SyncMark(exists ? disk.open(NAME) : disk.create(NAME), nonce, committed);
        if (before != null) {
            mark.committed(before.committed);
        }
        for (int i = 0; i < SLOTS; i++) {
            mark.write(zxid);
            mark.force();
        }
        if (!exists) {
            disk.force();
        }
        return mark;
    }

    /// What the mark of a folder claims; null when there is none or nothing of it is valid.
    static @Nullable Claim read(Disk disk) throws IOException {
        if (!disk.list().contains(NAME)) {
            return null;
        }
        Claim newest = null;
        try (DiskFile file = disk.open(NAME)) {
            for (int i = 0; i < SLOTS; i++) {
                Claim claim = read(file, (long) i * SLOT_BYTES);
                if (claim != null && claim.isNewerThan(newest)) {
                    newest = claim;
                }
            }
        }
        return newest;
    }

    private static @Nullable Claim read(DiskFile file, long at) throws IOException {
        byte[] bytes = new byte[BYTES];
        int length = file.read(at, bytes, 0, BYTES);
        if (length < CHECKED_BYTES_ALONE + Long.BYTES || Bytes.int32(bytes, 0) != MAGIC) {
            return null;
        }
        int version = Bytes.int32(bytes, 4);
        int checked = version == VERSION_ALONE ? CHECKED_BYTES_ALONE : CHECKED_BYTES;
        Adler32 checksum = new Adler32();
        checksum.update(bytes, 0, checked);
        boolean valid = (version == VERSION_ALONE || version == VERSION && length == BYTES)
                && Bytes.int64(bytes, checked) == checksum.getValue();
        if (!valid) {
            return null;
        }
        long zxid = Bytes.int64(bytes, 8);
        long committed = version == VERSION_ALONE ? zxid : Bytes.int64(bytes, 32);
        return new Claim(zxid, Bytes.int64(bytes, 16), Bytes.int64(bytes, 24), committed);
    }

    /// Learns up to where everything is committed. Told with the next claim.
    void committed(long newCommitted) {
        committed = Math.max(committed, newCommitted);
    }

    /// Tells of a log file that is about to be made, and is durable when it returns: what the file holds will be judged
    /// by this.
    void begin(long newLogZxid) throws IOException {
        logZxid = newLogZxid;
        write(zxid);
        force();
    }

    /// Claims everything up to `newZxid`.
    void write(long newZxid) throws IOException {
        zxid = newZxid;
        Bytes.int32(bytes, 0, MAGIC);
        Bytes.int32(bytes, 4, VERSION);
        Bytes.int64(bytes, 8, zxid);
        Bytes.int64(bytes, 16, logZxid);
        Bytes.int64(bytes, 24, nonce);
        committedWritten = Math.min(committed, zxid);
        Bytes.int64(bytes, 32, committedWritten);
        checksum.reset();
        checksum.update(bytes, 0, CHECKED_BYTES);
        Bytes.int64(bytes, CHECKED_BYTES, checksum.getValue());
        file.write((long) slot * SLOT_BYTES, bytes, 0, BYTES);
        slot = (slot + 1) % SLOTS;
        forced = false;
    }

    /// Makes what was claimed last durable, with what is known to be committed, unless it is.
    void force() throws IOException {
        if (committedWritten < Math.min(committed, zxid)) {
            write(zxid);
        }
        if (!forced) {
            file.force();
            forced = true;
        }
    }

    /// Makes the mark durable and closes it.
    @Override
    public void close() throws IOException {
        try (file) {
            force();
        }
    }
}
