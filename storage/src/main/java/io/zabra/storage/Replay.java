// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.storage;

import static io.zabra.storage.Remedies.LOST_RECORDS;

import io.zabra.core.log.Entry;
import io.zabra.core.log.Overlap;
import io.zabra.core.log.Zxid;
import io.zabra.core.tree.DataTree;
import io.zabra.core.tree.Owners;
import io.zabra.core.tree.TreeOptions;
import io.zabra.storage.stream.BatchMark;
import io.zabra.wire.MalformedPacketException;
import io.zabra.wire.txn.CloseSessionTxn;
import io.zabra.wire.txn.CreateSessionTxn;
import io.zabra.wire.txn.CreateTtlTxn;
import io.zabra.wire.txn.CreateTxn;
import io.zabra.wire.txn.LoggedTxn;
import io.zabra.wire.txn.MultiTxn;
import io.zabra.wire.txn.Txn;
import io.zabra.wire.txn.TxnDigest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/// Brings one snapshot up to the end of the log, and judges on the way whether the log is whole. Changes no file.
///
/// Every zxid of an epoch is in the log, those of failed requests too, and an epoch starts at 1. So a zxid that is left
/// out means a file that was lost, and a damaged tail was never part of the history if the next file goes on where the
/// last good record ended.
final class Replay {

    /// Where the last log file has to be mended before it can be left behind.
    record Tail(DataFile log, LogReader.End end) {}

    private final Disk logDisk;
    private final TreeOptions options;
    private final DataTree tree;
    private final SortedMap<Long, Integer> sessionTimeoutsMs;
    private final SnapshotReader.@Nullable Digest snapshotDigest;
    private final List<RecoveryNote> notes = new ArrayList<>();
    private final long snapshotZxid;
    private final SyncMark.@Nullable Claim claim;
    private final @Nullable Unproven unproven;
    /// Behind this, records of a member stay out of the tree.
    private final long provenZxid;

    private long lastZxid;
    private long appliedZxid;
    private long replayed;
    /// The first since the tree was right.
    private RecoveryNote.@Nullable DigestMismatch mismatch;
    private @Nullable Tail tail;
    private @Nullable Tail tornBefore;
    private boolean recordsInTail;
    /// The highest zxid that was read.
    private long readZxid;

    private boolean repeats;

    /// @param unproven gets what may not be committed; null if everything is
    Replay(Disk logDisk, TreeOptions options, Snapshots.Loaded from, @Nullable Unproven unproven) throws IOException {
        this.unproven = unproven;
        this.claim = SyncMark.read(logDisk);
        this.logDisk = logDisk;
        this.options = options;
        this.tree = from.tree();
        this.sessionTimeoutsMs = from.sessionTimeoutsMs();
        this.snapshotZxid = tree.lastZxid();
        this.lastZxid = snapshotZxid;
        this.appliedZxid = snapshotZxid;
        this.snapshotDigest = comparable(from.digest(), lastZxid);
        this.provenZxid = unproven == null ? Long.MAX_VALUE : proven();
        if (snapshotDigest != null && snapshotDigest.zxid() == lastZxid) {
            compare(lastZxid, snapshotDigest.value());
        }
    }

    /// What is known to be committed. That a snapshot of Apache's holds parts of later transactions cannot be undone.
    private long proven() {
        long held = snapshotDigest == null ? snapshotZxid : Math.max(snapshotZxid, snapshotDigest.zxid());
        return claim == null ? held : Math.max(held, claim.committed());
    }

    long snapshotZxid() {
        return snapshotZxid;
    }

    /// Up to here the tree holds every record.
    long appliedZxid() {
        return appliedZxid;
    }

    long lastZxid() {
        return lastZxid;
    }

    long replayed() {
        return replayed;
    }

    List<RecoveryNote> notes() {
        List<RecoveryNote> all = new ArrayList<>(notes);
        if (mismatch != null) {
            all.add(mismatch);
        }
        return all;
    }

    /// Since when the tree has not been as it was foretold; null if it is.
    RecoveryNote.@Nullable DigestMismatch mismatch() {
        return mismatch;
    }

    /// How the last file ends; null if there is none.
    @Nullable
    Tail tail() {
        return tail;
    }

    /// Whether the last file has a record.
    boolean recordsInTail() {
        return recordsInTail;
    }

    /// Whether a record was met that is not behind those before it.
    boolean repeats() {
        return repeats;
    }

    /// The highest zxid that was met.
    long readZxid() {
        return readZxid;
    }

    /// The zxid that the snapshot may hold changes of, though the log does not reach it; 0 if there is no such.
    long zxidOutOfReach() {
        return snapshotDigest != null && snapshotDigest.zxid() > lastZxid ? snapshotDigest.zxid() : 0;
    }

