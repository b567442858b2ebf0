// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.storage.member;

import io.zabra.core.log.Entry;
import io.zabra.core.log.Zxid;
import io.zabra.storage.DataFile;
import io.zabra.storage.Disk;
import io.zabra.storage.LogReader;
import io.zabra.storage.stream.BatchMark;
import io.zabra.wire.MalformedPacketException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads entries of the log by their zxid, for learners that lack more than memory holds.
///
/// Keeps its place, so that a learner that asks for what follows costs one way through the files. The beginning of a
/// file that holds the first entry is read over. Used by the thread that writes the log.
final class EntryReader implements AutoCloseable {

    private final Disk disk;
    private @Nullable LogReader reader;
    /// What [#reader] has handed out last; -1 if nothing.
    private long place = -1;
    /// First zxid in the name of the file that is open.
    private long fileZxid;

    /// Whether the end of the file before could not be read, or something between the two files may be missing.
    private boolean damaged;

    EntryReader(Disk disk) {
        this.disk = disk;
    }

    /// Entries behind the record `zxid` and not behind `last`: about `bytesMax` bytes of them, but one at least. None
    /// if what follows `zxid` is not there, or cannot be read.
    List<Entry> read(long zxid, long last, long bytesMax) throws IOException {
        boolean continued = reader != null && place == zxid;
        List<Entry> found = collect(zxid, last, bytesMax);
        // The file may have grown since it was opened.
        return found.isEmpty() && continued && zxid < last ? collectAnew(zxid, last, bytesMax) : found;
    }

    /// Forgets its place: the log changes.
    @Override
    public void close() throws IOException {
        LogReader open = reader;
        reader = null;
        place = -1;
        damaged = false;
        if (open != null) {
            open.close();
        }
    }

    private List<Entry> collectAnew(long zxid, long last, long bytesMax) throws IOException {
        close();
        return collect(zxid, last, bytesMax);
    }

    private List<Entry> collect(long zxid, long last, long bytesMax) throws IOException {
        List<Entry> found = new ArrayList<>();
        if (reader == null || place != zxid) {
            close();
            if (!open(zxid + 1)) {
                return found;
            }
        }
        long before = zxid;
        long bytes = 0;
        while (before < last && bytes < bytesMax && step()) {
            LogReader at = reader;
            long next = at == null ? -1 : at.zxid();
            if (at == null || next <= zxid) {
                continue;
            }
            // Where something may be missing, the first record of a later epoch does not prove that nothing is.
            boolean proven = !damaged || next == before + 1;
            damaged = false;
            if (!proven || !Zxid.follows(next, before) || next > last) {
                close();
                return found;
            }
            try {
                found.add(new Entry(next, BatchMark.stripped(at.bytes(), at.from(), at.to())));
            } catch (MalformedPacketException _) {
                close();
                return found;
            }
            bytes += at.to() - at.from();
            before = next;
        }
        place = reader == null ? -1 : before;
        return found;
    }

    /// Goes to the next record, in the next file if there is none in this one.
    private boolean step() throws IOException {
        while (reader != null) {
            if (reader.next()) {
                return true;
            }
            boolean clean = reader.end() instanceof LogReader.End.Clean;
            long done = fileZxid;
            close();
            long next = -1;
            boolean kept = false;
            for (DataFile log : DataFile.logs(disk.list())) {
                kept |= log.zxid() == done;
                next = next < 0 && log.zxid() > done ? log.zxid() : next;
            }
            // Files are purged from the oldest on: when this one is gone, those that followed it may be gone too.
            damaged = !clean || !kept;
            open(next);
        }
        return false;
    }

    /// Opens the file in which the record `zxid` would be; false if there is none. What stands before the oldest file
    /// is not known, even if that begins with the first record of an epoch: the last ones of the epoch before may be
    /// gone.
    private boolean open(long zxid) throws IOException {
        DataFile file = null;
        for (DataFile log : DataFile.logs(disk.list())) {
            if (log.zxid() <= zxid) {
                file = log;
            }
        }
        if (file == null) {
            return false;
        }
        try {
            reader = LogReader.open(disk, file.name());
        } catch (NoSuchFileException _) {
            // Purged since the list was made.
            return false;
        }
        fileZxid = file.zxid();
        return true;
    }
}
