// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.simulator.disk;

import static org.assertj.core.api.Assertions.assertThat;

import io.zabra.core.base.Prng;
import io.zabra.core.log.Entry;
import io.zabra.core.log.Epochs;
import io.zabra.core.log.History;
import io.zabra.core.log.ReceivedSnapshot;
import io.zabra.core.log.Zxid;
import io.zabra.core.tree.DataTree;
import io.zabra.core.tree.TreeOptions;
import io.zabra.storage.Disk;
import io.zabra.storage.Recovery;
import io.zabra.storage.SnapshotImage;
import io.zabra.storage.Snapshots;
import io.zabra.storage.TxnLog;
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
import org.junit.jupiter.api.Test;

/// Members that lose power, crash and run out of space again and again, on the disk that keeps nothing more than it
/// must: in the middle of logging, of truncations, installations and changes of the epoch, and in recovery.
class MemberLivesTest {

    private static final int SEEDS = 150;
    private static final int STEPS = 120;

    /// What a member has; each transaction makes a session whose number was never used before.
    private record Held(TreeMap<Long, Long> sessionByZxid, long end, Epochs epochs, long trialStart) {

        Held cut(long zxid) {
            TreeMap<Long, Long> kept = new TreeMap<>(sessionByZxid.headMap(zxid, true));
            long newEnd = kept.isEmpty() ? 0 : kept.lastKey();
            return new Held(kept, newEnd, epochs, Math.min(newEnd, trialStart));
        }

        Held with(Epochs newEpochs) {
            boolean same = onTrial() && newEpochs.current() == epochs.current();
            return new Held(sessionByZxid, end, newEpochs, same ? Math.min(trialStart, end) : end);
        }

        Held and(long zxid, long session) {
            TreeMap<Long, Long> more = new TreeMap<>(sessionByZxid);
            more.put(zxid, session);
            return new Held(more, zxid, epochs, trialStart);
        }

        boolean onTrial() {
            return epochs.current() < epochs.accepted();
        }

        Held survived() {
            return onTrial() ? cut(trialStart) : this;
        }
    }

    private interface Call {
        void run() throws IOException;
    }

    private static final class Lives {
        final Prng random;
        final SimDisk disk;
        final DiskFaults faults;
        final List<Held> possible = new ArrayList<>();
        Held held = new Held(new TreeMap<>(), 0, new Epochs(0, 0), 0);
        long sessions;
        /// What the newest snapshot holds: nothing of it can be taken back.
        long floor;
        long received;
        int crashes;

        Lives(long seed) {
            random = new Prng(seed);
            faults = new DiskFaults(new Prng(seed + 1_000_003));
            disk = new SimDisk(faults);
        }

        void live() throws IOException {
            for (int step = 0; step < STEPS; ) {
                try {
                    faults.rates(0, crashes % 3 == 0 ? 0 : 100);
                    MemberLog log = born();
                    faults.rates(0, 100);
                    for (; step < STEPS; step++) {
                        step(log);
                    }
                } catch (PowerLoss _) {
                    crashes++;
                    if (random.chance(70)) {
                        disk.powerLoss(random);
                    } else {
                        disk.processLoss();
                    }
                }
            }
        }

        private MemberLog born() throws IOException {
            disk.capacity(Long.MAX_VALUE, false);
            MemberRecovered recovered = MemberRecovery.recover(disk, disk, Recovery.Options.defaults(), 1 << 20);
            assertThat(recovered).isInstanceOf(MemberRecovered.Restored.class);
            MemberRecovered.Restored restored = (MemberRecovered.Restored) recovered;
            List<Long> found =
                    new ArrayList<>(restored.state().sessionTimeoutsMs().keySet());
            restored.start()
                    .tail()
                    .forEach(entry ->
                            found.add(LoggedTxn.read(entry.bytes()).header().clientId()));
            found.sort(null);
            List<Held> allowed = new ArrayList<>(possible);
            allowed.add(held);
            Held now = null;
            for (Held one : allowed) {
                Held survived = one.survived();
                List<Long> expected = new ArrayList<>(survived.sessionByZxid.values());
                expected.sort(null);
                if (expected.equals(found)
                        && survived.epochs.equals(restored.epochs())
                        && survived.end == restored.state().lastZxid()) {
                    now = survived;
                }
            }
            assertThat(now).as(found + " of " + allowed).isNotNull();
            possible.clear();
            held = now;
            floor = restored.state().snapshotZxid();
            assertThat(new History(restored.start(), 1 << 20).lastDurable()).isEqualTo(held.end);
            return MemberLog.open(disk, disk, new TxnLog.Options(4096, true, 1 << 16, random.below(1 << 30)), restored);
        }