    /// Replays the files from the one on that holds what follows the snapshot; null if all went well.
    Recovered.@Nullable Refused run(List<DataFile> logs) throws IOException {
        int first = 0;
        for (int i = 0; i < logs.size(); i++) {
            if (logs.get(i).zxid() <= lastZxid + 1) {
                first = i;
            }
        }
        if (unproven != null) {
            unproven.begin(logDisk, logs.subList(0, first), snapshotZxid, this::read);
        } else if (claim == null) {
            look(logs.subList(0, first));
        }
        for (int i = first; i < logs.size(); i++) {
            Recovered.Refused refused = file(logs.get(i), i == logs.size() - 1);
            if (refused != null) {
                return refused;
            }
        }
        if (unproven != null) {
            unproven.end(appliedZxid);
        }
        return null;
    }

    /// Another server may have left files that overlap: the last one is not the one with the last records then.
    private void look(List<DataFile> older) throws IOException {
        for (DataFile log : older) {
            try (LogReader reader = LogReader.open(logDisk, log.name())) {
                while (reader.next()) {
                    read(reader.zxid());
                }
            }
        }
    }

    private void read(long zxid) {
        repeats |= zxid <= readZxid;
        readZxid = Math.max(readZxid, zxid);
    }

    private Recovered.@Nullable Refused file(DataFile log, boolean last) throws IOException {
        recordsInTail = false;
        try (LogReader reader = LogReader.open(logDisk, log, claim)) {
            while (reader.next()) {
                Recovered.Refused refused = record(log, reader);
                if (refused != null) {
                    return refused;
                }
            }
            Recovered.Refused refused = end(log, reader, last);
            return refused == null && last && !recordsInTail ? begunTooFar(log) : refused;
        }
    }

    /// A log file is made when its first record is to be written, and when all before it was synced.
    private Recovered.@Nullable Refused begunTooFar(DataFile log) {
        boolean next = log.zxid() <= lastZxid + 1 || isFirstOfLaterEpoch(log.zxid());
        return next
                ? null
                : refused(
                        log,
                        0,
                        "the file was begun at zxid " + hex(log.zxid()) + ", but the log before it ends at "
                                + hex(lastZxid) + ".",
                        LOST_RECORDS);
    }

    private boolean isFirstOfLaterEpoch(long zxid) {
        return Zxid.epoch(zxid) > Zxid.epoch(lastZxid) && Zxid.counter(zxid) == 1;
    }

    private Recovered.@Nullable Refused end(DataFile log, LogReader reader, boolean last) throws IOException {
        LogReader.End end = reader.end();
        if (last) {
            tail = new Tail(log, end);
        } else if (unproven != null && !(end instanceof LogReader.End.Clean)) {
            unproven.gap();
        }
        return switch (end) {
            case LogReader.End.Clean _ -> null;
            case LogReader.End.Empty _ ->
                last ? null : refused(log, 0, "the file is empty, though there are later ones.", LOST_RECORDS);
            case LogReader.End.Corrupt corrupt ->
                refused(log, corrupt.offset(), "the log is corrupt: " + corrupt.reason() + ".", Remedies.CORRUPT);
            case LogReader.End.Torn _ -> {
                tornBefore = new Tail(log, end);
                yield null;
            }
            case LogReader.End.Unmarked _ -> {
                if (last) {
                    yield record(log, reader);
                }
                tornBefore = new Tail(log, end);
                yield null;
            }
        };
    }

    private Recovered.@Nullable Refused record(DataFile log, LogReader reader) {
        recordsInTail = true;
        long zxid = reader.zxid();
        read(zxid);
        Recovered.Refused refused = sequence(log, reader.offset(), zxid);
        if (refused != null) {
            return refused;
        }
        if (unproven != null) {
            unproven.record(zxid);
        }
        if (zxid <= snapshotZxid) {
            return null;
        }
        try {
            LoggedTxn logged = LoggedTxn.read(reader.bytes(), reader.from(), reader.to());
            String problem = problem(logged.header().clientId(), logged.txn());
            if (problem != null) {
                return refused(log, reader.offset(), problem, Remedies.UNREPLAYABLE);
            }
            if (zxid > provenZxid) {
                return pending(log, reader);
            }
            apply(logged);
            return null;
        } catch (MalformedPacketException e) {
            return refused(
                    log,
                    reader.offset(),
                    "the record is whole but cannot be understood: " + e.getMessage() + ".",
                    Remedies.CORRUPT);
        }
    }

