// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.storage;

import static io.zabra.storage.MemberCrashTest.LOG;
import static io.zabra.storage.MemberCrashTest.entry;
import static io.zabra.storage.MemberCrashTest.recover;
import static io.zabra.storage.MemberCrashTest.zxid;
import static org.assertj.core.api.Assertions.assertThat;

import io.zabra.core.log.Epochs;
import io.zabra.core.log.ReceivedSnapshot;
import io.zabra.core.quorum.Membership;
import io.zabra.core.quorum.Quorums;
import io.zabra.core.tree.DataTree;
import io.zabra.core.tree.TreeOptions;
import io.zabra.storage.member.MemberLog;
import io.zabra.storage.member.MemberRecovered;
import io.zabra.storage.member.MemberRecovery;
import io.zabra.storage.member.StoredSnapshot;
import io.zabra.storage.stream.Compression;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// A member whose files are damaged begins with nothing, and knows that it has lost something until it has it back.
class MemberLossTest {

    private static final String FIRST_LOG = "log.100000001";

    private final MemoryDisk disk = new MemoryDisk();

    private void life() throws IOException {
        try (MemberLog log = MemberLog.open(disk, disk, LOG, recover(disk))) {
            log.epochs(new Epochs(1, 1));
            for (long counter = 1; counter <= 9; counter++) {
                log.append(zxid(1, counter), entry(zxid(1, counter), zxid(1, counter)));
                log.sync();
            }
            log.epochs(new Epochs(3, 1));
        }
    }

    private void damageLog() {
        byte[] bytes = disk.bytes(FIRST_LOG);
        // In the first record.
        bytes[50] ^= 1;
        disk.put(FIRST_LOG, bytes);
    }

    private boolean replaceable() throws IOException {
        MemberRecovered recovered = MemberRecovery.recover(disk, disk, Recovery.Options.defaults(), 1 << 20);
        return recovered instanceof MemberRecovered.Refused(var _, boolean replaceable) && replaceable;
    }

    private MemberRecovered.Restored recoverLost() throws IOException {
        assertThat(replaceable()).isTrue();
        MemberRecovered recovered = MemberRecovery.recoverLost(disk, disk, Recovery.Options.defaults());
        assertThat(recovered).isInstanceOf(MemberRecovered.Restored.class);
        return (MemberRecovered.Restored) recovered;
    }

    @Test
    void aDamagedLogIsPutAsideAndThePromisesStay() throws IOException {
        life();
        damageLog();
        byte[] damaged = disk.bytes(FIRST_LOG);
        MemberRecovered.Restored restored = recoverLost();
        assertThat(restored.start().lost()).isTrue();
        assertThat(restored.state().lastZxid()).isZero();
        assertThat(restored.epochs()).isEqualTo(new Epochs(3, 1));
        assertThat(disk.bytes("damaged." + FIRST_LOG)).isEqualTo(damaged);
        assertThat(restored.state().notes())
                .anyMatch(note -> note instanceof RecoveryNote.Fenced(List<String> kept) && kept.size() == 2);
        assertThat(DataFile.logs(disk.list())).isEmpty();
    }

    @Test
    void theLossIsKnownUntilASnapshotOfTheLeaderIsInstalled() throws IOException {
        life();
        damageLog();
        recoverLost();
        for (int start = 0; start < 2; start++) {
            MemberRecovered.Restored again = recover(disk.afterKill());
            assertThat(again.start().lost()).isTrue();
            MemberLog.open(disk, disk, LOG, recover(disk)).close();
        }
        try (MemberLog log = MemberLog.open(disk, disk, LOG, recover(disk))) {
            log.install(snapshot(zxid(3, 7)), List.of(), new Epochs(4, 4));
            log.append(zxid(4, 1), entry(7, zxid(4, 1)));
            log.sync();
        }
        MemberRecovered.Restored whole = recover(disk);
        assertThat(whole.start().lost()).isFalse();
        assertThat(whole.state().lastZxid()).isEqualTo(zxid(4, 1));
        assertThat(whole.epochs()).isEqualTo(new Epochs(4, 4));
        assertThat(disk.list()).contains("damaged." + FIRST_LOG);
    }

    private ReceivedSnapshot snapshot(long zxid) throws IOException {
        MemoryDisk elsewhere = new MemoryDisk();
        DataTree tree = DataTree.fresh(TreeOptions.defaults());
        try (var frozen = tree.freeze()) {
            DataFile file = new Snapshots(elsewhere, Compression.NONE)
                    .write(new SnapshotImage(frozen, new TreeMap<>()), Snapshots.Pace.FULL);
            StoredSnapshot stored = new StoredSnapshot(1);
            disk.put(stored.name(), elsewhere.bytes(file.name()));
            return new ReceivedSnapshot(zxid, tree, new TreeMap<>(), stored);
        }
    }