        private void step(MemberLog log) throws IOException {
            long epoch = held.epochs.accepted();
            switch (random.below(10)) {
                case 0 -> {
                    long next = epoch + 1;
                    become(held.with(held.epochs.accept(next)), () -> log.epochs(held.epochs.accept(next)));
                }
                case 1 -> become(held.with(held.epochs.enter(epoch)), () -> log.epochs(held.epochs.enter(epoch)));
                case 2 -> {
                    long zxid = held.end - random.below(6);
                    if (zxid >= floor && zxid > 0) {
                        become(held.cut(zxid), () -> log.truncate(zxid));
                    }
                }
                case 3 -> install(log);
                case 4 -> retried(log::roll);
                default -> append(log, 1 + random.below(4));
            }
        }

        private void append(MemberLog log, int count) throws IOException {
            Held now = held;
            for (int i = 0; i < count; i++) {
                long zxid = next(now);
                if (zxid < 0) {
                    return;
                }
                long session = ++sessions;
                now = now.and(zxid, session);
                possible.add(now);
                retried(() -> log.append(zxid, entry(session, zxid)));
            }
            retried(log::sync);
            held = now;
            possible.clear();
        }

        private long next(Held after) {
            long current = after.epochs.current();
            if (Zxid.epoch(after.end) == current && current > 0) {
                return after.end + 1;
            }
            return current == 0 ? -1 : Zxid.start(current) + 1;
        }

        private void install(MemberLog log) throws IOException {
            Held base = held.cut(held.end - random.below(4));
            if (base.end == 0 || base.end < floor) {
                return;
            }
            long epoch = held.epochs.accepted();
            TreeMap<Long, Integer> timeouts = new TreeMap<>();
            base.sessionByZxid.values().forEach(session -> timeouts.put(session, 4_000));
            StoredSnapshot stored = new StoredSnapshot(++received);
            DataTree tree = DataTree.fresh(TreeOptions.defaults());
            try (var frozen = tree.freeze()) {
                new Snapshots(disk, Compression.NONE)
                        .write(stored.name(), new SnapshotImage(frozen, timeouts), Snapshots.Pace.FULL);
            }
            Held now = new Held(base.sessionByZxid, base.end, new Epochs(epoch, epoch), base.end);
            List<Entry> entries = new ArrayList<>();
            for (int i = random.below(3); i > 0; i--) {
                long zxid = next(now);
                now = now.and(zxid, ++sessions);
                entries.add(new Entry(zxid, entry(sessions, zxid)));
            }
            ReceivedSnapshot snapshot = new ReceivedSnapshot(base.end, tree, timeouts, stored);
            Held end = now;
            become(end, () -> log.install(snapshot, entries, end.epochs));
            floor = snapshot.zxid();
        }

        private void become(Held now, Call call) throws IOException {
            possible.add(now);
            retried(call);
            held = now;
            possible.clear();
        }

        /// On a disk that is full from some point on, until somebody makes room.
        private void retried(Call call) throws IOException {
            if (random.chance(20)) {
                disk.fillAfter(1 + random.below(12), false);
            }
            while (true) {
                try {
                    call.run();
                    disk.capacity(Long.MAX_VALUE, false);
                    return;
                } catch (Disk.NoSpaceException _) {
                    disk.capacity(Long.MAX_VALUE, false);
                }
            }
        }
    }

    private static byte[] entry(long session, long zxid) {
        long digest = DataTree.fresh(TreeOptions.defaults()).digest();
        return new LoggedTxn(
                        new TxnHeader(session, 0, zxid, 1_000, -10),
                        new CreateSessionTxn(4_000),
                        new TxnDigest(2, digest))
                .encode();
    }

    @Test
    void whateverHappensAMemberHasWhatItSays() throws IOException {
        int crashes = 0;
        long full = 0;
        for (int seed = 0; seed < SEEDS; seed++) {
            Lives lives = new Lives(seed);
            try {
                lives.live();
            } catch (IOException | RuntimeException | AssertionError e) {
                throw new AssertionError("seed " + seed, e);
            }
            crashes += lives.crashes;
            full += lives.disk.noSpaces();
        }
        assertThat(crashes).isGreaterThan(SEEDS);
        assertThat(full).isGreaterThan(SEEDS);
    }
}
