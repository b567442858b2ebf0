// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zabra.core.base.Prng;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/// A server that writes, rolls, takes snapshots and purges, and crashes before each of its disk operations in turn;
/// the recovery after that crashes likewise.
class CrashTest {

    private static final int SEEDS = 6;

    /// What the server had promised when it crashed.
    private static final class Run {
        final History history;
        long acknowledged;

        Run(long seed) {
            history = new History(seed);
        }

        void live(MemoryDisk disk) throws IOException {
            Recovery.recover(disk, disk, Recovery.Options.defaults());
            Purge purge = new Purge(disk, disk);
            try (TxnLog log = TxnLog.open(disk, new TxnLog.Options(4096, true, 1 << 16, 7), 0)) {
                for (int round = 0; round < 4; round++) {
                    for (int batch = 0; batch < 3; batch++) {
                        for (int i = 0; i <= batch; i++) {
                            var txn = history.next();
                            log.append(history.zxid(), txn.encode());
                        }
                        acknowledged = log.sync();
                    }
                    log.roll();
                    history.snapshot(disk);
                    purge.run(2);
                }
            }
        }
    }

    @Test
    void killAtAnyOperationLosesNothingThatWasAcknowledged() throws IOException {
        for (int seed = 0; seed < SEEDS; seed++) {
            int operations = operations(seed);
            for (int at = 0; at <= operations; at++) {
                MemoryDisk disk = new MemoryDisk();
                Run run = crashed(seed, at, disk);
                assertRecovers(disk.afterKill(), run, "seed " + seed + " killed at " + at);
            }
        }
    }

    @Test
    void lossOfPowerAtAnyOperationLosesNothingThatWasAcknowledged() throws IOException {
        for (int seed = 0; seed < SEEDS; seed++) {
            int operations = operations(seed);
            for (int at = 0; at <= operations; at++) {
                for (int draw = 0; draw < 6; draw++) {
                    MemoryDisk disk = new MemoryDisk();
                    Run run = crashed(seed, at, disk);
                    MemoryDisk left = disk.afterPowerLoss(new Prng(seed * 1_000_003L + at * 31L + draw));
                    assertRecovers(left, run, "seed " + seed + ", power lost at " + at + ", draw " + draw);
                }
            }
        }
    }

    @Test
    void recoveryMayCrashAtAnyOperationItself() throws IOException {
        int operations = operations(1);
        for (int at = 0; at <= operations; at++) {
            for (int second = 0; second < 12; second++) {
                MemoryDisk disk = new MemoryDisk();
                Run run = crashed(1, at, disk);
                Prng random = new Prng(at * 97L + second);
                MemoryDisk left = disk.afterPowerLoss(random);
                left.crashAfter(second);
                try {
                    Recovery.recover(left, left, Recovery.Options.defaults());
                } catch (MemoryDisk.Crash _) {
                    left = left.afterPowerLoss(random);
                }
                left.crashAfter(Integer.MAX_VALUE);
                assertRecovers(left, run, "power lost at " + at + ", in recovery at " + second);
            }
        }
    }

    @Test
    void failedSyncIsFinal() throws IOException {
        MemoryDisk disk = new MemoryDisk();
        TxnLog log = TxnLog.open(disk, new TxnLog.Options(64L << 20, true, 4 << 20, 7), 0);
        History history = new History(3);
        history.write(log, 5);
        long before = log.syncedZxid();
        log.append(6, history.next().encode());
        disk.crashAfter(1);
        assertThatThrownBy(log::sync).isInstanceOf(MemoryDisk.Crash.class);
        disk.crashAfter(Integer.MAX_VALUE);
        int operations = disk.operations();
        assertThatThrownBy(log::sync).hasMessageContaining("failed before");
        assertThatThrownBy(() -> log.append(7, new byte[40])).hasMessageContaining("failed before");
        assertThatThrownBy(log::roll).hasMessageContaining("failed before");
        assertThat(disk.operations()).isEqualTo(operations);
        assertThat(log.syncedZxid()).isEqualTo(before);
    }

    @Test
    void closedLogTakesNoMoreRecords() throws IOException {
        MemoryDisk disk = new MemoryDisk();
        TxnLog log = TxnLog.open(disk, new TxnLog.Options(64L << 20, true, 4 << 20, 7), 0);
        log.close();
        assertThatThrownBy(() -> log.append(1, new byte[40])).hasMessageContaining("closed");
    }

    @Test
    void secondGenerationNeverWritesIntoAFileOfTheFirst() throws IOException {
        MemoryDisk disk = new MemoryDisk();
        TxnLog first = TxnLog.open(disk, new TxnLog.Options(64L << 20, true, 4 << 20, 7), 0);
        new History(3).write(first, 5);
        byte[] written = disk.bytes("log.1");
        TxnLog second = TxnLog.open(disk, new TxnLog.Options(64L << 20, true, 4 << 20, 7), 0);
        second.append(1, new History(4).next().encode());
        assertThatThrownBy(second::sync).isInstanceOf(IOException.class);
        assertThat(disk.bytes("log.1")).isEqualTo(written);
    }

    @Test
    void manyAppendsCostOneSync() throws IOException {
        MemoryDisk disk = new MemoryDisk();
        TxnLog log = TxnLog.open(disk, new TxnLog.Options(64L << 20, true, 4 << 20, 7), 0);
        History history = new History(3);
        history.write(log, 1);
        int forces = disk.forces();
        for (int i = 0; i < 100; i++) {
            var txn = history.next();
            log.append(history.zxid(), txn.encode());
        }
        assertThat(log.sync()).isEqualTo(101);
        assertThat(disk.forces()).isEqualTo(forces + 1);
    }

    private static int operations(long seed) throws IOException {
        MemoryDisk disk = new MemoryDisk();
        new Run(seed).live(disk);
        return disk.operations();
    }

    private static Run crashed(long seed, int at, MemoryDisk disk) {
        Run run = new Run(seed);
        disk.crashAfter(at);
        try {
            run.live(disk);
        } catch (IOException e) {
            assertThat(e).isInstanceOf(MemoryDisk.Crash.class);
        }
        return run;
    }

    private static void assertRecovers(MemoryDisk disk, Run run, String what) {
        Recovered recovered = GoldenTest.recover(disk, Recovery.Options.defaults());
        assertThat(recovered).as(what).isInstanceOf(Recovered.Restored.class);
        Recovered.Restored restored = (Recovered.Restored) recovered;
        assertThat(restored.lastZxid()).as(what).isBetween(run.acknowledged, run.history.zxid());
        assertThat(restored.tree().digest()).as(what).isEqualTo(run.history.digestAt(restored.lastZxid()));
        assertThat(restored.notes()).as(what).noneMatch(note -> note instanceof RecoveryNote.DigestMismatch);
    }
}
