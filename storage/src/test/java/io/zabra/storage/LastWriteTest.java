// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.zabra.core.base.Prng;
import io.zabra.wire.client.OpCode;
import io.zabra.wire.data.Acl;
import io.zabra.wire.txn.CreateTxn;
import io.zabra.wire.txn.ErrorTxn;
import io.zabra.wire.txn.LoggedTxn;
import io.zabra.wire.txn.TxnDigest;
import io.zabra.wire.txn.TxnHeader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Goal: after a loss of power, when the mark of what was synced lags behind, recovery tells a write that never came to
/// its end from damage to older ones. The first is cut off and never refused, the second is refused and never cut off.
class LastWriteTest {

    private static final long NONCE = 0x1234_5678_9ABC_DEF0L;
    private static final int SECTOR = 512;
    private static final String LOG = "log.1";

    private final MemoryDisk disk = new MemoryDisk();
    private final Prng random = new Prng(11);
    /// Where each batch ends in the file.
    private final List<Integer> ends = new ArrayList<>();

    private long zxid;

    @Test
    void sectorsLostInTheLastWriteAreATornTailWhicheverTheyAre() throws IOException {
        for (boolean padded : List.of(false, true)) {
            for (int draw = 0; draw < 400; draw++) {
                int acknowledged = draw % 3;
                MemoryDisk damaged = freshLog(padded, acknowledged, 1 + random.below(12));
                byte[] bytes = damaged.bytes(LOG);
                int from = ends.size() < 2 ? 0 : ends.get(ends.size() - 2);
                loseSectors(bytes, from, ends.getLast());
                damaged.put(
                        LOG,
                        random.chance(50) ? bytes : Arrays.copyOf(bytes, from + random.below(bytes.length - from)));
                lag(damaged, 0);
                assertThat(GoldenTest.recover(damaged, Recovery.Options.defaults()))
                        .as("draw %d", draw)
                        .isInstanceOfSatisfying(
                                Recovered.Restored.class,
                                restored -> assertThat(restored.lastZxid()).isBetween((long) acknowledged, zxid));
            }
        }
    }

    @Test
    void anySectorLostBeforeTheLastWriteIsRefusedThoughTheMarkLags() throws IOException {
        MemoryDisk whole = freshLog(true, 12, 4);
        byte[] bytes = whole.bytes(LOG);
        int lastBatch = ends.get(ends.size() - 2);
        for (int at = 0; at + SECTOR <= lastBatch; at += SECTOR) {
            byte[] holed = bytes.clone();
            Arrays.fill(holed, at, at + SECTOR, (byte) 0);
            MemoryDisk damaged = whole.copy();
            damaged.put(LOG, holed);
            lag(damaged, 0);
            assertThat(GoldenTest.recover(damaged, Recovery.Options.defaults()))
                    .as("sector at %d", at)
                    .isInstanceOf(Recovered.Refused.class);
        }
    }

    @Test
    void anyFlippedByteIsHarmlessOrRefusedThoughTheMarkLags() throws IOException {
        MemoryDisk whole = freshLog(true, 2, 4);
        byte[] bytes = whole.bytes(LOG);
        for (int at = 0; at < ends.getLast(); at++) {
            for (int mask : new int[] {0xFF, 0x01, 0x80, 0x10}) {
                byte[] flipped = bytes.clone();
                flipped[at] ^= (byte) mask;
                MemoryDisk damaged = whole.copy();
                damaged.put(LOG, flipped);
                lag(damaged, 0);
                if (GoldenTest.recover(damaged, Recovery.Options.defaults()) instanceof Recovered.Restored restored) {
                    assertThat(restored.lastZxid()).as("flipped at %d", at).isEqualTo(zxid);
                }
            }
        }
    }

