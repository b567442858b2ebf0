// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.storage;

import io.zabra.core.log.Entry;
import io.zabra.core.log.History;
import io.zabra.core.log.Spans;
import io.zabra.core.log.Zxid;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;

/// What a member's recovery finds in the log beyond what it applies: a member cannot know whether the last records
/// of its log are committed. One object for one recovery.
public final class Unproven {

    /// What an entry costs besides its bytes, roughly.
    private static final int OVERHEAD_BYTES = 64;

    private static final long TAIL_BYTES_DEFAULT = 512L << 20;

    private static final long SCANNED_BYTES_MAX = 1L << 30;

    private final long wholeFrom;
    private final long tailBytesMax;
    private final List<Entry> tail = new ArrayList<>();
    private Spans spans = new Spans(0, 0);
    private long tailBytes;
    private long applied;

    /// @param wholeFrom behind this record nothing is known to be left out of the log
    /// @param tailBytesMax how much of the log is kept in memory; recovery refuses what goes beyond
    public Unproven(long wholeFrom, long tailBytesMax) {
        this.wholeFrom = wholeFrom;
        this.tailBytesMax = tailBytesMax;
    }

    /// With room for 512 MiB of records.
    public Unproven(long wholeFrom) {
        this(wholeFrom, TAIL_BYTES_DEFAULT);
    }

    /// What was found; only after the recovery has succeeded.
    ///
    /// @param byOthers whether a server of Apache's has written the folder. If it led and was not established, its
    ///     snapshot may hold transactions of its last epoch that no other server has.
    public History.Start start(boolean byOthers) {
        long epoch = Zxid.epoch(applied);
        // There is an epoch 0 only where no others are.
        long proven = byOthers && epoch > 0 ? Zxid.start(epoch - 1) : applied;
        return new History.Start(spans.base(), spans.spans(), applied, tail, proven, false);
    }

    long tailBytesMax() {
        return tailBytesMax;
    }

    /// @param read gets the zxid of each record that is read before the part of the log that is replayed
    void begin(Disk disk, List<DataFile> older, long snapshotZxid, LongConsumer read) throws IOException {
        tail.clear();
        tailBytes = 0;
        applied = snapshotZxid;
        spans = new Spans(Math.min(wholeFrom, snapshotZxid), snapshotZxid);
        scan(disk, older, read);
    }

    /// Finds out which records stand before the part of the log that is replayed. Not more than a limit: learners that
    /// lack more than that get a snapshot.
    private void scan(Disk disk, List<DataFile> older, LongConsumer read) throws IOException {
        long bytes = 0;
        int first = older.size();
        while (first > 0 && bytes <= SCANNED_BYTES_MAX) {
            first--;
            try (DiskFile file = disk.open(older.get(first).name())) {
                bytes += file.size();
            }
        }
        for (DataFile log : older.subList(first, older.size())) {
            try (LogReader reader = LogReader.open(disk, log.name())) {
                while (reader.next()) {
                    spans.record(reader.zxid());
                    read.accept(reader.zxid());
                }
                if (!(reader.end() instanceof LogReader.End.Clean)) {
                    spans.gap();
                }
            }
        }
    }

    /// The end of a file that is not the last cannot be read.
    void gap() {
        spans.gap();
    }

    void record(long zxid) {
        spans.record(zxid);
    }

    boolean pending(Entry entry) {
        tailBytes += OVERHEAD_BYTES + entry.bytes().length;
        tail.add(entry);
        return tailBytes <= tailBytesMax;
    }

    void end(long appliedZxid) {
        applied = appliedZxid;
        spans.end();
    }
}
