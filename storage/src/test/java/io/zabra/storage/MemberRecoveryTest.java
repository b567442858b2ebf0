// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.storage;

import static io.zabra.storage.MemberCrashTest.LOG;
import static io.zabra.storage.MemberCrashTest.entry;
import static io.zabra.storage.MemberCrashTest.recover;
import static io.zabra.storage.MemberCrashTest.zxid;
import static org.assertj.core.api.Assertions.assertThat;

import io.zabra.core.log.Entry;
import io.zabra.core.log.Epochs;
import io.zabra.core.log.Span;
import io.zabra.core.quorum.Membership;
import io.zabra.core.quorum.Quorums;
import io.zabra.storage.member.MemberLog;
import io.zabra.storage.member.MemberRecovered;
import io.zabra.storage.member.MemberRecovery;
import io.zabra.wire.data.Acl;
import io.zabra.wire.txn.CreateTxn;
import io.zabra.wire.txn.LoggedTxn;
import io.zabra.wire.txn.TxnDigest;
import io.zabra.wire.txn.TxnHeader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What a member knows after a start, and what it can read of its log.
class MemberRecoveryTest {

    private static final String RECORD = "zabra.member";

    private final MemoryDisk disk = new MemoryDisk();

    private MemberLog open() throws IOException {
        return MemberLog.open(disk, disk, LOG, recover(disk));
    }

    private static void append(MemberLog log, long epoch, long from, long to) throws IOException {
        for (long counter = from; counter <= to; counter++) {
            log.append(zxid(epoch, counter), entry(zxid(epoch, counter), zxid(epoch, counter)));
            log.sync();
        }
    }

    /// Two epochs, of which a part is known to be committed.
    private void twoEpochs() throws IOException {
        try (MemberLog log = open()) {
            log.epochs(new Epochs(1, 1));
            append(log, 1, 1, 5);
            log.roll();
            append(log, 1, 6, 8);
            log.epochs(new Epochs(2, 2));
            log.roll();
            append(log, 2, 1, 4);
            log.committed(zxid(2, 1));
        }
    }

    @Test
    void onlyWhatIsKnownToBeCommittedGetsIntoTheTree() throws IOException {
        twoEpochs();
        MemberRecovered.Restored restored = recover(disk);
        assertThat(restored.start().applied()).isEqualTo(zxid(2, 1));
        assertThat(restored.state().tree().lastZxid()).isEqualTo(zxid(2, 1));
        assertThat(restored.state().sessionTimeoutsMs()).hasSize(9).doesNotContainKey(zxid(2, 2));
        assertThat(restored.start().tail()).extracting(Entry::zxid).containsExactly(zxid(2, 2), zxid(2, 3), zxid(2, 4));
        assertThat(restored.start().base()).isZero();
        assertThat(restored.start().spans())
                .containsExactly(new Span(zxid(1, 1), zxid(1, 8)), new Span(zxid(2, 1), zxid(2, 4)));
        assertThat(restored.epochs()).isEqualTo(new Epochs(2, 2));
        // The core takes it.
        assertThat(new io.zabra.core.log.History(restored.start(), 1 << 20).lastDurable())
                .isEqualTo(zxid(2, 4));
    }

    /// Its tree must not become that of all others. That holds until a snapshot is installed.
    @Test
    void aTreeThatIsNotWhatTheLogSaysIsSuspect() throws IOException {
        long zxid = zxid(1, 1);
        var txn = new LoggedTxn(
                new TxnHeader(7, 1, zxid, 9, 1),
                new CreateTxn("/a", new byte[0], Acl.OPEN, false, 1),
                new TxnDigest(TxnDigest.VERSION, 12345));
        try (MemberLog log = open()) {
            log.epochs(new Epochs(1, 1));
            log.append(zxid, txn.encode());
            log.sync();
            log.committed(zxid);
        }
        MemberRecovered.Restored restored = recover(disk);
        assertThat(restored.state().notes()).hasAtLeastOneElementOfType(RecoveryNote.DigestMismatch.class);
        assertThat(restored.start().suspect()).isTrue();
        assertThat(restored.start().lost()).isFalse();
        MemberRecovered.Restored again = recover(disk);
        assertThat(again.start().suspect()).isTrue();
        assertThat(again.state().notes()).hasAtLeastOneElementOfType(RecoveryNote.TreeSuspected.class);
    }

    @Test
    void anEpochThatIsDurableSaysThatTheRecordsBeforeItAre() throws IOException {
        MemberLog log = open();
        log.epochs(new Epochs(1, 1));
        log.append(zxid(1, 1), entry(1, zxid(1, 1)));
        log.epochs(new Epochs(2, 2));
        assertThat(recover(disk.afterKill()).state().lastZxid()).isEqualTo(zxid(1, 1));
    }