    @Test
    void lossOfTheWholeFirstWriteLeavesNothingToRefuse() throws IOException {
        MemoryDisk whole = freshLog(true, 0, 5);
        byte[] bytes = whole.bytes(LOG);
        Arrays.fill(bytes, 0, SECTOR, (byte) 0);
        whole.put(LOG, bytes);
        lag(whole, 0);
        assertThat(GoldenTest.recover(whole, Recovery.Options.defaults()))
                .isInstanceOfSatisfying(
                        Recovered.Restored.class,
                        restored ->
                                assertThat(restored.notes()).hasAtLeastOneElementOfType(RecoveryNote.TornTail.class));
    }

    /// A client may store the bytes of a log in a znode; a crash in the middle of that write must not look like damage.
    @Test
    void recordsWithinTheDataOfAZnodeDoNotMakeATornTailCorrupt() throws IOException {
        freshLog(false, 6, 2);
        byte[] foreign = disk.bytes(LOG);
        for (int i = 0; i < 3; i++) {
            MemoryDisk other = new MemoryDisk();
            Recovery.recover(other, other, Recovery.Options.defaults());
            zxid = 0;
            try (TxnLog log = open(other, NONCE + 1 + i)) {
                append(log, create(new byte[10]));
                log.sync();
                // The records in the data have higher zxids than the one that holds them.
                append(log, create(foreign));
            }
            byte[] bytes = other.bytes(LOG);
            for (int cut = bytes.length - foreign.length; cut < bytes.length; cut++) {
                MemoryDisk torn = other.copy();
                torn.put(LOG, Arrays.copyOf(bytes, cut));
                lag(torn, 0, NONCE + 1 + i);
                assertThat(GoldenTest.recover(torn, Recovery.Options.defaults()))
                        .as("cut at %d", cut)
                        .isInstanceOf(Recovered.Restored.class);
            }
        }
    }

    @Test
    void fileThatTheMarkDoesNotNameIsNotTrustedToHaveHolesInItsLastWriteOnly() throws IOException {
        MemoryDisk whole = freshLog(true, 1, 12);
        byte[] bytes = whole.bytes(LOG);
        Arrays.fill(bytes, 2 * SECTOR, 3 * SECTOR, (byte) 0);
        whole.put(LOG, bytes);
        lag(whole, 0);
        assertThat(GoldenTest.recover(whole.copy(), Recovery.Options.defaults()))
                .isInstanceOf(Recovered.Restored.class);
        // As when Apache's server has run in the meantime.
        SyncMark.open(whole, 0, NONCE, SyncMark.ALL).close();
        assertThat(GoldenTest.recover(whole, Recovery.Options.defaults())).isInstanceOf(Recovered.Refused.class);
    }

    @Test
    void batchOfErrorsAloneHasNoMarkAndIsTornLikeOthers() throws IOException {
        Recovery.recover(disk, disk, Recovery.Options.defaults());
        try (TxnLog log = open(disk, NONCE)) {
            append(log, new ErrorTxn(-101), OpCode.ERROR, null);
            log.sync();
            for (int i = 0; i < 40; i++) {
                append(log, new ErrorTxn(-101), OpCode.ERROR, null);
            }
        }
        byte[] bytes = disk.bytes(LOG);
        Arrays.fill(bytes, SECTOR, 2 * SECTOR, (byte) 0);
        disk.put(LOG, bytes);
        lag(disk, 0);
        assertThat(GoldenTest.recover(disk, Recovery.Options.defaults())).isInstanceOf(Recovered.Restored.class);
    }

