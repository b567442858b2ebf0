// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PurgeTest {

    private final MemoryDisk disk = new MemoryDisk();
    private final History history = new History(9);

    /// Snapshots at 0, 10, 20, 30, 40; logs from 1, 6, 16, 26, 36 on, each across a snapshot.
    @BeforeEach
    void write() throws IOException {
        GoldenTest.recover(disk, Recovery.Options.defaults());
        try (TxnLog log = TxnLog.open(disk, new TxnLog.Options(0, true, 1 << 20, 7), 0)) {
            history.write(log, 5);
            for (int i = 0; i < 4; i++) {
                log.roll();
                history.write(log, 5);
                history.snapshot(disk);
                history.write(log, 5);
            }
        }
    }

    @Test
    void keepsTheNewestSnapshotsAndTheLogsThatTheyNeed() throws IOException {
        Purge.Purged purged = new Purge(disk, disk).run(2);
        assertThat(data()).containsExactly("log.1a", "log.24", "snapshot.1e", "snapshot.28");
        assertThat(purged.files()).hasSize(6);
        assertThat(purged.bytes()).isPositive();
        assertRecovers();
    }

    /// Seed 1313 of the ensembles of three: after a loss of power the older of two logs was back, and nothing told of
    /// the records between it and the next one.
    @Test
    void noLogGoesBeforeTheOlderOnesAreGoneForGood() throws IOException {
        for (int operations = 0; purgeIsCut(operations); operations++) {
            assertThat(operations).isLessThan(50);
        }
    }

    private boolean purgeIsCut(int operations) throws IOException {
        MemoryDisk copy = disk.copy();
        copy.crashAfter(operations);
        try {
            new Purge(copy, copy).run(1);
            return false;
        } catch (MemoryDisk.Crash _) {
            assertThat(copy.notGoneForGood())
                    .filteredOn(name -> name.startsWith("log."))
                    .hasSizeLessThan(2);
            return true;
        }
    }

    @Test
    void everyKeptSnapshotIsEnoughByItself() throws IOException {
        new Purge(disk, disk).run(3);
        disk.put("snapshot.28", new byte[3]);
        disk.put("snapshot.1e", new byte[3]);
        assertRecovers();
    }

    @Test
    void damagedSnapshotDoesNotCount() throws IOException {
        byte[] bytes = disk.bytes("snapshot.28");
        bytes[bytes.length / 2] ^= 1;
        disk.put("snapshot.28", bytes);
        new Purge(disk, disk).run(2);
        assertThat(data()).contains("snapshot.14", "snapshot.1e").doesNotContain("snapshot.a");
        assertRecovers();
    }

    @Test
    void nothingIsRemovedWithTooFewGoodSnapshots() throws IOException {
        List<String> before = disk.list();
        for (String name : before) {
            if (name.startsWith("snapshot.") && !name.equals("snapshot.a")) {
                disk.put(name, new byte[20]);
            }
        }
        assertThat(new Purge(disk, disk).run(2).files()).isEmpty();
        assertThat(disk.list()).isEqualTo(before);
    }

    @Test
    void snapshotThatWasReadBackBeforeIsNotReadAgain() throws IOException {
        Purge purge = new Purge(disk, disk);
        purge.verified(new DataFile("snapshot.28", 0x28));
        disk.put("snapshot.28", new byte[3]);
        purge.run(1);
        assertThat(data()).doesNotContain("snapshot.1e");
    }

    private List<String> data() throws IOException {
        return disk.list().stream().filter(name -> !name.equals(SyncMark.NAME)).toList();
    }

    private void assertRecovers() {
        Recovered.Restored restored = (Recovered.Restored) GoldenTest.recover(disk, Recovery.Options.defaults());
        assertThat(restored.lastZxid()).isEqualTo(history.zxid());
        assertThat(restored.tree().digest()).isEqualTo(history.digestAt(history.zxid()));
    }
}
