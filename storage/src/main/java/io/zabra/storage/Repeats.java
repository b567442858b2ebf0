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
/// or the new one, or both where the new one has another name: then the work begins again.
final class Repeats {

    private static final int BUFFER_BYTES = 64 << 10;

    private static final String NEW_FILE = DataFile.TEMPORARY + "repeats";

    private final Disk disk;
    private final List<RecoveryNote> notes = new ArrayList<>();

    private Repeats(Disk disk) {
        this.disk = disk;
    }

    /// Takes out whatever comes again.
    ///
    /// @return a note for each file that was changed; none if there was nothing to do, or it cannot be done
    static List<RecoveryNote> remove(Disk disk) throws IOException {
        Repeats repeats = new Repeats(disk);
        if (disk.list().contains(NEW_FILE)) {
            disk.delete(NEW_FILE);
        }
        while (repeats.removeFromOneFile()) {
            disk.force();
        }
        return repeats.notes;
    }

    private boolean removeFromOneFile() throws IOException {
        List<DataFile> logs = DataFile.logs(disk.list());
        long last = 0;
        for (int i = 0; i < logs.size(); i++) {
            try (var scan = new Scan(logs.subList(0, i + 1), last)) {
                scan.run();
                if (!scan.repeats.isEmpty()) {
                    return scan.allSame && replace(logs.get(i), scan.repeats);
                }
                last = scan.last;
            }
        }
        return false;
    }

    /// Reads a file from end to end, and beside it those before it, for what was there already.
    private final class Scan implements AutoCloseable {

        private final List<DataFile> logs;
        private final DataFile log;
        /// The highest zxid so far.
        private long last;

        private boolean allSame = true;
        private boolean byZabra;
        /// Where repeated records start in the file.
        private final List<Long> repeats = new ArrayList<>();
        /// The record that the current one repeats.
        private @Nullable LogReader earlier;

        private @Nullable DataFile earlierLog;

        Scan(List<DataFile> logs, long last) {
            this.logs = logs;
            this.log = logs.getLast();
            this.last = last;
        }

        void run() throws IOException {
            try (LogReader reader = LogReader.open(disk, log.name())) {
                while (reader.next()) {
                    byZabra |= BatchMark.ends(reader.bytes(), reader.from(), reader.to());
                    if (reader.zxid() > last) {
                        last = reader.zxid();
                    } else {
                        repeats(reader);
                    }
                }
                switch (reader.end()) {
                    case LogReader.End.Clean _, LogReader.End.Empty _, LogReader.End.Torn _ -> {}
                    case LogReader.End.Unmarked _ -> {
                        if (reader.zxid() <= last) {
                            repeats(reader);
                        }
                    }
                    case LogReader.End.Corrupt _ -> allSame = false;
                }
            }
            allSame &= !byZabra;
        }

        private void repeats(LogReader reader) throws IOException {
            repeats.add(reader.offset());
            allSame &= findEarlier(reader.zxid(), reader.offset()) && same(reader);
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
        boolean failed = txn instanceof MultiTxn(List<MultiTxn.Op> parts)
                && parts.stream().anyMatch(part -> part.txn() instanceof ErrorTxn);
        return new LoggedTxn(logged.header(), failed ? new ErrorTxn(0) : txn, null).encode();
    }

    private boolean replace(DataFile log, List<Long> repeats) throws IOException {
        String name = writeRest(log, repeats);
        if (name == null) {
            disk.delete(NEW_FILE);
            disk.delete(log.name());
        } else {
            disk.rename(NEW_FILE, name);
            if (!name.equals(log.name())) {
                disk.force();
                disk.delete(log.name());
            }
        }
        notes.add(new RecoveryNote.RepeatsRemoved(disk.describe(log.name()), repeats.size()));
        return true;
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
            if (!(reader.end() instanceof LogReader.End.Clean) && next == repeats.size()) {
                // Recovery judges the rest of a record as it does in any other file.
                name = name == null ? log.name() : name;
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
