// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.storage.member;

import io.zabra.core.log.Epochs;
import io.zabra.core.log.History;
import io.zabra.core.log.Zxid;
import io.zabra.core.quorum.Quorums;
import io.zabra.core.tree.DataTree;
import io.zabra.storage.DataFile;
import io.zabra.storage.Disk;
import io.zabra.storage.EpochFiles;
import io.zabra.storage.Recovered;
import io.zabra.storage.Recovery;
import io.zabra.storage.RecoveryNote;
import io.zabra.storage.TxnLog;
import io.zabra.storage.Unproven;
import io.zabra.storage.member.MemberRecord.Change;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Restores a member of an ensemble from its folders.
///
/// First what was being done to its past is finished, and records on trial are forgotten; then [Recovery] reads
/// snapshot and log. The tree gets what is known to be committed; the rest of the log is handed to the core.
///
/// A folder of Apache's, or of a server that stood alone, is taken over as it is. So is one where a server of Apache's
/// has run since: its epochs are ahead then, and what was begun before it does not count any more.
public final class MemberRecovery {

    private static final long UNKNOWN = -1;
    private static final long UNREADABLE = -2;

    private static final String BAD_RECORD = "Nothing was changed. Start this member with an empty data folder, so that"
            + " it fetches everything from the others: it must not vote on what it has forgotten.";
    private static final String HALF_INSTALLED = "Nothing was changed. Start this member with an empty data folder, so"
            + " that it fetches everything from the others.";
    private static final String SHORT_LOG = "Nothing was changed. Put the missing log.* files back or, if the other"
            + " members are well, start this one with an empty data folder.";
    private static final String BAD_EPOCH = "Nothing was changed. The folder looks half copied: take all of it from one"
            + " backup or, if the other members are well, start this one with an empty data folder.";

    private final Disk dataDisk;
    private final Disk logDisk;
    private final Alteration alteration;
    /// Those of Apache's files that hold no number.
    private final TreeSet<String> unreadable = new TreeSet<>();

    private MemberRecovery(Disk dataDisk, Disk logDisk) {
        this.dataDisk = dataDisk;
        this.logDisk = logDisk;
        this.alteration = new Alteration(dataDisk, logDisk);
    }

    /// Recovers from the folder of the snapshots and that of the logs, which may be the same object. Fails when the
    /// disk does.
    ///
    /// @param tailBytesMax how much of the log may be left to the core, in bytes; more is refused
    public static MemberRecovered recover(Disk dataDisk, Disk logDisk, Recovery.Options options, long tailBytesMax)
            throws IOException {
        return new MemberRecovery(dataDisk, logDisk).run(options, tailBytesMax);
    }

    /// Recovers a member whose folders were refused as damaged: as one that has nothing, and knows that it has lost it.
    /// Its word does not count until it has got everything from a leader. What it has promised is kept, as far as it
    /// can be read, and so are the files, under other names that begin with `damaged.`; those of an earlier damage go.
    public static MemberRecovered recoverLost(Disk dataDisk, Disk logDisk, Recovery.Options options)
            throws IOException {
        MemberRecovery recovery = new MemberRecovery(dataDisk, logDisk);
        Loss.forget(dataDisk);
        Loss.forget(logDisk);
        var record = new MemberRecord(recovery.promised(), 0, 0, new Change.Loss(), recovery.members(), false);
        record.write(dataDisk);
        return recovery.fenced(record, options);
    }

    private @Nullable Quorums members() throws IOException {
        try {
            MemberRecord stored = MemberRecord.read(dataDisk);
            return stored == null ? null : stored.members();
        } catch (MemberRecord.DamagedException _) {
            // The configuration file tells who they are.
            return null;
        }
    }

    private Epochs promised() throws IOException {
        long accepted = Math.max(0, number(EpochFiles.ACCEPTED));
        long current = Math.max(0, number(EpochFiles.CURRENT));
        try {
            MemberRecord stored = MemberRecord.read(dataDisk);
            if (stored != null) {
                accepted = Math.max(accepted, stored.epochs().accepted());
                current = Math.max(current, stored.epochs().current());
            }
        } catch (MemberRecord.DamagedException _) {
            // The files of Apache's are written right after it.
            return new Epochs(Math.max(accepted, current), current);
        }
        return new Epochs(Math.max(accepted, current), current);
    }

    private MemberRecovered fenced(MemberRecord record, Recovery.Options options) throws IOException {
        Loss.setAside(dataDisk);
        Loss.setAside(logDisk);
        export(dataDisk, record.epochs());
        alteration.removeStaged();
        List<RecoveryNote> notes = unreadableFiles();
        notes.add(new RecoveryNote.Fenced(Loss.kept(dataDisk, logDisk)));
        var nothing = new Recovered.Restored(DataTree.fresh(options.tree()), new TreeMap<>(), 0, 0, 0, notes);
        return new MemberRecovered.Restored(nothing, History.Start.afterLoss(), record);
    }

