// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.zabra.core.tree.TreeOptions;
import io.zabra.storage.stream.Bytes;
import io.zabra.storage.stream.Compression;
import io.zabra.wire.data.Acl;
import io.zabra.wire.txn.CreateSessionTxn;
import io.zabra.wire.txn.CreateTtlTxn;
import io.zabra.wire.txn.CreateTxn;
import io.zabra.wire.txn.ErrorTxn;
import io.zabra.wire.txn.LoggedTxn;
import io.zabra.wire.txn.MultiTxn;
import io.zabra.wire.txn.Txn;
import io.zabra.wire.txn.TxnDigest;
import io.zabra.wire.txn.TxnHeader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Folders in all kinds of states, and what recovery makes of them.
class RecoveryTest {

    private final MemoryDisk disk = new MemoryDisk();

    @Test
    void emptyFolderBecomesAFreshServerWithASnapshot() {
        Recovered.Restored restored = restored();
        assertThat(restored.lastZxid()).isZero();
        assertThat(restored.tree().nodeCount()).isEqualTo(5);
        assertThat(names()).containsExactly("snapshot.0");
    }

    @Test
    void emptyFolderIsRefusedWhenTheConfigurationSaysSo() {
        Recovery.Options options = new Recovery.Options(TreeOptions.defaults(), false, false, Compression.NONE);
        assertThat(((Recovered.Refused) GoldenTest.recover(disk, options)).remedy())
                .contains("initialize");
        assertThat(names()).isEmpty();
    }

    @Test
    void aMarkThatCannotBeReadIsTold() throws IOException {
        restored();
        write(1, new CreateSessionTxn(4_000));
        assertThat(restored().notes()).isEmpty();
        disk.put(SyncMark.NAME, new byte[] {'x', 'y', 'z'});
        assertThat(restored().notes()).containsExactly(new RecoveryNote.SyncMarkUnreadable("/memory/" + SyncMark.NAME));
    }

    @Test
    void aLaterSnapshotWithoutAnyLogIsTakenButTold() throws IOException {
        restored();
        write(1, new CreateSessionTxn(4_000));
        Recovered.Restored first = restored();
        new Snapshots(disk, Compression.NONE)
                .write(new SnapshotImage(first.tree().freeze(), first.sessionTimeoutsMs()), Snapshots.Pace.FULL);
        disk.delete("log.1");
        disk.delete(SyncMark.NAME);
        assertThat(restored().notes()).containsExactly(new RecoveryNote.SnapshotWithoutLog("/memory/snapshot.1"));
    }

    @Test
    void whatWasReservedIsNotCountedAsCut() throws IOException {
        restored();
        TxnLog log = TxnLog.open(disk, new TxnLog.Options(1 << 20, true, 4 << 20, 7), 0);
        log.append(1, session(1).encode());
        log.sync();
        int whole = (int) log.bytesSinceRoll();
        log.append(2, session(2).encode());
        log.sync();
        int end = (int) log.bytesSinceRoll();
        MemoryDisk torn = disk.afterKill()
                .with(
                        "log.1",
                        (bytes, at) -> {
                            Arrays.fill(bytes, at, bytes.length, (byte) 0);
                            return bytes;
                        },
                        end - 5);
        torn.delete(SyncMark.NAME);
        Recovered.Restored restored = (Recovered.Restored) GoldenTest.recover(torn, Recovery.Options.defaults());
        assertThat(restored.notes())
                .singleElement()
                .isInstanceOfSatisfying(
                        RecoveryNote.TornTail.class,
                        tail -> assertThat(tail.bytesCut()).isBetween(1L, (long) end - whole));
    }

    @Test
    void folderThatOnlyHasEpochFilesWasInUseAndIsRefused() {
        disk.put("currentEpoch", "3".getBytes(StandardCharsets.US_ASCII));
        assertThat(refused().reason()).contains("in use");
    }

