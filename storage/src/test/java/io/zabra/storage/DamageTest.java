// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.zabra.storage.stream.Bytes;
import io.zabra.wire.client.OpCode;
import io.zabra.wire.data.Acl;
import io.zabra.wire.txn.CreateTxn;
import io.zabra.wire.txn.LoggedTxn;
import io.zabra.wire.txn.TxnHeader;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// A folder with three log files and two snapshots, damaged at each byte in turn. What was acknowledged is either all
/// there after recovery, or recovery refuses.
class DamageTest {

    private static final int[] MASKS = {0xFF, 0x01, 0x80, 0x42};

    private static final History HISTORY = new History(7);
    private static final MemoryDisk WHOLE = new MemoryDisk();
    private static String lastLog = "";
    private static String newestSnapshot = "";

    @BeforeAll
    static void write() throws IOException {
        Recovery.recover(WHOLE, WHOLE, Recovery.Options.defaults());
        TxnLog log = TxnLog.open(WHOLE, new TxnLog.Options(8192, true, 1 << 20, 7), 0);
        HISTORY.write(log, 12);
        log.roll();
        HISTORY.write(log, 12);
        HISTORY.snapshot(WHOLE);
        newestSnapshot = DataFile.snapshots(WHOLE.list()).getLast().name();
        HISTORY.write(log, 8);
        log.roll();
        HISTORY.write(log, 12);
        log.close();
        lastLog = DataFile.logs(WHOLE.list()).getLast().name();
        assertThat(DataFile.logs(WHOLE.list())).hasSize(3);
        assertThat(DataFile.snapshots(WHOLE.list())).hasSize(2);
    }

    @Test
    void wholeFolderRecoversWithoutANote() {
        Recovered recovered = GoldenTest.recover(WHOLE.copy(), Recovery.Options.defaults());
        assertComplete(recovered, "undamaged");
        assertThat(((Recovered.Restored) recovered).notes()).isEmpty();
        assertThat(((Recovered.Restored) recovered).sessionTimeoutsMs()).isEqualTo(HISTORY.sessions());
    }

    @Test
    void flippedByteOfALogIsHarmlessOrRefusedAlsoWithoutTheMark() throws IOException {
        int refused = 0;
        for (DataFile log : DataFile.logs(WHOLE.list())) {
            int content = contentEnd(WHOLE.bytes(log.name()));
            for (int at = 0; at < content; at++) {
                for (int mask : MASKS) {
                    MemoryDisk disk = flipped(log.name(), at, mask);
                    disk.delete(SyncMark.NAME);
                    Recovered recovered = GoldenTest.recover(disk, Recovery.Options.defaults());
                    assertComplete(recovered, log.name() + " flipped at " + at + " by " + mask);
                    refused += recovered instanceof Recovered.Refused ? 1 : 0;
                }
            }
        }
        assertThat(refused).isPositive();
    }

    /// What the message tells an operator to do must work: cut the file there, remove the later logs and the mark.
    @Test
    void remedyForACorruptLogLeavesAllThatCameBeforeIt() throws IOException {
        int healed = 0;
        for (DataFile log : DataFile.logs(WHOLE.list())) {
            int content = contentEnd(WHOLE.bytes(log.name()));
            for (int at = 0; at < content; at++) {
                MemoryDisk disk = flipped(log.name(), at, 0x42);
                Recovered recovered = GoldenTest.recover(disk.copy(), Recovery.Options.defaults());
                if (recovered instanceof Recovered.Refused refused
                        && refused.remedy().equals(Remedies.CORRUPT)) {
                    Recovered.Restored restored = cut(disk, refused);
                    assertThat(restored.tree().digest()).isEqualTo(HISTORY.digestAt(restored.lastZxid()));
                    assertWritesOn(disk, restored.lastZxid());
                    healed++;
                }
            }
        }
        assertThat(healed).isPositive();
    }

    private static Recovered.Restored cut(MemoryDisk disk, Recovered.Refused refused) throws IOException {
        disk.delete(SyncMark.NAME);
        boolean follows = false;
        for (DataFile log : DataFile.logs(disk.list())) {
            if (follows) {
                disk.delete(log.name());
            } else if (refused.file().endsWith(log.name())) {
                disk.put(log.name(), Arrays.copyOf(disk.bytes(log.name()), (int) refused.offset()));
                follows = true;
            }
        }
        assertThat(follows).as(refused.message()).isTrue();
        return (Recovered.Restored) GoldenTest.recover(disk, Recovery.Options.defaults());
    }

