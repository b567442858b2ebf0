// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.storage;

import io.zabra.storage.stream.BatchMark;
import io.zabra.storage.stream.Bytes;
import io.zabra.storage.stream.Window;
import io.zabra.wire.MalformedPacketException;
import io.zabra.wire.WireReader;
import io.zabra.wire.txn.Txn;
import io.zabra.wire.txn.TxnDigest;
import io.zabra.wire.txn.TxnHeader;
import java.io.IOException;
import java.util.Objects;
import java.util.zip.Adler32;
import org.jspecify.annotations.Nullable;

/// Reads one log file, record by record, without copying them; at the end it tells what kind of end that is.
///
/// What counts is whether a crash can have left the damage. A write that was cut short leaves the start of a record
/// and zeros, or nothing, behind it; one that lost power may also lack sectors in its middle. Both can only be in the
/// last write, and in a file of [TxnLog], as the [SyncMark] claims it, the [BatchMark]s tell where later writes begin:
/// damage before one of them is corruption. So it is, too, when the record's end mark is there though its checksum is
/// wrong, or when the length alone is wrong. In a file of unknown origin holes are corruption, and so is all damage
/// that has a valid record anywhere behind it.
public final class LogReader implements AutoCloseable {

    /// How one log file ends.
    public sealed interface End {

        /// Where the valid records end, in bytes from the start of the file.
        long offset();

        /// The file ends behind a whole record, or in zeros after it.
        record Clean(long offset) implements End {}

        /// The file was made, but its header did not get to the disk, and nothing else did either.
        record Empty(long offset) implements End {}

        /// A write that never came to its end: the start of a record stands there and nothing behind it, or sectors of
        /// the last write are missing.
        record Torn(long offset, String reason) implements End {}

        /// The last record is whole, but for its end mark, which reads as zero or is cut off. Apache's reader does not
        /// take it; its checksum is right, and the record can be had from the reader.
        ///
        /// @param markAt where the end mark belongs
        record Unmarked(long offset, long markAt) implements End {}

        /// Bytes that no cut-short write explains: something was changed or lost after it was written.
        record Corrupt(long offset, String reason) implements End {}
    }

    private static final long HIGH_HALF = 0xFFFFFFFF00000000L;
    private static final int ZXID_AT = 12;

    /// What disks write as a whole or not at all.
    private static final int SECTOR_BYTES = 512;

    /// Every record begins with four zeros, the upper half of its checksum: so few say nothing.
    private static final int TELLING_ZEROS_MIN = 4;

    private static final int HEADER_FIELDS_BYTES = 32;

    private final DiskFile file;
    private final long size;
    private final Adler32 checksum = new Adler32();
    private final boolean checked;
    /// What the mark claims of this very file; null for a file of unknown origin.
    private final SyncMark.@Nullable Claim claim;
    private Window window;
    private int entryLength;
    private boolean checksumMatches;
    private long lastZxid = -1;
    private boolean started;
    private @Nullable End end;

    private LogReader(DiskFile file, boolean checked, SyncMark.@Nullable Claim claim) throws IOException {
        this.file = file;
        this.size = file.size();
        this.checked = checked;
        this.claim = claim;
        this.window = window(0);
    }

    /// Opens a log of unknown origin; reading stops at the first record that is not right.
    public static LogReader open(Disk disk, String name) throws IOException {
        return open(disk.open(name), true, null);
    }

    /// Opens a log for recovery, which may be the one that the mark claims.
    static LogReader open(Disk disk, DataFile log, SyncMark.@Nullable Claim claim) throws IOException {
        boolean claimed = claim != null && claim.logZxid() == log.zxid();
        return open(disk.open(log.name()), true, claimed ? claim : null);
    }

    /// Opens a log for a tool: records with a wrong checksum are handed out too, see [#checksumMatches()].
    public static LogReader openUnchecked(Disk disk, String name) throws IOException {
        return open(disk.open(name), false, null);
    }

