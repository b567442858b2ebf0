// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.feed;

import static org.assertj.core.api.Assertions.assertThat;

import io.zabra.core.log.Entry;
import io.zabra.core.log.History;
import io.zabra.core.log.Span;
import io.zabra.core.log.Zxid;
import java.util.List;
import org.junit.jupiter.api.Test;

class SyncPlanTest {

    /// Begins behind 1:5, and has 1:6, 1:7, 3:1 and 3:2.
    private final History history = new History(
            new History.Start(
                    z(1, 5),
                    List.of(new Span(z(1, 6), z(1, 7)), new Span(z(3, 1), z(3, 2))),
                    z(3, 2),
                    List.<Entry>of()),
            0);

    private static long z(long epoch, long counter) {
        return Zxid.start(epoch) + counter;
    }

    private SyncPlan plan(long epoch, long counter) {
        return SyncPlan.choose(history, z(epoch, counter), true);
    }

    @Test
    void aCommonRecordProvesACommonHistory() {
        assertThat(plan(3, 2)).isEqualTo(new SyncPlan.Diff(z(3, 2)));
        assertThat(plan(3, 1)).isEqualTo(new SyncPlan.Diff(z(3, 1)));
        assertThat(plan(1, 6)).isEqualTo(new SyncPlan.Diff(z(1, 6)));
        assertThat(plan(1, 5)).isEqualTo(new SyncPlan.Diff(z(1, 5)));
    }

    @Test
    void whatTheLogDoesNotReachBackToNeedsASnapshot() {
        assertThat(plan(1, 4)).isEqualTo(new SyncPlan.Snapshot());
        assertThat(plan(0, 0)).isEqualTo(new SyncPlan.Snapshot());
    }

    /// Known flaw F-16: the log begins in the middle of epoch 1, and does not tell what that began with.
    @Test
    void theBeginningOfTheEpochInWhichTheLogBeginsNeedsASnapshot() {
        assertThat(plan(1, 0)).isEqualTo(new SyncPlan.Snapshot());
    }

    @Test
    void moreRecordsOfAnEpochThanTheLeaderHasAreTruncated() {
        assertThat(plan(1, 9)).isEqualTo(new SyncPlan.Truncate(z(1, 7)));
        assertThat(plan(3, 3)).isEqualTo(new SyncPlan.Truncate(z(3, 2)));
    }

    @Test
    void whoCannotBeTrustedToTruncateGetsASnapshot() {
        assertThat(SyncPlan.choose(history, z(1, 9), false)).isEqualTo(new SyncPlan.Snapshot());
    }

    /// Known flaw F-14: nothing is known to be common with records of an epoch that the leader has nothing of.
    @Test
    void recordsOfAnEpochThatTheLeaderDoesNotKnowNeedASnapshot() {
        assertThat(plan(2, 1)).isEqualTo(new SyncPlan.Snapshot());
        assertThat(plan(4, 1)).isEqualTo(new SyncPlan.Snapshot());
    }

    @Test
    void theBeginningOfAnEpochStandsForTheHistoryItBeganWithIfTheLeaderHasRecordsOfIt() {
        assertThat(plan(3, 0)).isEqualTo(new SyncPlan.Diff(z(1, 7)));
        assertThat(plan(2, 0)).isEqualTo(new SyncPlan.Snapshot());
        assertThat(plan(4, 0)).isEqualTo(new SyncPlan.Snapshot());
    }

    @Test
    void aFreshLearnerOfAFreshLeaderLacksNothing() {
        History fresh = new History(History.Start.at(0), 0);
        assertThat(SyncPlan.choose(fresh, 0, false)).isEqualTo(new SyncPlan.Diff(0));
    }

    /// The disk cannot tell whether something stands before its first file.
    @Test
    void aFreshLearnerGetsASnapshotWhenTheLeaderHasTheBeginningOnItsDiskOnly() {
        List<Span> spans = List.of(new Span(z(1, 1), z(1, 7)));
        History onDisk = new History(new History.Start(0, spans, z(1, 7), List.of()), 0);
        assertThat(onDisk.contains(0)).isTrue();
        assertThat(SyncPlan.choose(onDisk, 0, true)).isEqualTo(new SyncPlan.Snapshot());
    }
}
