// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.storage;

import io.zabra.storage.stream.BatchMark;
import io.zabra.wire.MalformedPacketException;
import io.zabra.wire.txn.ErrorTxn;
import io.zabra.wire.txn.LoggedTxn;
import io.zabra.wire.txn.MultiTxn;
import io.zabra.wire.txn.Txn;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Takes out of the logs what a server of Apache's has logged again.
///
/// A learner of 3.8 that loses its leader between the difference it was sent and the word that it is up to date has
/// logged the difference, does not know it, and logs it once more when it is sent again. Apache's recovery applies
/// both. Here a transaction has one place, where truncation and learners find it: a record that says what one before
/// it said goes. What says something else under the same zxid belongs to another history, and stays for recovery to
/// refuse; so does what comes again in a file of Zabra's, which never writes a record twice: that is damage.
///
/// Each file is replaced in one step by one that holds the rest of its records. A crash on the way leaves the old one,
/// or the new one, or both where the new one has another name: then the work begins again. Where that name belongs to
/// a file with other contents, files overlap in a way that no server is known to make, and all stays.
final class Repeats {

    private static final int BUFFER_BYTES = 64 << 10;

    private static final String NEW_FILE = DataFile.TEMPORARY + "repeats";

    private final Disk disk;
    private final SyncMark.@Nullable Claim claim;
    private final List<RecoveryNote> notes = new ArrayList<>();

    private Repeats(Disk disk) throws IOException {
        this.disk = disk;
        this.claim = SyncMark.read(disk);
    }

    /// Takes out whatever comes again.
    ///
    /// @return a note for each file that was changed; none if there was nothing to do, or it cannot be done
    static List<RecoveryNote> remove(Disk disk) throws IOException {
        Repeats repeats = new Repeats(disk);
        if (disk.list().contains(NEW_FILE)) {
            disk.delete(NEW_FILE);
        }
        repeats.removeFromAll();
        return repeats.notes;
    }

    private void removeFromAll() throws IOException {
        long last = 0;
        int next = 0;
        List<DataFile> logs = DataFile.logs(disk.list());
        while (next < logs.size()) {
            try (var scan = new Scan(logs.subList(0, next + 1), last)) {
                scan.run();
                if (scan.repeats.isEmpty()) {
                    last = scan.last;
                    next++;
                } else if (!scan.removable || !replace(logs.get(next), scan.repeats)) {
                    return;
                }
            }
            // What is in the place of this file now is read again.
            logs = DataFile.logs(disk.list());
        }
    }

    /// Reads a file from end to end, and beside it those before it, for what was there already.
    private final class Scan implements AutoCloseable {

        private final List<DataFile> logs;
        private final DataFile log;
        /// The highest zxid so far.
        private long last;

        /// Whether all that comes again says the same, in a file that no server of Zabra's has written.
        private boolean removable;
        /// Where repeated records start in the file.
        private final List<Long> repeats = new ArrayList<>();
        /// The record that the current one repeats.
        private @Nullable LogReader earlier;

        private @Nullable DataFile earlierLog;

        Scan(List<DataFile> logs, long last) {
            this.logs = logs;
            this.log = logs.getLast();
            this.last = last;
            this.removable = claim == null || claim.logZxid() != log.zxid();
        }

        /// To the end of the file, unless it becomes clear before that all has to stay.
        void run() throws IOException {
            try (LogReader reader = LogReader.open(disk, log.name())) {
                while ((removable || repeats.isEmpty()) && reader.next()) {
                    removable &= !isZabras(reader);
                    if (reader.zxid() > last) {
                        last = reader.zxid();
                    } else {
                        repeats(reader);
                    }
                }
                if (removable || repeats.isEmpty()) {
                    end(reader);
                }
            }
        }

        private void end(LogReader reader) throws IOException {
            switch (reader.end()) {
                case LogReader.End.Clean _, LogReader.End.Empty _, LogReader.End.Torn _ -> {}
                case LogReader.End.Unmarked _ -> {
                    if (reader.zxid() <= last) {
                        repeats(reader);
                    }
                }
                case LogReader.End.Corrupt _ -> removable = false;
            }
        }

        private void repeats(LogReader reader) throws IOException {
            repeats.add(reader.offset());
            removable = removable && findEarlier(reader.zxid(), reader.offset()) && same(reader);
        }

        private static boolean isZabras(LogReader reader) {
            try {
                return BatchMark.ends(reader.bytes(), reader.from(), reader.to());
            } catch (MalformedPacketException _) {
                // Nobody knows what it is.
                return true;
            }
        }

        /// What is repeated comes in runs, so the next one is looked for behind the last one first.
        private boolean findEarlier(long zxid, long before) throws IOException {
            LogReader open = earlier;
            if (open != null && open.next() && open.zxid() == zxid && isBefore(open, before)) {
                return true;
            }
            for (DataFile candidate : logs.reversed()) {
                if (candidate.zxid() <= zxid && find(candidate, zxid, before)) {
                    return true;
                }
            }
            return false;
        }