    /// What keeps the folder from being used by a server that is no member, as the end of a sentence; null if nothing
    /// does.
    public static @Nullable String unfinished(Disk dataDisk) throws IOException {
        MemberRecord record;
        try {
            record = MemberRecord.read(dataDisk);
        } catch (MemberRecord.DamagedException _) {
            return "has lost the record of what it has promised";
        }
        if (record == null || new MemberRecovery(dataDisk, dataDisk).isBehind(record.epochs())) {
            return null;
        }
        if (record.change() instanceof Change.Loss) {
            return "has lost what it had, and has not got it back from the others yet";
        }
        if (!record.change().equals(MemberRecord.NONE)) {
            return "was truncating its log, or installing the snapshot of its leader";
        }
        if (record.onTrial()) {
            return "has records in its log that its leader may not have confirmed";
        }
        // Alone it would give numbers to its transactions that the others may give to theirs.
        Quorums members = record.members();
        boolean alone = members == null
                ? record.epochs().current() == 0
                : members.next() == null && members.committed().members().size() == 1;
        return alone ? null : "has other servers (remove " + MemberRecord.NAME + " if it shall go on without them)";
    }

    private MemberRecovered run(Recovery.Options options, long tailBytesMax) throws IOException {
        MemberRecord stored;
        try {
            stored = MemberRecord.read(dataDisk);
        } catch (MemberRecord.DamagedException _) {
            return refused(MemberRecord.NAME, "what this member has promised cannot be read.", BAD_RECORD);
        }
        MemberRecord own = stored == null || isBehind(stored.epochs()) ? null : stored;
        if (own != null && own.change() instanceof Change.Loss) {
            return fenced(own, options);
        }
        if (own != null) {
            // It is made before the record, and stays as long as the log.
            if (!logDisk.list().contains(TxnLog.MARK)) {
                return refused(
                        logDisk,
                        TxnLog.MARK,
                        "the file is gone: what this member has logged cannot be relied on.",
                        SHORT_LOG);
            }
            own = finish(own);
        } else if (stored != null && stored.change() instanceof Change.Installation) {
            return refused(
                    MemberRecord.NAME,
                    "a snapshot was being installed when another server began to use this folder.",
                    HALF_INSTALLED);
        }
        Unproven unproven = new Unproven(own == null ? Long.MAX_VALUE : own.wholeFrom(), tailBytesMax);
        Recovered recovered = Recovery.recover(dataDisk, logDisk, options, unproven);
        if (!(recovered instanceof Recovered.Restored restored)) {
            var reason = (Recovered.Refused) recovered;
            return new MemberRecovered.Refused(reason, reason.damaged() && (stored != null || lostAllButTheLog()));
        }
        return judged(restored, unproven, stored, own);
    }

    /// @param own what is stored, if that counts
    private MemberRecovered judged(
            Recovered.Restored restored, Unproven unproven, @Nullable MemberRecord stored, @Nullable MemberRecord own)
            throws IOException {
        MemberRecord record = own != null ? own : adopted(restored, stored);
        boolean byZabra = logDisk.list().contains(TxnLog.MARK);
        if (own == null && !unreadable.isEmpty()) {
            String file = unreadable.first();
            return new MemberRecovered.Refused(
                    new Recovered.Refused(dataDisk.describe(file), -1, "should hold a number.", BAD_EPOCH, true),
                    stored != null || byZabra);
        }
        if (own != null && restored.lastZxid() < own.trialStart()) {
            return refused(
                    MemberRecord.NAME,
                    "the log once went to 0x" + Long.toHexString(own.trialStart()) + ", but ends at 0x"
                            + Long.toHexString(restored.lastZxid()) + ".",
                    SHORT_LOG);
        }
        if (record == null || Zxid.epoch(restored.lastZxid()) > record.epochs().current()) {
            return refused(
                    EpochFiles.CURRENT,
                    "the log or the newest snapshot goes up to zxid 0x" + Long.toHexString(restored.lastZxid())
                            + ", which is of a later epoch.",
                    BAD_EPOCH);
        }
        List<RecoveryNote> notes = unreadableFiles();
        if (stored == null && byZabra) {
            notes.add(new RecoveryNote.MemberRecordMissing(dataDisk.describe(MemberRecord.NAME)));
        }
        boolean misfit = restored.notes().stream().anyMatch(RecoveryNote.DigestMismatch.class::isInstance);
        if (misfit && !record.suspect()) {
            record = record.withSuspectTree();
        } else if (record.suspect()) {
            notes.add(new RecoveryNote.TreeSuspected(dataDisk.describe(MemberRecord.NAME)));
        }
        if (own == null) {
            alteration.mark(restored.lastZxid());
        }
        if (!record.equals(own)) {
            record.write(dataDisk);
        }
        export(dataDisk, record.epochs());
        alteration.removeStaged();
        return new MemberRecovered.Restored(
                restored.with(notes), unproven.start(own == null).suspected(record.suspect()), record);
    }