    /// Checks that a record is the one that has to come next, if it is needed at all.
    private Recovered.@Nullable Refused sequence(DataFile log, long offset, long zxid) {
        if (zxid <= snapshotZxid && replayed == 0) {
            // The snapshot holds it. A torn tail before it is of no account either.
            tornBefore = null;
            return null;
        }
        Tail torn = tornBefore;
        tornBefore = null;
        boolean next = zxid == lastZxid + 1;
        if (torn != null && !next) {
            return refused(
                    torn.log(),
                    torn.end().offset(),
                    "the log is corrupt: a damaged record, though the next file goes on with zxid " + hex(zxid)
                            + " and the last good record is " + hex(lastZxid) + ".",
                    Remedies.CORRUPT);
        }
        if (torn != null) {
            notes.add(new RecoveryNote.OldTornTail(
                    logDisk.describe(torn.log().name()), torn.end().offset()));
        }
        if (next || isFirstOfLaterEpoch(zxid)) {
            return null;
        }
        String reason = zxid <= lastZxid
                ? "zxid " + hex(zxid) + " comes after " + hex(lastZxid) + "."
                : "records are missing: " + hex(zxid) + " follows " + hex(lastZxid) + ".";
        return refused(log, offset, reason, LOST_RECORDS);
    }

    private Recovered.@Nullable Refused pending(DataFile log, LogReader reader) {
        lastZxid = reader.zxid();
        replayed++;
        boolean taken = Objects.requireNonNull(unproven)
                .pending(new Entry(lastZxid, BatchMark.stripped(reader.bytes(), reader.from(), reader.to())));
        return taken
                ? null
                : refused(
                        log,
                        reader.offset(),
                        "the records behind " + hex(appliedZxid) + ", which may not be committed, take more than "
                                + unproven.tailBytesMax() + " bytes.",
                        Remedies.LONG_TAIL);
    }

    private void apply(LoggedTxn logged) {
        long zxid = logged.header().zxid();
        tree.replay(logged.header(), logged.txn());
        switch (logged.txn()) {
            case CreateSessionTxn session ->
                sessionTimeoutsMs.put(logged.header().clientId(), session.timeoutMs());
            case CloseSessionTxn _ -> sessionTimeoutsMs.remove(logged.header().clientId());
            default -> {}
        }
        lastZxid = zxid;
        appliedZxid = zxid;
        replayed++;
        SnapshotReader.Digest limit = snapshotDigest;
        // Up to here a snapshot of Apache's may hold some later changes already.
        Overlap overlap = new Overlap(limit == null ? 0 : limit.zxid());
        if (limit != null && overlap.covers(zxid)) {
            if (overlap.isOverAt(zxid)) {
                compare(zxid, limit.value());
            }
        } else if (logged.digest() != null && logged.digest().version() == TxnDigest.VERSION) {
            compare(zxid, logged.digest().digest());
        }
    }

    private void compare(long zxid, long expected) {
        if (!options.digestEnabled() || tree.digest() == expected) {
            // A snapshot may hold some of what comes behind it: the tree is right once all of that has come.
            mismatch = null;
        } else if (mismatch == null) {
            mismatch = new RecoveryNote.DigestMismatch(zxid, expected, tree.digest());
        }
    }

    /// A digest is of use if it was taken at the snapshot's zxid or, as Apache's may be, later.
    private static SnapshotReader.@Nullable Digest comparable(
            SnapshotReader.@Nullable Digest digest, long snapshotZxid) {
        boolean useful = digest != null
                && digest.version() == TxnDigest.VERSION
                && digest.zxid() > 0
                && digest.zxid() >= snapshotZxid;
        return useful ? digest : null;
    }

    /// What keeps a transaction from being applied; null if nothing does.
    private @Nullable String problem(long session, Txn txn) {
        return switch (txn) {
            case CreateTtlTxn create
            when create.ttlMs() <= 0 || create.ttlMs() > Owners.TTL_MS_MAX ->
                "the record creates " + create.path() + " with a time to live of " + create.ttlMs()
                        + " ms, which no server can apply: Apache's accepts such a request, stops at it, and cannot"
                        + " start again. No client was ever told that it succeeded.";
            case CreateTxn create
            when create.ephemeral()
                    && Owners.kind(session, options.extendedTypesEnabled(), options.emulate353Ttl())
                            == Owners.Kind.UNKNOWN ->
                "the owner of " + create.path() + ", " + hex(session) + ", is of an unknown extended type.";
            case MultiTxn multi -> problem(session, multi);
            default -> null;
        };
    }

    private @Nullable String problem(long session, MultiTxn multi) {
        if (multi.failed()) {
            return null;
        }
        for (MultiTxn.Op op : multi.ops()) {
            String problem = problem(session, op.txn());
            if (problem != null) {
                return problem;
            }
        }
        return null;
    }

    private Recovered.Refused refused(DataFile log, long offset, String reason, String remedy) {
        boolean damaged = Remedies.OF_DAMAGE.contains(remedy);
        return new Recovered.Refused(logDisk.describe(log.name()), offset, reason, remedy, damaged);
    }

    static String hex(long zxid) {
        return "0x" + Long.toHexString(zxid);
    }
}
