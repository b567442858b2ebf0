// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zabra.core.base.Prng;
import io.zabra.core.log.Entry;
import io.zabra.core.log.Epochs;
import io.zabra.core.log.ReceivedSnapshot;
import io.zabra.core.log.Zxid;
import io.zabra.core.tree.DataTree;
import io.zabra.core.tree.TreeOptions;
import io.zabra.storage.member.MemberLog;
import io.zabra.storage.member.MemberRecovered;
import io.zabra.storage.member.MemberRecovery;
import io.zabra.storage.member.StoredSnapshot;
import io.zabra.storage.stream.Compression;
import io.zabra.wire.txn.CreateSessionTxn;
import io.zabra.wire.txn.LoggedTxn;
import io.zabra.wire.txn.TxnDigest;
import io.zabra.wire.txn.TxnHeader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// A member that logs, truncates, installs snapshots and changes epochs, and crashes before each of its disk operations
/// in turn; the recovery after that crashes likewise.
class MemberCrashTest {

    static final TxnLog.Options LOG = new TxnLog.Options(4096, true, 1 << 16, 7);
    static final long TAIL_BYTES_MAX = 1 << 20;
    private static final long DIGEST = DataTree.fresh(TreeOptions.defaults()).digest();

    /// What a member has, in terms of promises. Each transaction makes a session, whose id tells which one it was.
    private record Promise(TreeSet<Long> sessions, long end, Epochs epochs, long trialStart) {

        /// After a start.
        Promise survived() {
            return epochs.current() < epochs.accepted() ? cut(trialStart) : this;
        }

        Promise with(Epochs newEpochs) {
            return new Promise(sessions, end, newEpochs, end);
        }

        Promise and(long zxid) {
            TreeSet<Long> more = new TreeSet<>(sessions);
            more.add(session(epochs, zxid));
            return new Promise(more, zxid, epochs, trialStart);
        }

        /// Sessions carry the zxid in their lower bits.
        Promise cut(long zxid) {
            TreeSet<Long> fewer = new TreeSet<>(sessions);
            fewer.removeIf(session -> zxid(session) > zxid);
            long newEnd = fewer.stream().mapToLong(Promise::zxid).max().orElse(0);
            return new Promise(fewer, newEnd, epochs, Math.min(newEnd, trialStart));
        }

        private static long zxid(long session) {
            return (session >>> 16 & 0xFF) << 32 | session & 0xFFFF;
        }
    }

    /// The writer's epoch is a part of it, so that a record that was truncated can be told from what took its place.
    static long session(Epochs epochs, long zxid) {
        return epochs.accepted() << 24 | Zxid.epoch(zxid) << 16 | Zxid.counter(zxid);
    }

    static byte[] entry(long session, long zxid) {
        return new LoggedTxn(
                        new TxnHeader(session, 0, zxid, 1_000, -10),
                        new CreateSessionTxn(4_000),
                        new TxnDigest(2, DIGEST))
                .encode();
    }

    /// The life of one process, or of what is left of it.
    private static final class Run {
        final MemoryDisk disk;
        Promise before = new Promise(new TreeSet<>(), 0, new Epochs(0, 0), 0);
        /// What may be there, too, since it was under way.
        final List<Promise> possible = new ArrayList<>();
        MemberLog log;
        long snapshots;

        Run(MemoryDisk disk) {
            this.disk = disk;
        }

        void live() throws IOException {
            log = MemberLog.open(disk, disk, LOG, recover(disk));
            epochs(1, 0);
            epochs(1, 1);
            append(1, 1, 5);
            log.committed(zxid(1, 3));
            log.roll();
            append(1, 6, 8);
            log.settle();
            log.roll();
            append(1, 9, 10);
            epochs(2, 1);
            truncate(zxid(1, 7));
            append(1, 8, 9);
            epochs(2, 2);
            append(2, 1, 2);
            epochs(3, 2);
            // There is no such record.
            truncate(zxid(2, 0));
            append(1, 10, 12);
            epochs(3, 3);
            log.roll();
            append(3, 1, 4);
            epochs(4, 3);
            install(zxid(3, 2), 4, 2);
            append(4, 1, 3);
            epochs(5, 4);
            install(zxid(4, 2), 5, 0);
            append(5, 1, 2);
            truncate(zxid(5, 1));
            append(5, 2, 3);
            log.close();
        }

        private void done(Promise now) {
            before = now;
            possible.clear();
        }

        private void epochs(long accepted, long current) throws IOException {
            Promise now = before.with(new Epochs(accepted, current));
            possible.add(now);
            log.epochs(now.epochs());
            done(now);
        }

