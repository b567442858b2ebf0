// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.storage.member;

import io.zabra.core.base.Invariant;
import io.zabra.core.log.Entry;
import io.zabra.core.log.Epochs;
import io.zabra.core.log.ReceivedSnapshot;
import io.zabra.core.log.Zxid;
import io.zabra.core.quorum.Quorums;
import io.zabra.storage.Disk;
import io.zabra.storage.TxnLog;
import io.zabra.storage.WriteAheadLog;
import io.zabra.storage.member.MemberRecord.Change;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// All that a member asks of its disk, in one order: what stands behind [io.zabra.core.log.Journal]. Used by one
/// thread, which carries out the calls of the core in the order in which they were made.
///
/// Each call has happened when it returns, but for [#append], which [#sync] makes durable, and [#committed]. Each
/// happens as a whole or not at all, wherever the process ends; [MemberRecovery] sees to that.
///
/// A [Disk.NoSpaceException] changes nothing: the same call may be repeated, and nothing else may be done before. Any
/// other failure is final: every later call fails, and the process has to end. There is one object for the life of a
/// process: a role that ends leaves nothing behind that could still be written, since what follows it, a truncation
/// for instance, comes after it in the one order.
public final class MemberLog implements WriteAheadLog {

    private final Disk dataDisk;
    private final Disk logDisk;
    private final TxnLog.Options options;
    private final Alteration alteration;
    private final EntryReader reader;
    private MemberRecord record;
    private TxnLog log;
    private volatile long committed;
    private @Nullable Throwable failure;

    private MemberLog(Disk dataDisk, Disk logDisk, TxnLog.Options options, TxnLog log, MemberRecord record) {
        this.dataDisk = dataDisk;
        this.logDisk = logDisk;
        this.options = options;
        this.alteration = new Alteration(dataDisk, logDisk);
        this.reader = new EntryReader(logDisk);
        this.log = log;
        this.record = record;
    }

    /// Opens the log behind what recovery has found.
    ///
    /// @param options must be forced: a member that does not sync would acknowledge what it does not have
    public static MemberLog open(Disk dataDisk, Disk logDisk, TxnLog.Options options, MemberRecovered.Restored restored)
            throws IOException {
        TxnLog log = TxnLog.open(
                logDisk, options, restored.state().lastZxid(), restored.start().applied());
        return new MemberLog(dataDisk, logDisk, options, log, restored.record());
    }

    /// Takes a record into the batch, the one that follows the last.
    @Override
    public void append(long zxid, byte[] entry) throws IOException {
        long last = log.appendedZxid();
        Invariant.check(Zxid.follows(zxid, last), "record 0x%x does not follow 0x%x", zxid, last);
        run(() -> log.append(zxid, entry));
    }

    /// Makes all records durable and returns the last one.
    @Override
    public long sync() throws IOException {
        run(() -> {
            log.committed(committed);
            log.sync();
        });
        return log.syncedZxid();
    }

    /// Syncs, and lets the next record open a new file.
    @Override
    public void roll() throws IOException {
        run(() -> log.roll());
    }

    /// See [TxnLog#settle].
    @Override
    public void settle() throws IOException {
        run(() -> {
            log.committed(committed);
            log.settle();
        });
    }

    /// Learns up to where records are committed, which are durable; takes effect with the next sync. Any thread.
    public void committed(long zxid) {
        committed = zxid;
    }

    /// Removes all records behind `zxid`, whether that is one or not.
    public void truncate(long zxid) throws IOException {
        truncate(zxid, null);
    }

    /// The same, together with a change of the members.
    ///
    /// @param members null if they stay
    public void truncate(long zxid, @Nullable Quorums members) throws IOException {
        Invariant.check(!(record.change() instanceof Change.Loss), "a lost log is truncated to 0x%x", zxid);
        run(() -> {
            if (record.change().equals(MemberRecord.NONE)) {
                log.sync();
                if (zxid >= log.syncedZxid()) {
                    note(members);
                    return;
                }
                long end = alteration.endAt(zxid);
                long trialStart = Math.min(record.trialStart(), end);
                begin(new MemberRecord(
                        record.epochs(),
                        trialStart,
                        record.wholeFrom(),
                        new Change.Truncation(end),
                        after(members),
                        record.suspect()));
            }
            finish();
        });
    }