    @Test
    void folderThatOnlyHasTheMarkWasInUseAndIsRefused() throws IOException {
        restored();
        TxnLog.open(disk, new TxnLog.Options(64L << 20, true, 4 << 20, 7), 0).close();
        disk.delete("snapshot.0");
        assertThat(refused().file()).endsWith(SyncMark.NAME);
    }

    @Test
    void logsWithoutASnapshotAreRefusedUnlessTrusted() throws IOException {
        write(1, new CreateSessionTxn(5_000));
        assertThat(refused().reason()).contains("no snapshot");
        Recovery.Options trusting = new Recovery.Options(TreeOptions.defaults(), true, true, Compression.NONE);
        assertThat(((Recovered.Restored) GoldenTest.recover(disk, trusting)).lastZxid())
                .isEqualTo(1);
    }

    @Test
    void mixedUpFoldersAreRefused() throws IOException {
        MemoryDisk logs = new MemoryDisk();
        logs.put("snapshot.0", GoldenTest.golden("snapshot.0"));
        assertThat(Recovery.recover(disk, logs, Recovery.Options.defaults())).isInstanceOf(Recovered.Refused.class);
        MemoryDisk data = new MemoryDisk();
        data.put("log.1", GoldenTest.golden("log.1.head1400"));
        assertThat(Recovery.recover(data, new MemoryDisk(), Recovery.Options.defaults()))
                .isInstanceOf(Recovered.Refused.class);
    }

    @Test
    void separateFoldersWork() throws IOException {
        disk.put("snapshot.0", GoldenTest.golden("snapshot.0"));
        MemoryDisk logs = new MemoryDisk();
        logs.put("log.1", GoldenTest.golden("log.1.head1400"));
        Recovered.Restored restored = (Recovered.Restored) Recovery.recover(disk, logs, GoldenTest.extended());
        assertThat(restored.lastZxid()).isGreaterThan(10);
    }

    @Test
    void recordsMissingBehindTheSnapshotAreRefused() throws IOException {
        restored();
        write(3, new CreateSessionTxn(5_000));
        assertThat(refused().message())
                .contains("log.3")
                .contains("0x3 follows 0x0")
                .contains("half copied");
    }

    @Test
    void newEpochMayFollowAnyRecordButStartsAtOne() throws IOException {
        restored();
        write(1, new CreateSessionTxn(5_000));
        write(0x1_0000_0001L, new CreateSessionTxn(6_000));
        disk.delete(SyncMark.NAME);
        assertThat(restored().lastZxid()).isEqualTo(0x1_0000_0001L);
        write(0x3_0000_0002L, new CreateSessionTxn(6_000));
        assertThat(refused().reason()).contains("missing");
    }

    @Test
    void emptyLastLogIsRemovedAndAnEmptyOlderOneRefused() throws IOException {
        restored();
        disk.put("log.1", new byte[0]);
        assertThat(restored().notes()).containsExactly(new RecoveryNote.EmptyLogRemoved("/memory/log.1"));
        assertThat(names()).doesNotContain("log.1");
        disk.put("log.1", new byte[0]);
        write(2, new CreateSessionTxn(5_000));
        assertThat(refused().file()).isEqualTo("/memory/log.1");
    }

    /// The file was made when a record with this zxid was to follow all the others.
    @Test
    void emptyLastLogThatBeginsBehindTheEndOfTheLogIsRefused() throws IOException {
        restored();
        write(1, new CreateSessionTxn(5_000));
        write(2, new CreateSessionTxn(6_000));
        disk.put("log.3", new byte[100]);
        disk.delete("log.2");
        disk.delete(SyncMark.NAME);
        assertThat(refused().message()).contains("log.3").contains("0x3").contains("0x1");
        disk.delete("log.3");
        disk.put("log.2", new byte[100]);
        assertThat(restored().lastZxid()).isEqualTo(1);
    }

    @Test
    void fileThatIsNoLogIsRefused() {
        restored();
        disk.put("log.1", "something else, and long enough".getBytes(StandardCharsets.US_ASCII));
        assertThat(refused().reason()).contains("ZKLG");
    }