    @Test
    void entriesOfTheTailAreWhatWasProposed() throws IOException {
        twoEpochs();
        for (Entry entry : recover(disk).start().tail()) {
            assertThat(entry.bytes()).isEqualTo(entry(entry.zxid(), entry.zxid()));
        }
    }

    @Test
    void aTailThatIsTooLongIsRefusedWithItsLimit() throws IOException {
        twoEpochs();
        MemberRecovered recovered = MemberRecovery.recover(disk, disk, Recovery.Options.defaults(), 200);
        assertThat(recovered)
                .isInstanceOfSatisfying(
                        MemberRecovered.Refused.class,
                        refused -> assertThat(refused.reason().message()).contains("more than 200 bytes"));
    }

    @Test
    void whatAServerHasSyncedThatStoodAloneIsCommitted() throws IOException {
        Recovery.recover(disk, disk, Recovery.Options.defaults());
        try (TxnLog log = TxnLog.open(disk, LOG, 0)) {
            new History(3).write(log, 20);
        }
        MemberRecovered.Restored restored = recover(disk);
        assertThat(restored.start().applied()).isEqualTo(20);
        assertThat(restored.start().proven()).isEqualTo(20);
        assertThat(restored.start().tail()).isEmpty();
        assertThat(restored.epochs()).isEqualTo(new Epochs(0, 0));
    }

    /// A server of Apache's that led without a quorum has put into its snapshot what no other server has.
    @Test
    void whatASnapshotOfApachesHoldsOfItsLastEpochIsNotProven() throws IOException {
        twoEpochs();
        MemberRecovered.Restored own = recover(disk);
        assertThat(own.start().proven()).isEqualTo(zxid(2, 1));
        disk.delete(EpochFiles.RECORD);
        assertThat(recover(disk).start().proven()).isEqualTo(zxid(1, 0));
    }

    @Test
    void aFolderOfApachesIsTakenOverWithItsEpochs() throws IOException {
        disk.put("snapshot.0", GoldenTest.golden("snapshot.0"));
        disk.put("log.1", GoldenTest.golden("log.1.head1400"));
        disk.put(EpochFiles.ACCEPTED, "7".getBytes(StandardCharsets.US_ASCII));
        disk.put(EpochFiles.CURRENT, "6".getBytes(StandardCharsets.US_ASCII));
        MemberRecovered recovered = MemberRecovery.recover(disk, disk, GoldenTest.extended(), 1 << 20);
        MemberRecovered.Restored restored = (MemberRecovered.Restored) recovered;
        assertThat(restored.epochs()).isEqualTo(new Epochs(7, 6));
        assertThat(restored.start().applied()).isZero();
        assertThat(restored.start().tail()).hasSizeGreaterThan(3);
        assertThat(restored.start().base()).isZero();
        assertThat(disk.bytes(EpochFiles.CURRENT)).asString().isEqualTo("6");
        // Its records are not on trial.
        MemberRecovered again = MemberRecovery.recover(disk, disk, GoldenTest.extended(), 1 << 20);
        assertThat(((MemberRecovered.Restored) again).start().tail())
                .hasSameSizeAs(restored.start().tail());
    }

    @Test
    void apachesEpochsWinWhenTheyAreAhead() throws IOException {
        twoEpochs();
        try (MemberLog log = open()) {
            log.epochs(new Epochs(3, 2));
            append(log, 2, 5, 6);
        }
        disk.put(EpochFiles.ACCEPTED, "4".getBytes(StandardCharsets.US_ASCII));
        disk.put(EpochFiles.CURRENT, "4".getBytes(StandardCharsets.US_ASCII));
        MemberRecovered.Restored restored = recover(disk);
        assertThat(restored.epochs()).isEqualTo(new Epochs(4, 4));
        assertThat(restored.state().lastZxid()).isEqualTo(zxid(2, 6));
        assertThat(recover(disk).epochs()).isEqualTo(new Epochs(4, 4));
    }

    /// Apache's server does not start on such a folder either; a flipped bit is enough to make it.
    @Test
    void aCurrentEpochThatWasNeverAcceptedIsDamage() throws IOException {
        twoEpochs();
        disk.put(EpochFiles.CURRENT, "6".getBytes(StandardCharsets.US_ASCII));
        MemberRecovered.Restored restored = recover(disk);
        assertThat(restored.epochs()).isEqualTo(new Epochs(2, 2));
        assertThat(restored.state().notes())
                .anyMatch(note -> note instanceof RecoveryNote.EpochFileUnreadable(String file)
                        && file.contains(EpochFiles.CURRENT));
        assertThat(disk.bytes(EpochFiles.CURRENT)).asString().isEqualTo("2");
        disk.put(EpochFiles.ACCEPTED, "3".getBytes(StandardCharsets.US_ASCII));
        disk.put(EpochFiles.CURRENT, "6".getBytes(StandardCharsets.US_ASCII));
        assertThat(refused().message()).contains(EpochFiles.CURRENT);
    }

