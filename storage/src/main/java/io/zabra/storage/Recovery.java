// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.storage;

import io.zabra.core.log.Zxid;
import io.zabra.core.tree.DataTree;
import io.zabra.core.tree.FrozenTree;
import io.zabra.core.tree.Owners;
import io.zabra.core.tree.TreeOptions;
import io.zabra.storage.stream.Compression;
import io.zabra.wire.MalformedPacketException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Restores the state of a server from its folders: the newest snapshot that loads, and the log behind it.
///
/// The result is every acknowledged transaction, or a refusal; nothing is given up silently. First everything is
/// read and judged, then the disk is changed, and only to mend the tail of the log; but what a server of Apache's has
/// logged twice is taken out before, see [Repeats]. A crash on the way leaves a folder from which recovery comes to the
/// same result. What recovery has read of the log is durable when it returns, even if
/// the server that wrote it crashed before its sync.
public final class Recovery {

    /// What recovery may do.
    ///
    /// @param tree how the tree is to be read
    /// @param trustEmptySnapshot take logs without any snapshot as the whole history (`snapshot.trust.empty`)
    /// @param emptyAllowed make an empty tree in a new folder (`db.autocreate`, or the `initialize` file)
    /// @param compression of a snapshot that recovery has to write
    public record Options(TreeOptions tree, boolean trustEmptySnapshot, boolean emptyAllowed, Compression compression) {

        public static Options defaults() {
            return new Options(TreeOptions.defaults(), false, true, Compression.NONE);
        }
    }

    private static final int PIECE_BYTES = 64 << 10;

    /// How many snapshots are tried besides one that leads to a wrong tree: each is read, and all of the log behind it.
    private static final int OLDER_MAX = 3;

    private final Disk dataDisk;
    private final Disk logDisk;
    private final Options options;
    private final @Nullable Unproven unproven;
    private final List<RecoveryNote> notes = new ArrayList<>();
    private final List<RecoveryNote> repeatsRemoved = new ArrayList<>();
    /// How many snapshots have led to a wrong tree.
    private int misfits;

    private Recovery(Disk dataDisk, Disk logDisk, Options options, @Nullable Unproven unproven) {
        this.dataDisk = dataDisk;
        this.logDisk = logDisk;
        this.options = options;
        this.unproven = unproven;
    }

    /// Recovers from the folder of the snapshots and that of the logs, which may be the same object. Fails when the
    /// disk does; files with wrong contents are a [Recovered.Refused].
    public static Recovered recover(Disk dataDisk, Disk logDisk, Options options) throws IOException {
        return new Recovery(dataDisk, logDisk, options, null).run();
    }

    /// Recovers a member of an ensemble: the tree of [Recovered.Restored] holds what is known to be committed, and
    /// `unproven` gets the rest. Sessions that do not exist keep their nodes: only a transaction can remove them from
    /// all members.
    public static Recovered recover(Disk dataDisk, Disk logDisk, Options options, Unproven unproven)
            throws IOException {
        return new Recovery(dataDisk, logDisk, options, unproven).run();
    }

    private Recovered run() throws IOException {
        Recovered recovered = null;
        while (recovered == null) {
            recovered = attempt();
        }
        boolean changed = recovered instanceof Recovered.Refused && !repeatsRemoved.isEmpty();
        return changed ? withoutRepeats((Recovered.Refused) recovered) : recovered;
    }

    /// What was found is told even if it helps nobody.
    private Recovered withoutRepeats(Recovered.Refused refused) {
        return new Recovered.Refused(
                refused.file(),
                refused.offset(),
                refused.reason(),
                refused.remedy()
                        .replace(
                                "Nothing was changed.",
                                "Nothing was changed, but that records which were logged twice were taken out of "
                                        + repeatsRemoved.size() + " log files."),
                refused.damaged());
    }