    @Test
    void onceTheLogIsSettledALostLastWriteIsRefusedAfterALossOfPower() throws IOException {
        Recovery.recover(disk, disk, Recovery.Options.defaults());
        TxnLog log = open(disk, NONCE);
        append(log, create(new byte[2_000]));
        log.sync();
        log.settle();
        append(log, create(new byte[10]));
        int forces = disk.forces();
        log.sync();
        assertThat(disk.forces()).isEqualTo(forces + 1);
        log.settle();
        log.settle();
        assertThat(disk.forces()).isEqualTo(forces + 2);
        MemoryDisk left = disk.afterPowerLoss(random);
        left.put(LOG, Arrays.copyOf(left.bytes(LOG), 2_100));
        assertThat(GoldenTest.recover(left, Recovery.Options.defaults()))
                .isInstanceOfSatisfying(
                        Recovered.Refused.class,
                        refused -> assertThat(refused.reason()).contains("0x2"));
    }

    @Test
    void withoutSyncsNothingIsMarked() throws IOException {
        Recovery.recover(disk, disk, Recovery.Options.defaults());
        try (TxnLog log = TxnLog.open(disk, new TxnLog.Options(0, false, 1 << 20, NONCE), 0)) {
            LoggedTxn txn = create(new byte[20]);
            zxid++;
            log.append(zxid, txn.encode());
            assertThat(log.bytesSinceRoll()).isEqualTo(TxnLog.HEADER_BYTES + TxnLog.FRAME_BYTES + txn.encode().length);
        }
    }

    /// A log of `batches` batches of one to three records and a last one of `last` records.
    private MemoryDisk freshLog(boolean padded, int batches, int last) throws IOException {
        MemoryDisk fresh = new MemoryDisk();
        Recovery.recover(fresh, fresh, Recovery.Options.defaults());
        zxid = 0;
        ends.clear();
        TxnLog.Options options = new TxnLog.Options(padded ? 8_192 : 0, true, 1 << 20, NONCE);
        try (TxnLog log = TxnLog.open(fresh, options, 0)) {
            for (int batch = 0; batch < batches; batch++) {
                append(log, create(new byte[400 + random.below(400)]));
                log.sync();
                ends.add((int) log.bytesSinceRoll());
            }
            for (int i = 0; i < last; i++) {
                append(log, create(new byte[random.below(900)]));
            }
            log.sync();
            ends.add((int) log.bytesSinceRoll());
        }
        disk.put(LOG, fresh.bytes(LOG));
        return fresh;
    }

    private static TxnLog open(Disk on, long nonce) throws IOException {
        return TxnLog.open(on, new TxnLog.Options(0, true, 1 << 20, nonce), 0);
    }

    private LoggedTxn create(byte[] data) {
        for (int i = 0; i < data.length; i += 7) {
            data[i] |= 1;
        }
        long next = zxid + 1;
        return new LoggedTxn(
                new TxnHeader(1, (int) next, next, 1_000, OpCode.CREATE.number()),
                new CreateTxn("/n" + next, data, Acl.OPEN, false, (int) next),
                new TxnDigest(1, 5));
    }

    private void append(TxnLog log, LoggedTxn txn) throws IOException {
        zxid++;
        log.append(zxid, txn.encode());
    }

    private void append(TxnLog log, ErrorTxn txn, OpCode type, TxnDigest digest) throws IOException {
        append(log, new LoggedTxn(new TxnHeader(1, 1, zxid + 1, 1_000, type.number()), txn, digest));
    }

    private void loseSectors(byte[] bytes, int from, int to) {
        int percent = random.below(101);
        int at = from;
        while (at < to) {
            int end = Math.min(to, (at / SECTOR + 1) * SECTOR);
            if (random.chance(percent)) {
                Arrays.fill(bytes, at, end, (byte) 0);
            }
            at = end;
        }
    }

    /// The mark as it may be found after a loss of power: it names the file and claims little of what was synced.
    private static void lag(MemoryDisk on, long claimed) throws IOException {
        lag(on, claimed, NONCE);
    }

    private static void lag(MemoryDisk on, long claimed, long nonce) throws IOException {
        on.delete(SyncMark.NAME);
        try (SyncMark mark = SyncMark.open(on, claimed, nonce, SyncMark.ALL)) {
            mark.begin(1);
        }
    }
}