    @Test
    void aRecordThatIsDamagedIsReplacedByWhatApachesFilesKnow() throws IOException {
        life();
        byte[] record = disk.bytes("zabra.member");
        record[20] ^= 1;
        disk.put("zabra.member", record);
        assertThat(recoverLost().epochs()).isEqualTo(new Epochs(3, 1));
    }

    @Test
    void logsAndSnapshotsThatAreGoneAreALoss() throws IOException {
        life();
        disk.delete(FIRST_LOG);
        assertThat(replaceable()).isTrue();
        disk.delete("snapshot.0");
        assertThat(recoverLost().start().lost()).isTrue();
    }

    /// As when the disk of the logs alone was replaced.
    @Test
    void aLogThatIsShorterThanAtTheLastPromiseIsALoss() throws IOException {
        life();
        disk.delete(FIRST_LOG);
        disk.delete("zabra.synced");
        assertThat(recoverLost().start().lost()).isTrue();
    }

    @Test
    void anotherDamageReplacesWhatTheFirstHasLeft() throws IOException {
        life();
        damageLog();
        recoverLost();
        disk.put("damaged.log.77", new byte[3]);
        try (MemberLog log = MemberLog.open(disk, disk, LOG, recover(disk))) {
            log.install(snapshot(zxid(3, 7)), List.of(), new Epochs(4, 4));
        }
        disk.delete("snapshot.300000007");
        recoverLost();
        assertThat(disk.list()).noneMatch(name -> name.startsWith("damaged."));
    }

    /// Had the leader another history, nobody else may have this one.
    @Test
    void whatASnapshotReplacesIsKeptUntilTheNextOneComes() throws IOException {
        life();
        try (MemberLog log = MemberLog.open(disk, disk, LOG, recover(disk))) {
            log.install(snapshot(zxid(3, 7)), List.of(), new Epochs(4, 4));
        }
        MemoryDisk again = new MemoryDisk();
        for (String name : disk.list()) {
            if (name.startsWith("replaced.")) {
                again.put(name.substring("replaced.".length()), disk.bytes(name));
            }
        }
        assertThat(recover(again).state().lastZxid()).isEqualTo(zxid(1, 9));
        try (MemberLog log = MemberLog.open(disk, disk, LOG, recover(disk))) {
            log.install(snapshot(zxid(5, 1)), List.of(), new Epochs(5, 5));
        }
        assertThat(disk.list()).contains("replaced.snapshot.300000007").doesNotContain("replaced." + FIRST_LOG);
    }

    @Test
    void epochFilesThatHoldNoNumberAreWrittenAnewFromTheRecord() throws IOException {
        life();
        disk.put(EpochFiles.ACCEPTED, new byte[0]);
        disk.put(EpochFiles.CURRENT, "1\"".getBytes(StandardCharsets.US_ASCII));
        MemberRecovered.Restored restored = recover(disk);
        assertThat(restored.epochs()).isEqualTo(new Epochs(3, 1));
        assertThat(restored.state().notes())
                .filteredOn(RecoveryNote.EpochFileUnreadable.class::isInstance)
                .hasSize(2);
        assertThat(disk.bytes(EpochFiles.ACCEPTED)).asString().isEqualTo("3");
        assertThat(disk.bytes(EpochFiles.CURRENT)).asString().isEqualTo("1");
    }

    @Test
    void aDamagedRecordBesideADamagedEpochFileIsALossToo() throws IOException {
        life();
        disk.put("zabra.member", new byte[3]);
        disk.put(EpochFiles.ACCEPTED, "?".getBytes(StandardCharsets.US_ASCII));
        MemberRecovered.Restored restored = recoverLost();
        assertThat(restored.start().lost()).isTrue();
        assertThat(restored.epochs()).isEqualTo(new Epochs(1, 1));
        assertThat(disk.bytes(EpochFiles.ACCEPTED)).asString().isEqualTo("1");
    }

    /// Nobody knows what Apache's server has promised.
    @Test
    void anEpochFileWithoutANumberBesideNoRecordIsRefused() throws IOException {
        life();
        disk.delete("zabra.member");
        disk.delete("zabra.synced");
        disk.put(EpochFiles.ACCEPTED, new byte[0]);
        assertThat(MemberRecovery.recover(disk, disk, Recovery.Options.defaults(), 1 << 20))
                .isInstanceOfSatisfying(MemberRecovered.Refused.class, refused -> {
                    assertThat(refused.reason().message()).contains("acceptedEpoch", "should hold a number");
                    assertThat(refused.replaceable()).isFalse();
                });
    }

