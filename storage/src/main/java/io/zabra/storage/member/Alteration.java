// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.storage.member;

import io.zabra.core.log.Entry;
import io.zabra.storage.DataFile;
import io.zabra.storage.Disk;
import io.zabra.storage.DiskFile;
import io.zabra.storage.LogReader;
import io.zabra.storage.Purge;
import io.zabra.storage.TxnLog;
import io.zabra.storage.member.MemberRecord.Change;
import io.zabra.storage.stream.Compression;
import java.io.IOException;
import java.util.List;

/// Carries out on the files what a [MemberRecord] says is being done to the past of a member.
///
/// [#finish] may be interrupted anywhere and called again, and comes to the same end. Nothing may be written to the log
/// between the record of a change and its end.
final class Alteration {

    /// What the entries of an installation lie in until it is finished; the zxid of the first follows.
    private static final String LOG_TEMPORARY = DataFile.TEMPORARY + "log.";

    private final Disk dataDisk;
    private final Disk logDisk;

    Alteration(Disk dataDisk, Disk logDisk) {
        this.dataDisk = dataDisk;
        this.logDisk = logDisk;
    }

    /// What a log that is cut behind `zxid` ends with: the last record that is not behind it, or a snapshot that goes
    /// further. Fails when there is neither.
    long endAt(long zxid) throws IOException {
        long end = -1;
        for (DataFile snapshot : DataFile.snapshots(dataDisk.list())) {
            if (snapshot.zxid() <= zxid) {
                end = Math.max(end, snapshot.zxid());
            }
        }
        for (DataFile log : DataFile.logs(logDisk.list()).reversed()) {
            if (log.zxid() <= zxid) {
                try (LogReader reader = LogReader.open(logDisk, log.name())) {
                    while (reader.next() && reader.zxid() <= zxid) {
                        end = Math.max(end, reader.zxid());
                    }
                }
                break;
            }
        }
        if (end < 0) {
            throw new IOException(logDisk.describe("") + ": nothing is left of the log at zxid 0x"
                    + Long.toHexString(zxid) + ", to which it is to be truncated.");
        }
        return end;
    }

    /// Puts the entries of an installation where [#finish] looks for them; durable on return. What an earlier
    /// installation has put aside goes.
    void stage(List<Entry> entries) throws IOException {
        removeStaged();
        Purge.forgetReplaced(dataDisk, logDisk);
        if (!entries.isEmpty()) {
            TxnLog.write(
                    logDisk, LOG_TEMPORARY + Long.toHexString(entries.getFirst().zxid()), entries);
        }
        logDisk.force();
        dataDisk.force();
    }

    /// Removes what an installation that was not begun has left.
    void removeStaged() throws IOException {
        for (String name : logDisk.list()) {
            if (name.startsWith(LOG_TEMPORARY)) {
                logDisk.delete(name);
            }
        }
    }

    /// Brings a change to its end; the record still has to tell so.
    void finish(Change change) throws IOException {
        switch (change) {
            case Change.None _, Change.Loss _ -> {}
            case Change.Truncation(long zxid) -> {
                truncate(zxid);
                restartMark(zxid, 0);
            }
            case Change.Installation(long number, long zxid, long last) -> {
                install(number, zxid, last);
                restartMark(last, zxid);
            }
        }
    }

    /// Sees to it that there is a mark beside the log, by which the folder can be told from an empty one.
    void mark(long lastZxid) throws IOException {
        if (!logDisk.list().contains(TxnLog.MARK)) {
            restartMark(lastZxid, 0);
        }
    }

    /// The mark beside the log speaks of records that are gone.
    private void restartMark(long lastZxid, long committed) throws IOException {
        TxnLog.open(logDisk, new TxnLog.Options(0, true, 1 << 16, 0), lastZxid, committed)
                .close();
    }

    private void truncate(long zxid) throws IOException {
        for (DataFile log : DataFile.logs(logDisk.list()).reversed()) {
            if (log.zxid() > zxid) {
                // One by one: what a crash leaves, also to a server of Apache's, has no holes.
                logDisk.delete(log.name());
                logDisk.force();
            } else {
                cut(log.name(), zxid);
                break;
            }
        }
        boolean removed = false;
        for (DataFile snapshot : DataFile.snapshots(dataDisk.list())) {
            if (snapshot.zxid() > zxid) {
                dataDisk.delete(snapshot.name());
                removed = true;
            }
        }
        if (removed) {
            dataDisk.force();
        }
        verify(zxid);
    }

    private void cut(String name, long zxid) throws IOException {
        long end = -1;
        try (LogReader reader = LogReader.open(logDisk, name)) {
            long last = -1;
            while (end < 0 && reader.next()) {
                if (reader.zxid() > zxid) {
                    end = reader.offset();
                } else {
                    last = reader.zxid();
                }
            }
            // What is no whole record behind the last one that stays was behind it, too.
            if (end < 0 && last == zxid && !(reader.end() instanceof LogReader.End.Clean)) {
                end = reader.end().offset();
            }
        }
        if (end >= 0) {
            try (DiskFile file = logDisk.open(name)) {
                file.truncate(end);
                file.force();
            }
        }
    }

    /// Reads what is left of the log's end.
    private void verify(long zxid) throws IOException {
        List<DataFile> logs = DataFile.logs(logDisk.list());
        if (logs.isEmpty()) {
            return;
        }
        try (LogReader reader = LogReader.open(logDisk, logs.getLast().name())) {
            boolean beyond = logs.getLast().zxid() > zxid;
            while (!beyond && reader.next()) {
                beyond = reader.zxid() > zxid;
            }
            if (beyond) {
                throw new IOException(logDisk.describe(logs.getLast().name()) + ": the log was truncated to zxid 0x"
                        + Long.toHexString(zxid) + ", but still has records behind it.");
            }
        }
    }

    private void install(long number, long zxid, long last) throws IOException {
        String target = DataFile.snapshotName(zxid, Compression.NONE);
        List<String> names = dataDisk.list();
        String received = StoredSnapshot.name(number);
        if (names.contains(received)) {
            dataDisk.rename(received, target);
            dataDisk.force();
        } else if (!names.contains(target)) {
            throw new IOException(dataDisk.describe(target) + ": the snapshot that was received is gone.");
        }
        installLog(zxid, last);
        for (DataFile snapshot : DataFile.snapshots(dataDisk.list())) {
            if (!snapshot.name().equals(target)) {
                dataDisk.rename(snapshot.name(), DataFile.REPLACED + snapshot.name());
            }
        }
        dataDisk.force();
    }

    /// The old logs have lost their names for good before the new one gets its name, so that what is there can be told
    /// apart.
    private void installLog(long zxid, long last) throws IOException {
        List<String> names = logDisk.list();
        String staged = null;
        for (String name : names) {
            if (name.startsWith(LOG_TEMPORARY)) {
                staged = name;
            }
        }
        boolean entries = last > zxid;
        if (entries && staged == null) {
            return;
        }
        for (DataFile log : DataFile.logs(names).reversed()) {
            logDisk.rename(log.name(), DataFile.REPLACED + log.name());
        }
        logDisk.force();
        if (entries && staged != null) {
            logDisk.rename(staged, "log." + staged.substring(LOG_TEMPORARY.length()));
            logDisk.force();
        }
    }
}