    private static LogReader open(DiskFile file, boolean checked, SyncMark.@Nullable Claim claim) throws IOException {
        try {
            return new LogReader(file, checked, claim);
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    /// Steps to the next record; false at the end, see [#end()].
    public boolean next() throws IOException {
        if (end != null) {
            return false;
        }
        if (!started) {
            started = true;
            end = headerProblem();
            if (end != null) {
                return false;
            }
            window.advance(TxnLog.HEADER_BYTES);
        } else if (entryLength > 0) {
            window.advance(entryLength + TxnLog.FRAME_BYTES);
            entryLength = 0;
        }
        if (!readFrame()) {
            end = classify();
            return false;
        }
        lastZxid = zxid();
        return true;
    }

    /// The array that holds the current entry, valid until the next step.
    public byte[] bytes() {
        return window.bytes();
    }

    /// Index of the first byte of the entry.
    public int from() {
        return window.from() + TxnLog.FRAME_HEAD_BYTES;
    }

    /// Index behind its last byte.
    public int to() {
        return from() + entryLength;
    }

    /// The zxid of the current record; at an [End.Unmarked] end, of the record there.
    public long zxid() {
        return entryLength < HEADER_FIELDS_BYTES ? lastZxid : Bytes.int64(window.bytes(), from() + ZXID_AT);
    }

    /// Where the current record starts in the file.
    public long offset() {
        return window.position();
    }

    /// Whether the checksum of the current record is right; always so unless opened unchecked.
    public boolean checksumMatches() {
        return checksumMatches;
    }

    /// How the file ends; only after [#next()] returned false.
    public End end() {
        if (end == null) {
            throw new IllegalStateException("the log is not at its end");
        }
        return end;
    }

    @Override
    public void close() throws IOException {
        file.close();
    }

    private Window window(long start) {
        return new Window(file.from(start), Window.Passed.UNHEARD, Window.capacity(size));
    }

    private @Nullable End headerProblem() throws IOException {
        byte[] expected = {'Z', 'K', 'L', 'G'};
        boolean whole = window.ensure(TxnLog.HEADER_BYTES);
        int have = Math.min(window.available(), expected.length);
        int same = 0;
        while (same < have && window.bytes()[window.from() + same] == expected[same]) {
            same++;
        }
        if (whole && same == expected.length) {
            return null;
        }
        boolean onlyZerosBehind = contentEnd(same) <= same;
        if (same == have && !whole || onlyZerosBehind) {
            return new End.Empty(0);
        }
        End corrupt = new End.Corrupt(0, "the file does not start with the mark of a transaction log, ZKLG");
        return claim == null || !lostSector(0, Math.min(size, SECTOR_BYTES))
                ? corrupt
                : Objects.requireNonNullElse(
                        syncedBeyond(0, contentEnd(0)),
                        new End.Torn(0, "the first sector of the first write is missing"));
    }

    /// Reads the frame at the current place; false if it is not a whole and right one.
    private boolean readFrame() throws IOException {
        if (!window.ensure(TxnLog.FRAME_HEAD_BYTES)) {
            return false;
        }
        int length = Bytes.int32(window.bytes(), window.from() + 8);
        if (length <= 0 || length > size - offset() - TxnLog.FRAME_BYTES) {
            return false;
        }
        if (!window.ensure(length + TxnLog.FRAME_BYTES)) {
            return false;
        }
        checksumMatches = checksumMatches(length);
        boolean marked = window.bytes()[window.from() + TxnLog.FRAME_HEAD_BYTES + length] == TxnLog.END_OF_RECORD;
        if (!marked || checked && (!checksumMatches || length < HEADER_FIELDS_BYTES)) {
            return false;
        }
        entryLength = length;
        return true;
    }

    private boolean checksumMatches(int length) {
        checksum.reset();
        checksum.update(window.bytes(), window.from() + TxnLog.FRAME_HEAD_BYTES, length);
        return checksum.getValue() == Bytes.int64(window.bytes(), window.from());
    }

    private End classify() throws IOException {
        long start = offset();
        long contentEnd = contentEnd(start);
        if (contentEnd <= start) {
            return new End.Clean(start);
        }
        End damaged = claim == null ? damagedInUnknown(start, contentEnd) : damagedInClaimed(start, contentEnd);
        if (damaged != null) {
            return damaged;
        }
        if (contentEnd <= start + TxnLog.FRAME_HEAD_BYTES) {
            return new End.Torn(start, "only a part of a record's head is there");
        }
        return classifyLastRecord(start, contentEnd);
    }

    private @Nullable End damagedInUnknown(long start, long contentEnd) throws IOException {
        long later = laterRecord(start + 1, contentEnd);
        if (later >= 0) {
            return new End.Corrupt(start, "a damaged record, though a later one at offset " + later + " is whole");
        }
        return lostSector(start, contentEnd) ? new End.Corrupt(start, "whole sectors are missing") : null;
    }

    private @Nullable End damagedInClaimed(long start, long contentEnd) throws IOException {
        End corrupt = syncedBeyond(start, contentEnd);
        if (corrupt != null) {
            return corrupt;
        }
        return lostSector(start, contentEnd)
                ? new End.Torn(start, "whole sectors of the last write are missing")
                : null;
    }

    private @Nullable End syncedBeyond(long start, long contentEnd) throws IOException {
        long mark = BatchMark.findBehind(
                window(start), start, contentEnd, Objects.requireNonNull(claim).nonce());
        return mark < 0
                ? null
                : new End.Corrupt(
                        start,
                        "a damaged record, though a mark at offset " + mark
                                + " says that the log was synced beyond it");
    }

    private End classifyLastRecord(long start, long contentEnd) throws IOException {
        int length = Bytes.int32(window.bytes(), window.from() + 8);
        if (length <= 0) {
            return new End.Corrupt(start, "a record of length " + length);
        }
        if ((Bytes.int64(window.bytes(), window.from()) & HIGH_HALF) != 0) {
            return new End.Corrupt(start, "a checksum of more than 32 bits");
        }
        long recordEnd = start + TxnLog.FRAME_BYTES + length;
        if (contentEnd >= recordEnd) {
            return new End.Corrupt(start, "the last record is all there, but its checksum or end mark is wrong");
        }
        boolean entryThere = length <= size - start - TxnLog.FRAME_HEAD_BYTES;
        // The content ends before the claimed end of the record, so it fits an int.
        int there = (int) (contentEnd - start) - TxnLog.FRAME_BYTES;
        window.ensure(TxnLog.FRAME_HEAD_BYTES + (entryThere ? length : there + 1));
        if (entryThere && length >= HEADER_FIELDS_BYTES && checksumMatches(length)) {
            entryLength = length;
            return new End.Unmarked(start, recordEnd - 1);
        }
        boolean ends = window.bytes()[window.from() + TxnLog.FRAME_HEAD_BYTES + there] == TxnLog.END_OF_RECORD;
        if (ends && checksumMatches(there) || moreThanTheEntry(there)) {
            return new End.Corrupt(start, "the length of the last record is wrong");
        }
        return new End.Torn(
                start,
                "only " + (contentEnd - start) + " of " + (recordEnd - start) + " bytes of the last record are there");
    }

    /// Whether the entry is complete within the `there` bytes, and more follows than can belong to it: then its record
    /// was not cut short, but claims too great a length.
    private boolean moreThanTheEntry(int there) {
        int from = window.from() + TxnLog.FRAME_HEAD_BYTES;
        WireReader in = new WireReader(window.bytes(), from, from + there);
        try {
            TxnHeader header = TxnHeader.read(in);
            Txn.read(header.type(), in);
        } catch (MalformedPacketException _) {
            return false;
        }
        return in.remaining() > TxnDigest.BYTES + BatchMark.BYTES;
    }

    /// Whether a sector between `start` and `end` reads as zeros from its first byte there to its last: a write of
    /// several sectors that power loss cut short leaves such holes, since sectors get to the disk in any order. A
    /// changed byte does not.
    private boolean lostSector(long start, long end) throws IOException {
        byte[] sector = new byte[SECTOR_BYTES];
        long at = start;
        while (at < end) {
            int length = (int) (SECTOR_BYTES - at % SECTOR_BYTES);
            if (at + length > end) {
                return false;
            }
            int read = file.read(at, sector, 0, length);
            int zeros = 0;
            while (zeros < read && sector[zeros] == 0) {
                zeros++;
            }
            if (zeros == length && length > TELLING_ZEROS_MIN) {
                return true;
            }
            at += length;
        }
        return false;
    }

    /// Where the file ends if the zeros at its end are left out, but not before `start`.
    private long contentEnd(long start) throws IOException {
        byte[] chunk = new byte[Window.capacity(size - start)];
        long at = size;
        while (at > start) {
            int length = (int) Math.min(chunk.length, at - start);
            int content = Bytes.contentEnd(chunk, file.read(at - length, chunk, 0, length));
            if (content > 0) {
                return at - length + content;
            }
            at -= length;
        }
        return start;
    }

    /// Offset of a whole record with a zxid above the last good one that starts at `start` or later; -1 if there is
    /// none. A record can only start with the four zero bytes of its checksum's upper half.
    private long laterRecord(long start, long contentEnd) throws IOException {
        Window at = window(start);
        for (long offset = start; offset + TxnLog.FRAME_BYTES <= contentEnd; offset++) {
            if (!at.ensure(TxnLog.FRAME_HEAD_BYTES)) {
                return -1;
            }
            if (Bytes.int32(at.bytes(), at.from()) == 0 && isRecord(at, contentEnd - offset)) {
                return offset;
            }
            at.advance(1);
        }
        return -1;
    }

    private boolean isRecord(Window at, long left) throws IOException {
        int length = Bytes.int32(at.bytes(), at.from() + 8);
        if (length < HEADER_FIELDS_BYTES || length > left - TxnLog.FRAME_BYTES) {
            return false;
        }
        if (!at.ensure(length + TxnLog.FRAME_BYTES)) {
            return false;
        }
        int entry = at.from() + TxnLog.FRAME_HEAD_BYTES;
        if (at.bytes()[entry + length] != TxnLog.END_OF_RECORD) {
            return false;
        }
        if (Bytes.int64(at.bytes(), entry + ZXID_AT) <= lastZxid) {
            return false;
        }
        checksum.reset();
        checksum.update(at.bytes(), entry, length);
        return checksum.getValue() == Bytes.int64(at.bytes(), at.from());
    }
}