    /// Whether the folder of the snapshots was lost, and that of the logs was not, as when they are on two disks.
    private boolean lostAllButTheLog() throws IOException {
        return DataFile.snapshots(dataDisk.list()).isEmpty() && logDisk.list().contains(TxnLog.MARK);
    }

    private List<RecoveryNote> unreadableFiles() {
        List<RecoveryNote> notes = new ArrayList<>();
        unreadable.forEach(name -> notes.add(new RecoveryNote.EpochFileUnreadable(dataDisk.describe(name))));
        return notes;
    }

    /// Whether a server of Apache's has gone further. All servers accept an epoch before they enter it: a file that
    /// says otherwise is damaged.
    private boolean isBehind(Epochs epochs) throws IOException {
        long accepted = number(EpochFiles.ACCEPTED);
        long current = number(EpochFiles.CURRENT);
        if (current > epochs.current() && accepted >= 0 && current > accepted) {
            unreadable.add(EpochFiles.CURRENT);
            return accepted > epochs.accepted();
        }
        return accepted > epochs.accepted() || current > epochs.current();
    }

    private MemberRecord finish(MemberRecord stored) throws IOException {
        MemberRecord record = stored;
        if (!record.change().equals(MemberRecord.NONE)) {
            record = finished(record);
        }
        if (record.onTrial()) {
            record = record.with(new Change.Truncation(record.trialStart()));
            record.write(dataDisk);
            record = finished(record);
        }
        return record;
    }

    private MemberRecord finished(MemberRecord begun) throws IOException {
        alteration.finish(begun.change());
        MemberRecord done = begun.with(MemberRecord.NONE);
        done.write(dataDisk);
        return done;
    }

    /// The first record of a folder that others have written; null if its files contradict each other.
    private @Nullable MemberRecord adopted(Recovered.Restored restored, @Nullable MemberRecord stored)
            throws IOException {
        Epochs known = stored == null ? new Epochs(0, 0) : stored.epochs();
        long lastEpoch = Zxid.epoch(restored.lastZxid());
        long current = number(EpochFiles.CURRENT);
        if (current == UNKNOWN) {
            current = lastEpoch;
        } else if (current < lastEpoch) {
            current = number(EpochFiles.CURRENT_UNFINISHED);
        }
        if (current < lastEpoch) {
            return null;
        }
        current = Math.max(current, known.current());
        long accepted = Math.max(Math.max(number(EpochFiles.ACCEPTED), known.accepted()), current);
        // Later members that Apache's server was told of stand beside its settings.
        return new MemberRecord(
                new Epochs(accepted, current),
                restored.lastZxid(),
                restored.snapshotZxid(),
                MemberRecord.NONE,
                stored == null ? null : stored.members(),
                false);
    }

    /// Tells Apache's server, should it take the folder over. The accepted epoch is never below the current one.
    static void export(Disk dataDisk, Epochs epochs) throws IOException {
        export(dataDisk, EpochFiles.ACCEPTED, epochs.accepted());
        export(dataDisk, EpochFiles.CURRENT, epochs.current());
    }

    private static void export(Disk dataDisk, String name, long epoch) throws IOException {
        if (number(dataDisk, name) != epoch) {
            EpochFiles.write(dataDisk, name, epoch);
        }
    }

    private long number(String name) throws IOException {
        long number = number(dataDisk, name);
        if (number == UNREADABLE && !name.equals(EpochFiles.CURRENT_UNFINISHED)) {
            unreadable.add(name);
        }
        return Math.max(UNKNOWN, number);
    }

    private static long number(Disk dataDisk, String name) throws IOException {
        try {
            Long number = EpochFiles.read(dataDisk, name);
            return number == null ? UNKNOWN : number;
        } catch (EpochFiles.DamagedException _) {
            return UNREADABLE;
        }
    }

    private MemberRecovered.Refused refused(String name, String reason, String remedy) {
        return refused(dataDisk, name, reason, remedy);
    }

    private static MemberRecovered.Refused refused(Disk disk, String name, String reason, String remedy) {
        return new MemberRecovered.Refused(new Recovered.Refused(disk.describe(name), -1, reason, remedy, true), true);
    }
}
