// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.zabra.core.tree.Owners;
import io.zabra.core.tree.TreeOptions;
import io.zabra.storage.stream.Compression;
import io.zabra.wire.txn.CreateSessionTxn;
import io.zabra.wire.txn.LoggedTxn;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// Files that a real Apache ZooKeeper 3.9.5 wrote: read, and written again to the byte.
class GoldenTest {

    static byte[] golden(String name) {
        try (InputStream in = GoldenTest.class.getResourceAsStream("/golden/" + name)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    static Recovery.Options extended() {
        return new Recovery.Options(TreeOptions.extended(), false, true, Compression.NONE);
    }

    @Test
    void firstSnapshotOfANewServerIsApachesToTheByte() throws IOException {
        MemoryDisk disk = new MemoryDisk();
        assertThat(Recovery.recover(disk, disk, Recovery.Options.defaults()))
                .isInstanceOfSatisfying(
                        Recovered.Restored.class,
                        restored -> assertThat(restored.notes()).containsExactly(new RecoveryNote.StartedEmpty()));
        assertThat(disk.bytes("snapshot.0")).isEqualTo(golden("snapshot.0"));
    }

    @Test
    void snapshotWithSessionsAclsAndAllKindsOfNodesIsReadAndItsDigestIsRight() throws IOException {
        MemoryDisk disk = new MemoryDisk();
        disk.put("snapshot.e", golden("snapshot.e"));
        Recovered.Restored restored = (Recovered.Restored) Recovery.recover(disk, disk, extended());
        assertThat(restored.notes()).singleElement().isInstanceOf(RecoveryNote.SnapshotWithoutLog.class);
        assertThat(restored.lastZxid()).isEqualTo(0xe);
        assertThat(restored.sessionTimeoutsMs()).isNotEmpty();
        assertThat(restored.tree().ephemeralCount()).isPositive();
        Snapshots.Loaded loaded = Snapshots.load(disk, new DataFile("snapshot.e", 0xe), TreeOptions.extended());
        assertThat(loaded.digest().value()).isEqualTo(loaded.tree().digest());
    }

    @Test
    void snapshotWrittenAgainHasTheSameSectionsAndTheSameSize() throws IOException {
        MemoryDisk disk = new MemoryDisk();
        disk.put("snapshot.e", golden("snapshot.e"));
        Snapshots.Loaded loaded = Snapshots.load(disk, new DataFile("snapshot.e", 0xe), TreeOptions.extended());
        MemoryDisk out = new MemoryDisk();
        try (var frozen = loaded.tree().freeze()) {
            new Snapshots(out, Compression.NONE)
                    .write(new SnapshotImage(frozen, loaded.sessionTimeoutsMs()), Snapshots.Pace.FULL);
        }
        byte[] ours = out.bytes("snapshot.e");
        byte[] apaches = golden("snapshot.e");
        assertThat(ours).hasSameSizeAs(apaches);
        // The order of rows and nodes is free, so what is compared is what they sum up to.
        assertThat(sorted(ours, 0, seals(ours))).isEqualTo(sorted(apaches, 0, seals(apaches)));
        assertThat(digestSection(ours)).isEqualTo(digestSection(apaches));
    }

    @Test
    void logIsReadAndWrittenAgainToTheByte() throws IOException {
        MemoryDisk disk = new MemoryDisk();
        disk.put("log.1", golden("log.1.head1400"));
        MemoryDisk out = new MemoryDisk();
        TxnLog log = TxnLog.open(out, new TxnLog.Options(0, false, 1 << 20, 7), 0);
        List<LoggedTxn> read = new ArrayList<>();
        long end;
        try (LogReader reader = LogReader.open(disk, "log.1")) {
            while (reader.next()) {
                LoggedTxn txn = LoggedTxn.read(reader.bytes(), reader.from(), reader.to());
                read.add(txn);
                log.append(reader.zxid(), txn.encode());
            }
            end = reader.end().offset();
        }
        log.close();
        assertThat(read).hasSizeGreaterThan(3);
        assertThat(read.getFirst().txn()).isInstanceOf(CreateSessionTxn.class);
        assertThat(out.bytes("log.1")).isEqualTo(Arrays.copyOf(golden("log.1.head1400"), (int) end));
    }

    @Test
    void firstSnapshotAndTheLogLeadToTheDigestsThatTheLogHolds() throws IOException {
        MemoryDisk disk = new MemoryDisk();
        disk.put("snapshot.0", golden("snapshot.0"));
        disk.put("log.1", golden("log.1.head1400"));
        Recovered recovered = Recovery.recover(disk, disk, extended());
        assertThat(recovered).isInstanceOf(Recovered.Restored.class);
        Recovered.Restored restored = (Recovered.Restored) recovered;
        assertThat(restored.replayed()).isGreaterThan(3);
        assertThat(restored.notes()).noneMatch(note -> note instanceof RecoveryNote.DigestMismatch);
    }

    @Test
    void timeToLiveNodesAreNotDeletedWhenExtendedTypesAreOff() {
        MemoryDisk disk = new MemoryDisk();
        disk.put("snapshot.e", golden("snapshot.e"));
        assertThat(recover(disk, Recovery.Options.defaults()))
                .isInstanceOfSatisfying(
                        Recovered.Refused.class,
                        refused -> assertThat(refused.message())
                                .contains("time to live")
                                .contains("extendedTypesEnabled"));
        assertThat(Owners.looksLikeTtl(0xff0000000000ea60L)).isTrue();
    }

    static Recovered recover(Disk disk, Recovery.Options options) {
        try {
            return Recovery.recover(disk, disk, options);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /// Where the first seal starts: the sections behind the tree have a fixed length.
    private static int seals(byte[] snapshot) {
        return snapshot.length - 13 - 20 - 13 - 8 - 13;
    }

    private static byte[] digestSection(byte[] snapshot) {
        int from = seals(snapshot) + 13;
        return Arrays.copyOfRange(snapshot, from, from + 20);
    }

    private static TreeMap<Byte, Integer> sorted(byte[] bytes, int from, int to) {
        TreeMap<Byte, Integer> counts = new TreeMap<>();
        for (int i = from; i < to; i++) {
            counts.merge(bytes[i], 1, Integer::sum);
        }
        return counts;
    }
}