    /// Null if the log was changed, and all has to be read again.
    private @Nullable Recovered attempt() throws IOException {
        List<String> dataNames = dataDisk.list();
        List<String> logNames = logDisk.list();
        List<DataFile> snapshots = DataFile.snapshots(dataNames);
        List<DataFile> logs = DataFile.logs(logNames);
        if (dataDisk != logDisk
                && (!DataFile.snapshots(logNames).isEmpty()
                        || !DataFile.logs(dataNames).isEmpty())) {
            return refused(dataDisk, "", "the folders of snapshots and logs are mixed up.", Remedies.MIXED);
        }
        if (!snapshots.isEmpty()) {
            return fromSnapshots(snapshots, logs);
        }
        if (!logs.isEmpty()) {
            return options.trustEmptySnapshot()
                    ? fromLogs(logs)
                    : refused(
                            logDisk,
                            logs.getFirst().name(),
                            "there are transaction logs, but no snapshot to start from.",
                            Remedies.NO_SNAPSHOT);
        }
        return fromNothing(dataNames, logNames);
    }

    private Recovered fromNothing(List<String> dataNames, List<String> logNames) throws IOException {
        String trace = logNames.contains(SyncMark.NAME)
                ? SyncMark.NAME
                : EpochFiles.NAMES.stream()
                        .filter(dataNames::contains)
                        .findFirst()
                        .orElse(null);
        if (trace != null) {
            return refused(
                    trace.equals(SyncMark.NAME) ? logDisk : dataDisk,
                    trace,
                    "the folder was in use, but all its snapshots and logs are gone.",
                    Remedies.EMPTIED);
        }
        if (!options.emptyAllowed()) {
            return refused(logDisk, "", "the folder holds no data.", Remedies.EMPTY_NOT_ALLOWED);
        }
        removeTemporaries(dataNames);
        DataTree tree = DataTree.fresh(options.tree());
        SortedMap<Long, Integer> sessions = new TreeMap<>();
        writeSnapshot(tree, sessions);
        notes.add(new RecoveryNote.StartedEmpty());
        return new Recovered.Restored(tree, sessions, 0, 0, 0, notes);
    }

    private @Nullable Recovered fromLogs(List<DataFile> logs) throws IOException {
        var fresh = new Snapshots.Loaded(DataTree.fresh(options.tree()), new TreeMap<>(), null);
        Replay replay = new Replay(logDisk, options.tree(), fresh, unproven);
        Recovered.Refused refused = replay.run(logs);
        if (replay.repeats() && removeRepeats()) {
            return null;
        }
        return refused != null ? refused : finish(fresh, replay, List.of());
    }

    /// After this all is to be read again.
    private boolean removeRepeats() throws IOException {
        List<RecoveryNote> removed = Repeats.remove(logDisk);
        if (removed.isEmpty()) {
            return false;
        }
        repeatsRemoved.addAll(removed);
        notes.clear();
        notes.addAll(repeatsRemoved);
        return true;
    }

    /// From the newest snapshot that can be used. If that leads to another tree than the log foretells, one of the few
    /// before it may lead to the right one; if none does, it is used all the same.
    private @Nullable Recovered fromSnapshots(List<DataFile> snapshots, List<DataFile> logs) throws IOException {
        List<RecoveryNote> before = List.copyOf(notes);
        misfits = 0;
        Recovered fitting = fromSnapshots(snapshots, logs, true);
        if (misfits == 0 || !(fitting instanceof Recovered.Refused)) {
            return fitting;
        }
        notes.clear();
        notes.addAll(before);
        return fromSnapshots(snapshots, logs, false);
    }

    /// @param fitting whether a snapshot that leads to another tree than the log foretells is not used
    private @Nullable Recovered fromSnapshots(List<DataFile> snapshots, List<DataFile> logs, boolean fitting)
            throws IOException {
        List<DataFile> skipped = new ArrayList<>();
        for (DataFile snapshot : snapshots.reversed()) {
            Snapshots.Loaded loaded = misfits > OLDER_MAX && fitting ? null : loaded(snapshot);
            if (loaded != null) {
                Replay replay = new Replay(logDisk, options.tree(), loaded, unproven);
                Recovered.Refused refused = replay.run(logs);
                if (replay.repeats() && removeRepeats()) {
                    return null;
                }
                if (refused != null) {
                    return refused;
                }
                String trouble = trouble(replay, fitting);
                if (trouble == null) {
                    return finish(loaded, replay, skipped);
                }
                skip(snapshot, trouble);
            }
            skipped.add(snapshot);
        }
        return refused(
                dataDisk,
                snapshots.getLast().name(),
                "none of the snapshots can be used: " + skipped() + ".",
                Remedies.SNAPSHOTS);
    }