    /// Zeros within the data of znodes must not pass for a hole that a loss of power has left.
    @Test
    void flippedByteBeforeRecordsOfZerosIsRefusedAlsoWithoutTheMark() throws IOException {
        MemoryDisk disk = new MemoryDisk();
        Recovery.recover(disk, disk, Recovery.Options.defaults());
        TxnLog log = TxnLog.open(disk, new TxnLog.Options(8192, true, 1 << 20, 7), 0);
        for (int zxid = 1; zxid <= 50; zxid++) {
            TxnHeader header = new TxnHeader(1, zxid, zxid, 1_000, OpCode.CREATE.number());
            CreateTxn create = new CreateTxn("/n" + zxid, new byte[2_000], Acl.OPEN, false, zxid);
            log.append(zxid, new LoggedTxn(header, create, null).encode());
            log.sync();
        }
        log.close();
        String name = DataFile.logs(disk.list()).getLast().name();
        byte[] bytes = disk.bytes(name);
        bytes[100] ^= 1;
        disk.put(name, bytes);
        assertThat(GoldenTest.recover(disk.copy(), Recovery.Options.defaults())).isInstanceOf(Recovered.Refused.class);
        disk.delete(SyncMark.NAME);
        assertThat(GoldenTest.recover(disk, Recovery.Options.defaults())).isInstanceOf(Recovered.Refused.class);
    }

    @Test
    void zeroedByteOfTheLastLogIsHarmlessOrRefused() {
        byte[] bytes = WHOLE.bytes(lastLog);
        for (int at = 0; at < contentEnd(bytes); at++) {
            byte[] zeroed = bytes.clone();
            zeroed[at] = 0;
            MemoryDisk disk = WHOLE.copy();
            disk.put(lastLog, zeroed);
            assertComplete(GoldenTest.recover(disk, Recovery.Options.defaults()), "zeroed at " + at);
        }
    }

    @Test
    void logTornAtEachByteKeepsThePrefixAndWritesOn() throws IOException {
        byte[] bytes = WHOLE.bytes(lastLog);
        for (int at = 0; at <= contentEnd(bytes); at++) {
            for (boolean padded : List.of(false, true)) {
                MemoryDisk disk = WHOLE.copy();
                disk.delete(SyncMark.NAME);
                byte[] torn = Arrays.copyOf(bytes, at);
                disk.put(lastLog, padded ? Arrays.copyOf(torn, bytes.length) : torn);
                Recovered.Restored restored =
                        (Recovered.Restored) GoldenTest.recover(disk, Recovery.Options.defaults());
                assertThat(restored.lastZxid()).isEqualTo(lastWholeRecord(bytes, at));
                assertThat(restored.tree().digest()).isEqualTo(HISTORY.digestAt(restored.lastZxid()));
                assertWritesOn(disk, restored.lastZxid());
            }
        }
    }

    @Test
    void logTornBehindTheMarkIsRefused() {
        byte[] bytes = WHOLE.bytes(lastLog);
        for (int at = 0; at < contentEnd(bytes) - 1; at++) {
            MemoryDisk disk = WHOLE.copy();
            disk.put(lastLog, Arrays.copyOf(bytes, at));
            assertThat(GoldenTest.recover(disk, Recovery.Options.defaults())).isInstanceOf(Recovered.Refused.class);
        }
    }

    @Test
    void olderLogCutAtAnyByteIsRefusedUnlessTheNewerSnapshotCoversIt() throws IOException {
        for (DataFile log : DataFile.logs(WHOLE.list())) {
            byte[] bytes = WHOLE.bytes(log.name());
            for (int at = 0; at < contentEnd(bytes); at++) {
                MemoryDisk disk = WHOLE.copy();
                disk.delete(SyncMark.NAME);
                disk.put(log.name(), Arrays.copyOf(bytes, at));
                if (!log.name().equals(lastLog)) {
                    assertComplete(GoldenTest.recover(disk, Recovery.Options.defaults()), log.name() + " cut at " + at);
                }
            }
        }
    }