    @Test
    void theMembersStayWhenApachesEpochsAreAhead() throws IOException {
        twoEpochs();
        Quorums members = Quorums.of(Membership.parse("server.1=a:1:2:participant\nversion=100000001"));
        try (MemberLog log = open()) {
            log.members(members);
        }
        disk.put(EpochFiles.ACCEPTED, "4".getBytes(StandardCharsets.US_ASCII));
        MemberRecovered.Restored restored = recover(disk);
        assertThat(restored.epochs()).isEqualTo(new Epochs(4, 2));
        assertThat(restored.record().members()).isEqualTo(members);
    }

    @Test
    void epochFilesThatAreBehindAreWrittenAnew() throws IOException {
        twoEpochs();
        disk.put(EpochFiles.ACCEPTED, "1".getBytes(StandardCharsets.US_ASCII));
        disk.delete(EpochFiles.CURRENT);
        assertThat(recover(disk).epochs()).isEqualTo(new Epochs(2, 2));
        assertThat(disk.bytes(EpochFiles.ACCEPTED)).asString().isEqualTo("2");
        assertThat(disk.bytes(EpochFiles.CURRENT)).asString().isEqualTo("2");
    }

    @Test
    void aLogThatIsAheadOfItsEpochIsRefused() throws IOException {
        twoEpochs();
        disk.delete(RECORD);
        disk.put(EpochFiles.CURRENT, "1".getBytes(StandardCharsets.US_ASCII));
        assertThat(refused().message()).contains("later epoch");
        disk.put(EpochFiles.CURRENT_UNFINISHED, "2".getBytes(StandardCharsets.US_ASCII));
        assertThat(recover(disk).epochs()).isEqualTo(new Epochs(2, 2));
    }

    @Test
    void anyFlippedOrMissingByteOfTheRecordIsNoticed() throws IOException {
        twoEpochs();
        byte[] whole = disk.bytes(RECORD);
        for (int at = 0; at < whole.length; at++) {
            byte[] flipped = whole.clone();
            flipped[at] ^= 0x10;
            disk.put(RECORD, flipped);
            assertThat(refused().message()).as("byte " + at).contains(RECORD).contains("empty data folder");
            disk.put(RECORD, java.util.Arrays.copyOf(whole, at));
            assertThat(refused().message()).contains(RECORD);
        }
        disk.put(RECORD, whole);
        assertThat(recover(disk).epochs()).isEqualTo(new Epochs(2, 2));
    }

    @Test
    void aFolderWhoseDataIsGoneDoesNotStartEmpty() throws IOException {
        twoEpochs();
        for (String name : disk.list()) {
            if (!name.equals(RECORD)) {
                disk.delete(name);
            }
        }
        assertThat(refused().message()).contains("zabra.synced", "cannot be relied on");
    }

    /// A snapshot that was taken since the epoch was promised would hide that records are missing.
    @Test
    void aLogFolderThatIsReplacedByAnEmptyOneIsDamage() throws IOException {
        twoEpochs();
        disk.put("snapshot.200000004", disk.bytes("snapshot.0"));
        for (String name : disk.list()) {
            if (name.startsWith("log.") || name.equals(TxnLog.MARK)) {
                disk.delete(name);
            }
        }
        assertThat(refused().message()).contains("cannot be relied on");
    }

    @Test
    void snapshotsBehindTheEndOfATruncatedLogAreRemoved() throws IOException {
        try (MemberLog log = open()) {
            log.epochs(new Epochs(1, 1));
            append(log, 1, 1, 5);
            // As a leader of Apache's takes one, of what was never committed.
            disk.put("snapshot.100000004", disk.bytes("snapshot.0"));
            log.truncate(zxid(1, 3));
            assertThat(disk.list()).contains("snapshot.0").doesNotContain("snapshot.100000004");
        }
        assertThat(recover(disk).state().lastZxid()).isEqualTo(zxid(1, 3));
    }

    /// Seed 1306 of three members: a learner was sent an epoch without the end of the one before.
    @Test
    void whatIsPurgedWhileItIsReadIsNotLeftOut() throws IOException {
        try (MemberLog log = open()) {
            log.epochs(new Epochs(1, 1));
            append(log, 1, 1, 3);
            log.roll();
            append(log, 1, 4, 6);
            log.epochs(new Epochs(2, 2));
            log.roll();
            append(log, 2, 1, 2);
            assertThat(zxids(log.read(zxid(1, 0), zxid(1, 3), 1 << 20))).endsWith(zxid(1, 3));
            assertThat(disk.list()).contains("log.100000001", "log.100000004", "log.200000001");
            disk.delete("log.100000001");
            disk.delete("log.100000004");
            assertThat(log.read(zxid(1, 3), zxid(2, 2), 1 << 20)).isEmpty();
        }
    }