    /// Why the snapshot cannot be used; null if it can.
    private @Nullable String trouble(Replay replay, boolean fitting) {
        long missing = replay.zxidOutOfReach();
        if (missing != 0) {
            return "it was written while the tree changed and needs the log up to zxid " + Replay.hex(missing)
                    + ", which ends at " + Replay.hex(replay.lastZxid());
        }
        RecoveryNote.DigestMismatch mismatch = fitting ? replay.mismatch() : null;
        if (mismatch == null) {
            return null;
        }
        misfits++;
        return "the tree that it leads to is not the one that the writer of the log had at zxid "
                + Replay.hex(mismatch.zxid());
    }

    private String skipped() {
        List<String> texts = new ArrayList<>();
        for (RecoveryNote note : notes) {
            if (note instanceof RecoveryNote.SnapshotSkipped(String file, String reason)) {
                texts.add(file + " (" + reason + ")");
            }
        }
        return String.join("; ", texts);
    }

    private Snapshots.@Nullable Loaded loaded(DataFile snapshot) {
        try {
            return Snapshots.load(dataDisk, snapshot, options.tree());
        } catch (IOException | MalformedPacketException e) {
            skip(snapshot, Snapshots.reason(e));
            return null;
        }
    }

    private void skip(DataFile snapshot, String reason) {
        notes.add(new RecoveryNote.SnapshotSkipped(dataDisk.describe(snapshot.name()), reason));
    }

    /// Judges the whole; only then changes the disk.
    private Recovered finish(Snapshots.Loaded loaded, Replay replay, List<DataFile> skipped) throws IOException {
        Recovered.Refused refused = lost(replay.lastZxid(), skipped);
        if (replay.readZxid() > replay.lastZxid()) {
            refused = refused(
                    logDisk,
                    "",
                    "the log files overlap: there are records up to " + Replay.hex(replay.readZxid())
                            + ", but the last file ends at " + Replay.hex(replay.lastZxid()) + ".",
                    Remedies.LOST_RECORDS);
        }
        if (refused == null) {
            refused = timeToLive(loaded);
        }
        if (refused != null) {
            return refused;
        }
        notes.addAll(replay.notes());
        noteWhatCannotBeChecked(replay.snapshotZxid());
        removeTemporaries(dataDisk.list());
        if (replay.tail() != null) {
            mend(replay.tail(), replay.recordsInTail());
        }
        if (unproven == null) {
            removeOrphans(loaded);
        }
        return new Recovered.Restored(
                loaded.tree(),
                loaded.sessionTimeoutsMs(),
                replay.lastZxid(),
                replay.snapshotZxid(),
                replay.replayed(),
                notes);
    }

    private void noteWhatCannotBeChecked(long snapshotZxid) throws IOException {
        List<String> names = logDisk.list();
        boolean marked = names.contains(SyncMark.NAME);
        if (marked && SyncMark.read(logDisk) == null) {
            notes.add(new RecoveryNote.SyncMarkUnreadable(logDisk.describe(SyncMark.NAME)));
        }
        if (!marked && snapshotZxid > 0 && DataFile.logs(names).isEmpty()) {
            List<DataFile> snapshots = DataFile.snapshots(dataDisk.list());
            notes.add(new RecoveryNote.SnapshotWithoutLog(
                    dataDisk.describe(snapshots.getLast().name())));
        }
    }

    /// Refuses when something shows that the history once went further than the log does now.
    private Recovered.@Nullable Refused lost(long lastZxid, List<DataFile> skipped) throws IOException {
        SyncMark.Claim claim = SyncMark.read(logDisk);
        if (claim != null && claim.zxid() > lastZxid) {
            return refused(
                    logDisk,
                    SyncMark.NAME,
                    "records up to " + Replay.hex(claim.zxid()) + " were synced to the log, but it ends at "
                            + Replay.hex(lastZxid) + ".",
                    Remedies.MARK);
        }
        for (DataFile snapshot : skipped) {
            // A new leader of Apache's may take a snapshot at the very start of its epoch, when the log has nothing
            // yet.
            boolean epochStart = Zxid.counter(snapshot.zxid()) == 0;
            if (snapshot.zxid() > lastZxid && !epochStart) {
                return refused(
                        dataDisk,
                        snapshot.name(),
                        "the snapshot cannot be used, and the log ends before it, at " + Replay.hex(lastZxid) + ".",
                        Remedies.SNAPSHOTS);
            }
        }
        return null;
    }