    @Test
    void flippedByteOfTheNewestSnapshotIsFoundAndTheOlderOneTaken() {
        int length = WHOLE.bytes(newestSnapshot).length;
        for (int at = 0; at < length; at++) {
            for (int mask : MASKS) {
                Recovered recovered =
                        GoldenTest.recover(flipped(newestSnapshot, at, mask), Recovery.Options.defaults());
                assertThat(recovered).isInstanceOf(Recovered.Restored.class);
                assertComplete(recovered, "flipped at " + at);
                assertThat(((Recovered.Restored) recovered).notes())
                        .hasSize(1)
                        .first()
                        .isInstanceOf(RecoveryNote.SnapshotSkipped.class);
            }
        }
    }

    @Test
    void tornNewestSnapshotIsPassedOver() {
        byte[] bytes = WHOLE.bytes(newestSnapshot);
        for (int length = 0; length < bytes.length; length++) {
            MemoryDisk disk = WHOLE.copy();
            disk.put(newestSnapshot, Arrays.copyOf(bytes, length));
            assertComplete(GoldenTest.recover(disk, Recovery.Options.defaults()), "cut at " + length);
        }
    }

    @Test
    void eachMissingFileIsHarmlessOrRefused() throws IOException {
        for (String name : WHOLE.list()) {
            MemoryDisk disk = WHOLE.copy();
            disk.delete(name);
            assertComplete(GoldenTest.recover(disk, Recovery.Options.defaults()), "without " + name);
        }
    }

    @Test
    void missingMiddleLogIsRefusedWithTheGap() throws IOException {
        MemoryDisk disk = WHOLE.copy();
        disk.delete(DataFile.logs(WHOLE.list()).get(1).name());
        disk.delete(newestSnapshot);
        assertThat(GoldenTest.recover(disk, Recovery.Options.defaults()))
                .isInstanceOfSatisfying(
                        Recovered.Refused.class,
                        refused -> assertThat(refused.message())
                                .contains("records are missing: 0x21 follows 0xc")
                                .contains("half copied"));
    }

    private static void assertWritesOn(MemoryDisk disk, long lastZxid) throws IOException {
        try (TxnLog log = TxnLog.open(disk, new TxnLog.Options(0, true, 1 << 20, 7), lastZxid)) {
            log.append(
                    lastZxid + 1,
                    new io.zabra.wire.txn.LoggedTxn(
                                    new io.zabra.wire.txn.TxnHeader(1, 1, lastZxid + 1, 5, -1),
                                    new io.zabra.wire.txn.ErrorTxn(-1),
                                    null)
                            .encode());
        }
        assertThat(GoldenTest.recover(disk, Recovery.Options.defaults()))
                .isInstanceOfSatisfying(
                        Recovered.Restored.class,
                        restored -> assertThat(restored.lastZxid()).isEqualTo(lastZxid + 1));
    }

    private static void assertComplete(Recovered recovered, String what) {
        if (recovered instanceof Recovered.Restored restored) {
            assertThat(restored.lastZxid()).as(what).isEqualTo(HISTORY.zxid());
            assertThat(restored.tree().digest()).as(what).isEqualTo(HISTORY.digestAt(HISTORY.zxid()));
        }
    }

    private static MemoryDisk flipped(String name, int at, int mask) {
        byte[] bytes = WHOLE.bytes(name);
        bytes[at] ^= (byte) mask;
        MemoryDisk disk = WHOLE.copy();
        disk.put(name, bytes);
        return disk;
    }

    private static int contentEnd(byte[] bytes) {
        int end = bytes.length;
        while (bytes[end - 1] == 0) {
            end--;
        }
        return end;
    }

    /// Walks the frames as the format has them, apart from the code under test.
    private static long lastWholeRecord(byte[] log, int cut) {
        long zxid = Bytes.int64(log, 16 + 12 + 12) - 1;
        int at = 16;
        while (true) {
            int length = Bytes.int32(log, at + 8);
            // The end mark alone may be missing: the checksum vouches for the record.
            if (length == 0 || at + 12 + length > cut) {
                return zxid;
            }
            zxid = Bytes.int64(log, at + 12 + 12);
            at += 13 + length;
        }
    }
}