    @Test
    void fileThatIsNoSnapshotIsPassedOverOnlyIfTheLogGoesAsFar() throws IOException {
        restored();
        write(1, new CreateSessionTxn(5_000));
        disk.put("snapshot.1", "something else, and long enough".getBytes(StandardCharsets.US_ASCII));
        assertThat(restored().notes()).hasSize(1).first().isInstanceOf(RecoveryNote.SnapshotSkipped.class);
        disk.put("snapshot.9", new byte[0]);
        assertThat(refused().reason()).contains("the log ends before it");
    }

    @Test
    void snapshotOfALeaderAtTheStartOfItsEpochMayBeDamaged() throws IOException {
        restored();
        write(1, new CreateSessionTxn(5_000));
        disk.put("snapshot.100000000", new byte[0]);
        assertThat(restored().lastZxid()).isEqualTo(1);
    }

    @Test
    void tornTailThatApacheLeftBehindIsPassedOver() throws IOException {
        restored();
        write(1, new CreateSessionTxn(5_000));
        byte[] log = disk.bytes("log.1");
        byte[] torn = Arrays.copyOf(log, log.length + 30);
        System.arraycopy(log, 16, torn, log.length, 30);
        disk.put("log.1", torn);
        write(2, new CreateSessionTxn(6_000));
        Recovered.Restored restored = restored();
        assertThat(restored.lastZxid()).isEqualTo(2);
        assertThat(restored.notes()).containsExactly(new RecoveryNote.OldTornTail("/memory/log.1", log.length));
        disk.delete("log.2");
        disk.delete(SyncMark.NAME);
        write(3, new CreateSessionTxn(6_000));
        assertThat(refused().message()).contains("log.1, at byte " + log.length).contains("0x3");
    }

    @Test
    void timeToLiveThatNoServerCanApplyIsNamed() throws IOException {
        restored();
        write(1, new CreateTtlTxn("/t", null, Acl.OPEN, 1, -1));
        assertThat(refused().reason()).contains("/t").contains("time to live of -1");
        MemoryDisk other = new MemoryDisk();
        GoldenTest.recover(other, Recovery.Options.defaults());
        write(other, 1, new MultiTxn(List.of(new MultiTxn.Op(21, new CreateTtlTxn("/t", null, Acl.OPEN, 1, -1)))));
        assertThat(GoldenTest.recover(other, Recovery.Options.defaults())).isInstanceOf(Recovered.Refused.class);
    }

    @Test
    void nodeOfAnUnknownSessionIsRemovedAndASnapshotSaysSo() throws IOException {
        restored();
        write(1, new CreateTxn("/e", new byte[0], Acl.OPEN, true, 1));
        Recovered.Restored restored = restored();
        assertThat(restored.notes()).containsExactly(new RecoveryNote.OrphansRemoved(0x77, List.of("/e")));
        assertThat(restored.tree().find("/e")).isNull();
        assertThat(names()).contains("snapshot.1");
        assertThat(restored().notes()).isEmpty();
    }

    @Test
    void differenceOfTheDigestIsTold() throws IOException {
        restored();
        LoggedTxn txn = new LoggedTxn(
                new TxnHeader(0x77, 1, 1, 9, 1),
                new CreateTxn("/a", new byte[0], Acl.OPEN, false, 1),
                new TxnDigest(2, 12345));
        append(disk, 1, txn);
        assertThat(restored().notes())
                .hasSize(1)
                .first()
                .isInstanceOfSatisfying(
                        RecoveryNote.DigestMismatch.class,
                        note -> assertThat(note.expected()).isEqualTo(12345));
    }