    /// Refuses to take time-to-live nodes for the ephemeral ones of unknown sessions, which would be deleted.
    private Recovered.@Nullable Refused timeToLive(Snapshots.Loaded loaded) {
        if (options.tree().extendedTypesEnabled()) {
            return null;
        }
        for (long owner : loaded.tree().ephemeralOwners()) {
            if (Owners.looksLikeTtl(owner) && !loaded.sessionTimeoutsMs().containsKey(owner)) {
                List<String> paths = loaded.tree().ephemerals(owner);
                return refused(
                        dataDisk,
                        "",
                        "there are znodes with a time to live, such as " + paths.getFirst()
                                + ", but extendedTypesEnabled is off.",
                        Remedies.TTL);
            }
        }
        return null;
    }

    /// Makes the last log file one that ends in a whole record, or in padding, and durable.
    private void mend(Replay.Tail tail, boolean hasRecords) throws IOException {
        String name = tail.log().name();
        LogReader.End end = tail.end();
        if (!hasRecords) {
            if (end instanceof LogReader.End.Torn torn) {
                try (DiskFile file = logDisk.open(name)) {
                    noteTornTail(name, file, torn);
                }
            }
            // Also when it ends well: a file with this name stands where the next log will start.
            logDisk.delete(name);
            logDisk.force();
            notes.add(new RecoveryNote.EmptyLogRemoved(logDisk.describe(name)));
            return;
        }
        try (DiskFile file = logDisk.open(name)) {
            switch (end) {
                case LogReader.End.Torn torn -> {
                    noteTornTail(name, file, torn);
                    file.truncate(torn.offset());
                }
                case LogReader.End.Unmarked unmarked -> {
                    file.write(unmarked.markAt(), new byte[] {TxnLog.END_OF_RECORD}, 0, 1);
                    notes.add(new RecoveryNote.EndMarkRestored(logDisk.describe(name), unmarked.offset()));
                }
                case LogReader.End.Clean _, LogReader.End.Empty _, LogReader.End.Corrupt _ -> {}
            }
            // Records that another process left in the cache of the system are served from now on: they must last.
            file.force();
        }
        logDisk.force();
    }

    private void noteTornTail(String name, DiskFile file, LogReader.End.Torn torn) throws IOException {
        byte[] piece = new byte[PIECE_BYTES];
        long end = torn.offset();
        long at = torn.offset();
        int count = file.read(at, piece, 0, piece.length);
        while (count > 0) {
            for (int i = 0; i < count; i++) {
                end = piece[i] == 0 ? end : at + i + 1;
            }
            at += count;
            count = file.read(at, piece, 0, piece.length);
        }
        notes.add(new RecoveryNote.TornTail(logDisk.describe(name), torn.offset(), end - torn.offset(), torn.reason()));
    }

    /// Deletes what sessions own that do not exist. No transaction tells of it, so a snapshot has to.
    private void removeOrphans(Snapshots.Loaded loaded) throws IOException {
        boolean removed = false;
        for (long owner : loaded.tree().ephemeralOwners()) {
            if (!loaded.sessionTimeoutsMs().containsKey(owner)) {
                notes.add(new RecoveryNote.OrphansRemoved(owner, loaded.tree().removeEphemerals(owner)));
                removed = true;
            }
        }
        if (removed) {
            writeSnapshot(loaded.tree(), loaded.sessionTimeoutsMs());
        }
    }

    private void writeSnapshot(DataTree tree, SortedMap<Long, Integer> sessions) throws IOException {
        try (FrozenTree frozen = tree.freeze()) {
            new Snapshots(dataDisk, options.compression())
                    .write(new SnapshotImage(frozen, sessions), Snapshots.Pace.FULL);
        }
    }

    private void removeTemporaries(List<String> names) throws IOException {
        for (String name : names) {
            if (name.startsWith(DataFile.TEMPORARY)) {
                dataDisk.delete(name);
            }
        }
    }

    private static Recovered.Refused refused(Disk disk, String name, String reason, String remedy) {
        return new Recovered.Refused(disk.describe(name), -1, reason, remedy, Remedies.OF_DAMAGE.contains(remedy));
    }
}
