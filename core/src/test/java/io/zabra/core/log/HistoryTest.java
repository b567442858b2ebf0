// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zabra.core.base.InvariantViolation;
import io.zabra.core.base.Prng;
import io.zabra.wire.txn.LoggedTxn;
import io.zabra.wire.txn.SetDataTxn;
import io.zabra.wire.txn.TxnHeader;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class HistoryTest {

    /// A disk that only notes how far it was cut back.
    private static final class Cuts implements Journal {

        final List<Long> cuts = new ArrayList<>();

        @Override
        public void append(long zxid, byte[] entry) {}

        @Override
        public void roll() {}

        @Override
        public void truncate(long zxid) {
            cuts.add(zxid);
        }

        @Override
        public void epochs(Epochs epochs) {}

        @Override
        public void install(ReceivedSnapshot snapshot, List<Entry> entries, Epochs epochs) {}

        @Override
        public void read(long zxid, long last, long bytesMax) {}

        @Override
        public void committed(long zxid) {}
    }

    private final Cuts disk = new Cuts();

    private static long z(long epoch, long counter) {
        return Zxid.start(epoch) + counter;
    }

    private static LoggedTxn txn(long zxid) {
        return new LoggedTxn(new TxnHeader(1, 1, zxid, 7, 5), new SetDataTxn("/a", null, 1), null);
    }

    private void append(History history, long... zxids) {
        for (long zxid : zxids) {
            history.append(new Proposal(txn(zxid), null), txn(zxid).encode(), disk);
        }
    }

    private static @Nullable Long next(History history) {
        Proposal next = history.nextToApply();
        return next == null ? null : next.zxid();
    }

    /// Seed 509 of three members: its snapshot was taken when it had just begun to lead, and the next leader's history
    /// ended where the one before had ended.
    @Test
    void theBeginningOfAnEpochIsNoRecordThatALeaderMayLack() {
        assertThat(new History(History.Start.at(z(3, 0)), 0).proven()).isZero();
        assertThat(new History(History.Start.at(z(3, 1)), 0).proven()).isEqualTo(z(3, 1));
        var older = new History.Start(z(2, 4), List.of(new Span(z(2, 5), z(2, 7))), z(2, 7), List.of(), z(3, 0), false);
        assertThat(new History(older, 0).proven()).isEqualTo(z(2, 7));
        History installed = new History(History.Start.at(0), 0);
        installed.install(z(3, 0), List.of(), new Overlap(0));
        assertThat(installed.proven()).isZero();
        installed.install(z(2, 7), List.of(), new Overlap(0));
        assertThat(installed.lastAppended()).isEqualTo(z(2, 7));
    }

    @Test
    void whatIsCommittedAndOnTheDiskIsReleasedInOrder() {
        History history = new History(History.Start.at(0), 1_000);
        append(history, z(1, 1), z(1, 2), z(1, 3));
        history.commit(z(1, 2));
        assertThat(next(history)).isNull();
        history.durable(z(1, 1));
        assertThat(next(history)).isEqualTo(z(1, 1));
        assertThat(next(history)).isNull();
        history.durable(z(1, 3));
        assertThat(next(history)).isEqualTo(z(1, 2));
        assertThat(next(history)).isNull();
        assertThat(history.applied()).isEqualTo(z(1, 2));
        assertThat(history.settled()).isTrue();
    }

    @Test
    void recordsFollowEachOther() {
        History history = new History(History.Start.at(z(1, 4)), 1_000);
        for (long wrong : new long[] {z(1, 4), z(1, 3), z(1, 6), z(2, 2), z(2, 0)}) {
            assertThatThrownBy(() -> append(history, wrong)).isInstanceOf(InvariantViolation.class);
        }
        append(history, z(3, 1));
        assertThat(history.lastAppended()).isEqualTo(z(3, 1));
    }

    @Test
    void theLastNumberOfAnEpochIsNotFollowedByTheBeginningOfTheNext() {
        assertThat(Zxid.follows(z(2, 0), z(1, 0xFFFF_FFFFL))).isFalse();
    }

    @Test
    void truncationRemovesTheRecordsBehindAPlaceThatNeedNotBeARecord() {
        History history = new History(History.Start.at(0), 10_000);
        append(history, z(1, 1), z(1, 2), z(2, 1), z(2, 2));
        history.durable(z(2, 2));
        history.truncate(z(2, 0), disk);
        assertThat(history.lastAppended()).isEqualTo(z(1, 2));
        assertThat(history.lastDurable()).isEqualTo(z(1, 2));
        assertThat(history.after(0, z(9, 9), 1_000)).extracting(Entry::zxid).containsExactly(z(1, 1), z(1, 2));
        append(history, z(3, 1));
        assertThat(disk.cuts).containsExactly(z(1, 2));
    }

    /// Else, the disk's word for a record that was removed would be taken for one that came later.
    @Test
    void nothingIsTruncatedBeforeTheDiskHasIt() {
        History history = new History(History.Start.at(0), 1_000);
        append(history, z(1, 1), z(1, 2));
        history.durable(z(1, 1));
        assertThatThrownBy(() -> history.truncate(z(1, 1), disk)).isInstanceOf(InvariantViolation.class);
    }

    @Test
    void whatIsAppliedIsNotTruncated() {
        History history = new History(History.Start.at(z(1, 1)), 1_000);
        assertThatThrownBy(() -> history.truncate(0, disk)).isInstanceOf(InvariantViolation.class);
    }

    @Test
    void aSnapshotReplacesAllAndItsEntriesAreDurableWhenItIs() {
        History history = new History(History.Start.at(0), 1_000);
        append(history, z(1, 1), z(1, 2));
        history.durable(z(1, 2));
        history.install(z(1, 7), List.of(new Entry(z(2, 1), txn(z(2, 1)).encode())), new Overlap(0));
        assertThat(history.settled()).isFalse();
        assertThat(history.contains(z(1, 2))).isFalse();
        assertThat(history.contains(z(1, 7))).isTrue();
        history.commit(z(2, 1));
        assertThat(next(history)).isNull();
        history.installed();
        assertThat(history.settled()).isTrue();
        assertThat(next(history)).isEqualTo(z(2, 1));
    }

    @Test
    void whatIsKnownToBeCommittedDoesNotGetLostWithAnOlderSnapshot() {
        History history = new History(History.Start.at(z(1, 2)), 1_000);
        Entry first = new Entry(z(1, 1), txn(z(1, 1)).encode());
        Entry second = new Entry(z(1, 2), txn(z(1, 2)).encode());
        assertThatThrownBy(() -> history.install(0, List.of(first), new Overlap(0)))
                .isInstanceOf(InvariantViolation.class);
        history.install(0, List.of(first, second), new Overlap(0));
        history.installed();
        assertThat(history.committed()).isEqualTo(z(1, 2));
        assertThat(next(history)).isEqualTo(z(1, 1));
        assertThat(next(history)).isEqualTo(z(1, 2));
    }

    /// Against a list: what it holds, what came before, and what it lacks.
    @Test
    void itAnswersAsAListWould() {
        for (int seed = 1; seed < 300; seed++) {
            Prng random = new Prng(seed);
            History history = new History(History.Start.at(0), random.below(800));
            List<Long> model = new ArrayList<>();
            for (int i = 0; i < 60; i++) {
                change(history, model, random);
                compare(history, model, random);
            }
        }
    }

    private void change(History history, List<Long> model, Prng random) {
        long last = model.isEmpty() ? 0 : model.getLast();
        if (random.chance(85)) {
            boolean nextEpoch = last == 0 || random.chance(15);
            long zxid = nextEpoch ? z(Zxid.epoch(last) + 1 + random.below(2), 1) : last + 1;
            append(history, zxid);
            history.durable(zxid);
            model.add(zxid);
        } else {
            long target = Math.max(0, last - random.below(4) - (random.chance(20) ? z(1, 0) : 0));
            history.truncate(target, disk);
            model.removeIf(zxid -> zxid > target);
        }
    }

    private static void compare(History history, List<Long> model, Prng random) {
        long zxid = z(random.below(8), random.below(12));
        long before = model.stream()
                .mapToLong(Long::longValue)
                .filter(known -> known <= zxid)
                .max()
                .orElse(0);
        assertThat(history.lastNotAfter(zxid)).isEqualTo(before);
        assertThat(history.contains(zxid)).isEqualTo(zxid == 0 || model.contains(zxid));
        assertThat(history.lacks(zxid)).isEqualTo(zxid != 0 && !model.contains(zxid));
        assertThat(history.knows(Zxid.epoch(zxid)))
                .isEqualTo(model.stream().anyMatch(known -> Zxid.epoch(known) == Zxid.epoch(zxid)));
        if (history.remembers(before)) {
            List<Long> after = model.stream().filter(known -> known > before).toList();
            assertThat(history.after(before, Long.MAX_VALUE, Long.MAX_VALUE))
                    .extracting(Entry::zxid)
                    .isEqualTo(after);
            int some = history.after(before, Long.MAX_VALUE, 1).size();
            assertThat(some).isEqualTo(after.isEmpty() ? 0 : 1);
        }
    }

    /// Found by the simulator, seeds 42 and 48 of three members: a learner came back for ever, as files were removed.
    @Test
    void whatTheDiskHasLostIsOfferedToNobodyAgain() {
        List<Span> spans =
                List.of(new Span(Zxid.start(1) + 1, Zxid.start(1) + 9), new Span(Zxid.start(2) + 1, Zxid.start(2) + 5));
        History history = new History(new History.Start(0, spans, Zxid.start(2) + 5, List.of()), 1 << 20);
        assertThat(history.contains(Zxid.start(1) + 4)).isTrue();
        history.forgetBeginning();
        assertThat(history.contains(Zxid.start(1) + 4)).isFalse();
        assertThat(history.contains(Zxid.start(2) + 3)).isFalse();
        assertThat(history.contains(Zxid.start(2) + 5)).isTrue();
        assertThat(history.lastNotAfter(Zxid.start(3))).isEqualTo(Zxid.start(2) + 5);
    }
}