    /// Makes the epochs durable, behind all records.
    public void epochs(Epochs epochs) throws IOException {
        epochs(epochs, null);
    }

    /// The same, together with a change of the members.
    ///
    /// @param members null if they stay
    public void epochs(Epochs epochs, @Nullable Quorums members) throws IOException {
        Invariant.check(
                epochs.accepted() >= record.epochs().accepted()
                        && epochs.current() >= record.epochs().current(),
                "%s after %s",
                epochs,
                record.epochs());
        run(() -> {
            log.sync();
            begin(record.with(epochs, log.syncedZxid()).with(after(members)));
            MemberRecovery.export(dataDisk, epochs);
        });
    }

    /// Puts a snapshot and the entries behind it in the place of all that there is, and makes the epochs durable.
    public void install(ReceivedSnapshot snapshot, List<Entry> entries, Epochs epochs) throws IOException {
        install(snapshot, entries, epochs, null);
    }

    /// The same, together with a change of the members.
    ///
    /// @param members null if they stay
    public void install(ReceivedSnapshot snapshot, List<Entry> entries, Epochs epochs, @Nullable Quorums members)
            throws IOException {
        run(() -> {
            if (!(record.change() instanceof Change.Installation)) {
                log.sync();
                alteration.stage(entries);
                long last =
                        entries.isEmpty() ? snapshot.zxid() : entries.getLast().zxid();
                long number = ((StoredSnapshot) snapshot.file()).number();
                begin(new MemberRecord(
                        epochs,
                        last,
                        snapshot.zxid(),
                        new Change.Installation(number, snapshot.zxid(), last),
                        after(members),
                        false));
            }
            finish();
            MemberRecovery.export(dataDisk, record.epochs());
        });
    }

    /// Takes note of who the members are, behind all records; null if they stay.
    public void members(@Nullable Quorums members) throws IOException {
        run(() -> {
            log.sync();
            note(members);
        });
    }

    /// Takes note that what snapshots and log make is not the leader's tree, until an installation replaces it.
    public void suspectTree() throws IOException {
        run(() -> {
            if (!record.suspect()) {
                begin(record.withSuspectTree());
            }
        });
    }

    private void note(@Nullable Quorums members) throws IOException {
        Quorums then = after(members);
        if (!Objects.equals(then, record.members())) {
            begin(record.with(then));
        }
    }

    private @Nullable Quorums after(@Nullable Quorums members) {
        return members == null ? record.members() : members;
    }

    /// Entries behind the record `zxid` and not behind `last`: about `bytesMax` bytes of them, but one at least. None
    /// if they are not there any more.
    public List<Entry> read(long zxid, long last, long bytesMax) throws IOException {
        sync();
        return reader.read(zxid, Math.min(last, log.syncedZxid()), bytesMax);
    }

    public Epochs epochs() {
        return record.epochs();
    }

    /// Who the members are, as the record has it; null if they never change.
    public @Nullable Quorums members() {
        return record.members();
    }

    /// Last record that [#append] took.
    public long appendedZxid() {
        return log.appendedZxid();
    }

    /// Bytes in the current file and the batch, see [TxnLog#bytesSinceRoll].
    public long bytesSinceRoll() {
        return log.bytesSinceRoll();
    }

    /// Syncs what the log can still take, and closes.
    @Override
    public void close() throws IOException {
        try (TxnLog open = log;
                EntryReader place = reader) {
            open.committed(committed);
            failure = new IOException("the log is closed");
        }
    }

    private void begin(MemberRecord next) throws IOException {
        next.write(dataDisk);
        record = next;
    }

    /// Carries out the change that the record tells of.
    private void finish() throws IOException {
        reader.close();
        log.close();
        alteration.finish(record.change());
        long end = switch (record.change()) {
            case Change.None _, Change.Loss _ -> log.syncedZxid();
            case Change.Truncation(long zxid) -> zxid;
            case Change.Installation(long _, long _, long last) -> last;
        };
        TxnLog next = TxnLog.open(logDisk, options, end, 0);
        begin(record.with(MemberRecord.NONE));
        log = next;
    }

    /// A part of the work.
    private interface Work {
        void run() throws IOException;
    }

    private void run(Work work) throws IOException {
        if (failure != null) {
            throw new IOException("the log has failed before, or is closed", failure);
        }
        try {
            work.run();
        } catch (Disk.NoSpaceException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            failure = e;
            throw e;
        }
    }
}