        private boolean find(DataFile candidate, long zxid, long before) throws IOException {
            close();
            LogReader open = LogReader.open(disk, candidate.name());
            earlier = open;
            earlierLog = candidate;
            while (open.next() && isBefore(open, before)) {
                if (open.zxid() == zxid) {
                    return true;
                }
            }
            return false;
        }

        private boolean isBefore(LogReader open, long offset) {
            return earlierLog != log || open.offset() < offset;
        }

        private boolean same(LogReader reader) {
            LogReader found = earlier;
            try {
                return found != null && Arrays.equals(content(found), content(reader));
            } catch (MalformedPacketException _) {
                return false;
            }
        }

        @Override
        public void close() throws IOException {
            LogReader open = earlier;
            earlier = null;
            if (open != null) {
                open.close();
            }
        }
    }

    /// What a record says. Digests are there or not, as the transaction came; and a leader of Apache's logs the parts
    /// of a multi that failed otherwise than its followers do.
    private static byte[] content(LogReader at) {
        LoggedTxn logged = LoggedTxn.read(at.bytes(), at.from(), at.to());
        Txn txn = logged.txn();
        boolean failed = txn instanceof MultiTxn multi && multi.failed();
        return new LoggedTxn(logged.header(), failed ? new ErrorTxn(0) : txn, null).encode();
    }

    /// False if that must not be.
    private boolean replace(DataFile log, List<Long> repeats) throws IOException {
        String name = writeRest(log, repeats);
        if (name == null) {
            disk.delete(NEW_FILE);
            disk.delete(log.name());
        } else if (!name.equals(log.name()) && disk.list().contains(name) && !sameFiles(NEW_FILE, name)) {
            disk.delete(NEW_FILE);
            return false;
        } else {
            disk.rename(NEW_FILE, name);
            if (!name.equals(log.name())) {
                disk.force();
                disk.delete(log.name());
            }
        }
        disk.force();
        notes.add(new RecoveryNote.RepeatsRemoved(disk.describe(log.name()), repeats.size()));
        return true;
    }

    /// Whether the second is what the first was to become, before a crash.
    private boolean sameFiles(String one, String two) throws IOException {
        try (DiskFile first = disk.open(one);
                DiskFile second = disk.open(two)) {
            byte[] some = new byte[BUFFER_BYTES];
            byte[] others = new byte[BUFFER_BYTES];
            long size = first.size();
            boolean same = size == second.size();
            for (long at = 0; same && at < size; at += BUFFER_BYTES) {
                int count = first.read(at, some, 0, BUFFER_BYTES);
                same = second.read(at, others, 0, BUFFER_BYTES) == count
                        && Arrays.equals(some, 0, count, others, 0, count);
            }
            return same;
        }
    }

    /// Writes what does not come again, and what is behind the last record. The name for it; null if nothing is left.
    private @Nullable String writeRest(DataFile log, List<Long> repeats) throws IOException {
        String name = null;
        try (LogReader reader = LogReader.open(disk, log.name());
                DiskFile from = disk.open(log.name());
                DiskFile to = disk.create(NEW_FILE)) {
            var copy = new Copy(from, to);
            copy.upTo(TxnLog.HEADER_BYTES);
            int next = 0;
            while (reader.next()) {
                long end = reader.offset() + TxnLog.FRAME_BYTES + reader.to() - reader.from();
                if (next < repeats.size() && repeats.get(next) == reader.offset()) {
                    next++;
                    copy.leaveOut(end);
                } else {
                    name = name == null ? DataFile.logName(reader.zxid()) : name;
                    copy.upTo(end);
                }
            }
            boolean more = reader.end() instanceof LogReader.End.Unmarked && next == repeats.size();
            if (more && name == null) {
                name = DataFile.logName(reader.zxid());
            }
            // The rest of a record is judged by recovery as in any other file, but is no file of its own.
            if (more || reader.end() instanceof LogReader.End.Torn && name != null) {
                copy.upTo(from.size());
            }
            to.force();
        }
        return name;
    }

    /// Copies a file from its beginning on, but for what is left out.
    private static final class Copy {

        private final DiskFile from;
        private final DiskFile to;
        private final byte[] buffer = new byte[BUFFER_BYTES];
        private long done;
        private long written;

        Copy(DiskFile from, DiskFile to) {
            this.from = from;
            this.to = to;
        }

        void leaveOut(long end) {
            done = end;
        }

        void upTo(long end) throws IOException {
            while (done < end) {
                int read = from.read(done, buffer, 0, (int) Math.min(buffer.length, end - done));
                if (read <= 0) {
                    return;
                }
                to.write(written, buffer, 0, read);
                done += read;
                written += read;
            }
        }
    }
}