    @Test
    void theLogIsReadByZxidAcrossFilesAndInParts() throws IOException {
        twoEpochs();
        try (MemberLog log = open()) {
            log.epochs(new Epochs(3, 3));
            append(log, 3, 1, 2);
            // The end of the epoch before may have been in a file that is gone.
            assertThat(log.read(0, zxid(3, 2), 1 << 20)).isEmpty();
            assertThat(zxids(log.read(zxid(1, 0), zxid(3, 2), 1 << 20)))
                    .hasSize(14)
                    .startsWith(zxid(1, 1))
                    .endsWith(zxid(3, 2));
            assertThat(zxids(log.read(zxid(1, 7), zxid(2, 2), 1 << 20)))
                    .containsExactly(zxid(1, 8), zxid(2, 1), zxid(2, 2));
            List<Long> all = new ArrayList<>();
            long at = zxid(1, 2);
            while (at < zxid(3, 2)) {
                List<Entry> part = log.read(at, zxid(3, 2), 1);
                assertThat(part).hasSize(1);
                assertThat(part.getFirst().bytes())
                        .isEqualTo(entry(part.getFirst().zxid(), part.getFirst().zxid()));
                at = part.getFirst().zxid();
                all.add(at);
            }
            assertThat(all).hasSize(12);
            // What is appended after the end was reached.
            append(log, 3, 3, 4);
            assertThat(zxids(log.read(zxid(3, 2), zxid(3, 9), 1 << 20))).containsExactly(zxid(3, 3), zxid(3, 4));
            log.truncate(zxid(3, 3));
            assertThat(log.read(zxid(3, 3), zxid(3, 9), 1 << 20)).isEmpty();
        }
    }

    @Test
    void whatIsNotInTheLogAnyMoreIsNotRead() throws IOException {
        twoEpochs();
        disk.delete("log.100000001");
        try (MemberLog log = MemberLog.open(disk, disk, LOG, recoveredFrom(disk))) {
            assertThat(log.read(zxid(1, 2), zxid(2, 4), 1 << 20)).isEmpty();
            assertThat(zxids(log.read(zxid(1, 5), zxid(1, 7), 1 << 20))).containsExactly(zxid(1, 6), zxid(1, 7));
        }
    }

    /// Seed 4033 of the ensembles of three: others would have been told that nothing stands between.
    @Test
    void recordsThatCannotBeReadAnyMoreAreNotTakenForAbsent() throws IOException {
        twoEpochs();
        disk.put("snapshot.200000001", disk.bytes("snapshot.0"));
        String old = disk.list().stream()
                .filter(name -> name.startsWith("log.1"))
                .max(Comparator.naturalOrder())
                .orElseThrow();
        byte[] bytes = disk.bytes(old);
        bytes[60] ^= 1;
        disk.put(old, bytes);
        assertThat(recover(disk).start().base()).isEqualTo(zxid(2, 1));
        assertThat(recover(disk).start().spans()).containsExactly(new Span(zxid(2, 2), zxid(2, 4)));
    }

    /// Seed 7042 of the ensembles of three: a learner went on with the next epoch.
    @Test
    void recordsThatCannotBeReadAnyMoreAreNotLeftOut() throws IOException {
        twoEpochs();
        try (MemberLog log = open()) {
            String old = disk.list().stream()
                    .filter(name -> name.startsWith("log.1"))
                    .max(Comparator.naturalOrder())
                    .orElseThrow();
            byte[] bytes = disk.bytes(old);
            bytes[60] ^= 1;
            disk.put(old, bytes);
            assertThat(log.read(zxid(1, 5), zxid(2, 4), 1 << 20)).isEmpty();
        }
    }

    /// With a snapshot in the place of the log's beginning.
    private static MemberRecovered.Restored recoveredFrom(MemoryDisk disk) throws IOException {
        disk.put("snapshot.100000007", disk.bytes("snapshot.0"));
        MemberRecovered.Restored restored = recover(disk);
        assertThat(restored.start().base()).isEqualTo(zxid(1, 5));
        assertThat(restored.start().spans().getFirst()).isEqualTo(new Span(zxid(1, 6), zxid(1, 8)));
        return restored;
    }

    private Recovered.Refused refused() throws IOException {
        MemberRecovered recovered = MemberRecovery.recover(disk, disk, Recovery.Options.defaults(), 1 << 20);
        assertThat(recovered).isInstanceOf(MemberRecovered.Refused.class);
        return ((MemberRecovered.Refused) recovered).reason();
    }

    private static List<Long> zxids(List<Entry> entries) {
        return entries.stream().map(Entry::zxid).toList();
    }
}