        private void append(long epoch, long from, long to) throws IOException {
            Promise now = before;
            for (long counter = from; counter <= to; counter++) {
                now = now.and(zxid(epoch, counter));
                possible.add(now);
                log.append(
                        zxid(epoch, counter), entry(session(now.epochs(), zxid(epoch, counter)), zxid(epoch, counter)));
                if (counter % 3 == 0) {
                    log.sync();
                    before = now;
                }
            }
            assertThat(log.sync()).isEqualTo(zxid(epoch, to));
            done(now);
        }

        private void truncate(long zxid) throws IOException {
            Promise now = before.cut(zxid);
            possible.add(now);
            log.truncate(zxid);
            assertThat(log.appendedZxid()).isEqualTo(now.end());
            done(now);
        }

        private void install(long zxid, long epoch, int behind) throws IOException {
            Epochs epochs = new Epochs(epoch, epoch);
            TreeSet<Long> sessions = new TreeSet<>();
            for (long old : before.sessions()) {
                if (Promise.zxid(old) <= zxid) {
                    sessions.add(old);
                }
            }
            ReceivedSnapshot received = received(zxid, sessions);
            Promise now = new Promise(sessions, zxid, epochs, zxid);
            List<Entry> entries = new ArrayList<>();
            for (int i = 1; i <= behind; i++) {
                now = now.and(zxid + i);
                entries.add(new Entry(zxid + i, entry(session(epochs, zxid + i), zxid + i)));
            }
            possible.add(now);
            log.install(received, entries, epochs);
            assertThat(disk.list()).noneMatch(name -> name.startsWith(DataFile.TEMPORARY));
            done(now);
        }

        private ReceivedSnapshot received(long zxid, TreeSet<Long> sessions) throws IOException {
            TreeMap<Long, Integer> timeouts = new TreeMap<>();
            sessions.forEach(session -> timeouts.put(session, 4_000));
            MemoryDisk elsewhere = new MemoryDisk();
            DataTree tree = DataTree.fresh(TreeOptions.defaults());
            try (var frozen = tree.freeze()) {
                DataFile file = new Snapshots(elsewhere, Compression.NONE)
                        .write(new SnapshotImage(frozen, timeouts), Snapshots.Pace.FULL);
                StoredSnapshot stored = new StoredSnapshot(++snapshots);
                disk.put(stored.name(), elsewhere.bytes(file.name()));
                return new ReceivedSnapshot(zxid, tree, timeouts, stored);
            }
        }
    }

    static long zxid(long epoch, long counter) {
        return epoch << 32 | counter;
    }

    static MemberRecovered.Restored recover(Disk disk) throws IOException {
        MemberRecovered recovered = MemberRecovery.recover(disk, disk, Recovery.Options.defaults(), TAIL_BYTES_MAX);
        assertThat(recovered).isInstanceOf(MemberRecovered.Restored.class);
        return (MemberRecovered.Restored) recovered;
    }

    @Test
    void anUndisturbedLifeEndsAsItShould() throws IOException {
        MemoryDisk disk = new MemoryDisk();
        Run run = new Run(disk);
        run.live();
        assertThat(run.before.end()).isEqualTo(zxid(5, 3));
        assertThat(new String(disk.bytes(EpochFiles.ACCEPTED))).isEqualTo("5");
        assertThat(new String(disk.bytes(EpochFiles.CURRENT))).isEqualTo("5");
        assertSurvived(disk, run, "undisturbed");
    }

    @Test
    void killAtAnyOperationLeavesEachChangeWholeOrUndone() throws IOException {
        int operations = operations();
        for (int at = 0; at <= operations; at++) {
            MemoryDisk disk = new MemoryDisk();
            Run run = crashed(at, disk);
            assertSurvived(disk.afterKill(), run, "killed at " + at);
        }
    }

    @Test
    void lossOfPowerAtAnyOperationLeavesEachChangeWholeOrUndone() throws IOException {
        int operations = operations();
        for (int at = 0; at <= operations; at++) {
            for (int draw = 0; draw < 8; draw++) {
                MemoryDisk disk = new MemoryDisk();
                Run run = crashed(at, disk);
                MemoryDisk left = disk.afterPowerLoss(new Prng(at * 31L + draw));
                assertSurvived(left, run, "power lost at " + at + ", draw " + draw);
            }
        }
    }