    @Test
    void aLostDataFolderBesideAKeptLogIsALoss() throws IOException {
        life();
        MemoryDisk data = new MemoryDisk();
        MemoryDisk logs = new MemoryDisk();
        for (String name : List.of(FIRST_LOG, TxnLog.MARK)) {
            logs.put(name, disk.bytes(name));
        }
        MemberRecovered refused = MemberRecovery.recover(data, logs, Recovery.Options.defaults(), 1 << 20);
        assertThat(refused)
                .isInstanceOfSatisfying(
                        MemberRecovered.Refused.class,
                        reason -> assertThat(reason.replaceable()).isTrue());
        MemberRecovered.Restored fenced =
                (MemberRecovered.Restored) MemberRecovery.recoverLost(data, logs, Recovery.Options.defaults());
        assertThat(fenced.start().lost()).isTrue();
        assertThat(logs.bytes("damaged." + FIRST_LOG)).isEqualTo(disk.bytes(FIRST_LOG));
        MemberRecovered again = MemberRecovery.recover(data, logs, Recovery.Options.defaults(), 1 << 20);
        assertThat(((MemberRecovered.Restored) again).start().lost()).isTrue();
        // Apache's log may be the only copy of what it holds.
        logs.put(FIRST_LOG, disk.bytes(FIRST_LOG));
        assertThat(MemberRecovery.recover(new MemoryDisk(), logs, Recovery.Options.defaults(), 1 << 20))
                .isInstanceOfSatisfying(
                        MemberRecovered.Refused.class,
                        reason -> assertThat(reason.replaceable()).isFalse());
    }

    @Test
    void aRecordThatIsGoneBesideALogOfOursIsToldOf() throws IOException {
        life();
        assertThat(recover(disk).state().notes()).isEmpty();
        disk.delete("zabra.member");
        assertThat(recover(disk).state().notes())
                .containsExactly(new RecoveryNote.MemberRecordMissing("/memory/zabra.member"));
        assertThat(recover(disk).state().notes()).isEmpty();
    }

    @Test
    void aTreeThatWasFoundToBeWrongIsSuspectUntilASnapshotIsInstalled() throws IOException {
        life();
        try (MemberLog log = MemberLog.open(disk, disk, LOG, recover(disk))) {
            log.suspectTree();
            log.epochs(new Epochs(4, 4));
            log.members(Quorums.of(Membership.parse("server.1=a:1:2\nversion=2")));
            log.truncate(zxid(1, 5));
        }
        for (int start = 0; start < 2; start++) {
            MemberRecovered.Restored restored = recover(disk);
            assertThat(restored.start().suspect()).isTrue();
            assertThat(restored.start().lost()).isFalse();
            assertThat(restored.state().lastZxid()).isEqualTo(zxid(1, 5));
            assertThat(restored.state().notes())
                    .containsExactly(new RecoveryNote.TreeSuspected("/memory/zabra.member"));
        }
        try (MemberLog log = MemberLog.open(disk, disk, LOG, recover(disk))) {
            log.install(snapshot(zxid(4, 7)), List.of(), new Epochs(4, 4));
        }
        assertThat(recover(disk).start().suspect()).isFalse();
    }

    /// It is not ours to say what is wrong with it.
    @Test
    void aDamagedFolderThatNoMemberOfZabrasHasWrittenIsRefused() throws IOException {
        life();
        disk.delete("zabra.member");
        damageLog();
        assertThat(replaceable()).isFalse();
    }

    @Test
    void settingsThatDoNotFitAreNoLoss() throws IOException {
        life();
        MemberRecovered recovered = MemberRecovery.recover(disk, disk, Recovery.Options.defaults(), 200);
        assertThat(recovered)
                .isInstanceOfSatisfying(
                        MemberRecovered.Refused.class,
                        refused -> assertThat(refused.replaceable()).isFalse());
    }

    @Test
    void aServerThatStandsAloneDoesNotTakeALossForAnEmptyFolder() throws IOException {
        life();
        damageLog();
        recoverLost();
        assertThat(MemberRecovery.unfinished(disk)).contains("has lost what it had");
    }

    /// An empty list of servers must not make a member go on alone, in the epoch of the others.
    @Test
    void aServerThatStandsAloneDoesNotTakeTheFolderOfAMemberWithOthers() throws IOException {
        life();
        MemberRecovered.Restored restored = recover(disk);
        try (MemberLog log = MemberLog.open(disk, disk, LOG, restored)) {
            log.epochs(new Epochs(3, 3));
            assertThat(MemberRecovery.unfinished(disk)).contains("has other servers", "zabra.member");
            Membership pair = Membership.parse("server.1=a:1:2\nserver.2=b:1:2\nversion=1");
            log.members(Quorums.of(pair));
            assertThat(MemberRecovery.unfinished(disk)).contains("has other servers");
            log.members(Quorums.of(Membership.parse("server.1=a:1:2\nversion=2")));
            assertThat(MemberRecovery.unfinished(disk)).isNull();
        }
    }
}