    /// It reads well, but holds less than its name says.
    @Test
    void snapshotThatLeadsToAnotherTreeIsPassedOver() throws IOException {
        restored();
        History history = new History(5);
        TxnLog log = TxnLog.open(disk, new TxnLog.Options(64L << 20, true, 4 << 20, 7), 0);
        for (int i = 0; i < 2; i++) {
            history.write(log, 40);
            history.snapshot(disk);
        }
        history.write(log, 40);
        log.close();
        disk.put("snapshot.50", disk.bytes("snapshot.28"));
        Recovered.Restored restored = restored();
        assertThat(restored.tree().digest()).isEqualTo(history.digestAt(120));
        assertThat(restored.notes())
                .hasSize(1)
                .first()
                .isInstanceOfSatisfying(
                        RecoveryNote.SnapshotSkipped.class,
                        note -> assertThat(note.file()).contains("snapshot.50"));
        disk.delete("snapshot.0");
        disk.delete("snapshot.28");
        assertThat(restored().notes()).hasExactlyElementsOfTypes(RecoveryNote.DigestMismatch.class);
    }

    @Test
    void snapshotThatIsAheadOfTheLogIsPassedOver() throws IOException {
        restored();
        History history = new History(5);
        TxnLog log = TxnLog.open(disk, new TxnLog.Options(64L << 20, true, 4 << 20, 7), 0);
        history.write(log, 6);
        log.close();
        history.snapshot(disk);
        byte[] ahead = disk.bytes("snapshot.6");
        disk.delete("snapshot.6");
        // As if it had been begun at zxid 4 and have seen changes up to 9.
        int section = ahead.length - 13 - 8 - 13 - 20;
        Bytes.int64(ahead, section, 9);
        disk.put("snapshot.4", resealed(ahead, section + 20, ahead.length - 13));
        Recovered.Restored restored = restored();
        assertThat(restored.notes()).hasSize(1).first().isInstanceOf(RecoveryNote.SnapshotSkipped.class);
        assertThat(restored.tree().digest()).isEqualTo(history.digestAt(6));
    }

    @Test
    void temporaryFilesAreRemoved() {
        disk.put("zabra.tmp.snapshot.5", new byte[100]);
        restored();
        assertThat(names()).containsExactly("snapshot.0");
    }

    @Test
    void refusalChangesNothing() throws IOException {
        restored();
        write(3, new CreateSessionTxn(5_000));
        disk.put("zabra.tmp.snapshot.5", new byte[100]);
        int before = disk.operations();
        refused();
        assertThat(disk.operations()).isEqualTo(before);
    }

    private static byte[] resealed(byte[] snapshot, int... seals) {
        for (int at : seals) {
            var sum = new java.util.zip.Adler32();
            sum.update(snapshot, 0, at);
            Bytes.int64(snapshot, at, sum.getValue());
        }
        return snapshot;
    }

    private List<String> names() {
        try {
            return disk.list();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private Recovered.Restored restored() {
        return (Recovered.Restored) GoldenTest.recover(disk, Recovery.Options.defaults());
    }

    private Recovered.Refused refused() {
        return (Recovered.Refused) GoldenTest.recover(disk, Recovery.Options.defaults());
    }

    private void write(long zxid, Txn txn) throws IOException {
        write(disk, zxid, txn);
    }

    private static void write(MemoryDisk disk, long zxid, Txn txn) throws IOException {
        int type = switch (txn) {
            case CreateSessionTxn _ -> -10;
            case CreateTtlTxn _ -> 21;
            case MultiTxn _ -> 14;
            case ErrorTxn _ -> -1;
            default -> 1;
        };
        append(disk, zxid, new LoggedTxn(new TxnHeader(0x77, 1, zxid, 9, type), txn, null));
    }

    private static LoggedTxn session(long zxid) {
        return new LoggedTxn(new TxnHeader(zxid, 1, zxid, 9, -10), new CreateSessionTxn(4_000), null);
    }

    private static void append(MemoryDisk disk, long zxid, LoggedTxn txn) throws IOException {
        try (TxnLog log = TxnLog.open(disk, new TxnLog.Options(0, true, 1 << 20, 7), zxid - 1)) {
            log.append(zxid, txn.encode());
        }
    }
}