    @Test
    void recoveryMayCrashAtAnyOperationItself() throws IOException {
        int operations = operations();
        for (int at = 0; at <= operations; at++) {
            for (int second = 0; second < 24; second++) {
                MemoryDisk disk = new MemoryDisk();
                Run run = crashed(at, disk);
                Prng random = new Prng(at * 97L + second);
                MemoryDisk left = disk.afterPowerLoss(random);
                left.crashAfter(second);
                try {
                    recover(left);
                } catch (MemoryDisk.Crash _) {
                    left = left.afterPowerLoss(random);
                }
                left.crashAfter(Integer.MAX_VALUE);
                assertSurvived(left, run, "power lost at " + at + ", in recovery at " + second);
            }
        }
    }

    @Test
    void nothingIsWrittenAfterAFailure() throws IOException {
        MemoryDisk disk = new MemoryDisk();
        MemberLog log = MemberLog.open(disk, disk, LOG, recover(disk));
        log.epochs(new Epochs(1, 1));
        log.append(zxid(1, 1), entry(1, zxid(1, 1)));
        log.sync();
        log.append(zxid(1, 2), entry(2, zxid(1, 2)));
        disk.crashAfter(2);
        assertThatThrownBy(() -> log.truncate(zxid(1, 1))).isInstanceOf(MemoryDisk.Crash.class);
        disk.crashAfter(Integer.MAX_VALUE);
        int operations = disk.operations();
        assertThatThrownBy(() -> log.append(zxid(1, 3), new byte[40])).hasMessageContaining("failed before");
        assertThatThrownBy(log::sync).hasMessageContaining("failed before");
        assertThatThrownBy(() -> log.epochs(new Epochs(2, 2))).hasMessageContaining("failed before");
        assertThat(disk.operations()).isEqualTo(operations);
        log.close();
        assertThat(recover(disk).state().lastZxid()).isEqualTo(zxid(1, 2));
    }

    private static int operations() throws IOException {
        MemoryDisk disk = new MemoryDisk();
        new Run(disk).live();
        return disk.operations();
    }

    private static Run crashed(int at, MemoryDisk disk) {
        Run run = new Run(disk);
        disk.crashAfter(at);
        try {
            run.live();
        } catch (IOException e) {
            assertThat(e).isInstanceOf(MemoryDisk.Crash.class);
        }
        return run;
    }

    private static void assertSurvived(MemoryDisk disk, Run run, String what) throws IOException {
        List<Promise> allowed = new ArrayList<>(run.possible);
        allowed.add(run.before);
        MemberRecovered.Restored restored = recovered(disk, what);
        TreeSet<Long> sessions = sessions(restored);
        assertThat(allowed)
                .as(what + ": " + sessions + " " + restored.epochs())
                .anyMatch(promise -> promise.survived().sessions().equals(sessions)
                        && promise.epochs().equals(restored.epochs())
                        && promise.survived().end() == restored.state().lastZxid());
        assertGoesOn(disk, restored, what);
    }

    private static void assertGoesOn(MemoryDisk disk, MemberRecovered.Restored restored, String what)
            throws IOException {
        long epoch = restored.epochs().accepted() + 1;
        try (MemberLog log = MemberLog.open(disk, disk, LOG, restored)) {
            log.epochs(new Epochs(epoch, epoch));
            log.append(zxid(epoch, 1), entry(1, zxid(epoch, 1)));
            log.sync();
            log.truncate(restored.state().lastZxid());
            log.append(zxid(epoch, 1), entry(2, zxid(epoch, 1)));
        }
        MemberRecovered.Restored again = recovered(disk, what);
        TreeSet<Long> sessions = sessions(restored);
        sessions.add(2L);
        assertThat(sessions(again)).as(what).isEqualTo(sessions);
        assertThat(again.state().notes()).as(what).isEmpty();
    }

    private static MemberRecovered.Restored recovered(MemoryDisk disk, String what) throws IOException {
        MemberRecovered recovered = MemberRecovery.recover(disk, disk, Recovery.Options.defaults(), TAIL_BYTES_MAX);
        assertThat(recovered).as(what).isInstanceOf(MemberRecovered.Restored.class);
        return (MemberRecovered.Restored) recovered;
    }

    /// Those of the tree, and those of the records behind it.
    private static TreeSet<Long> sessions(MemberRecovered.Restored restored) {
        TreeSet<Long> sessions =
                new TreeSet<>(restored.state().sessionTimeoutsMs().keySet());
        for (Entry entry : restored.start().tail()) {
            sessions.add(LoggedTxn.read(entry.bytes()).header().clientId());
        }
        return sessions;
    }
}
