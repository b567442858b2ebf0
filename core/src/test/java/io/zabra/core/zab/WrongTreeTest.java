// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.zab;

import static io.zabra.core.zab.Bench.z;
import static org.assertj.core.api.Assertions.assertThat;

import io.zabra.core.election.Vote;
import io.zabra.core.log.Epochs;
import io.zabra.core.log.History;
import io.zabra.core.log.Span;
import java.util.List;
import org.junit.jupiter.api.Test;

/// A leader whose tree is wrong, and whose log is right: it brings its followers up to date, and one of them leads.
class WrongTreeTest extends LeaderFixture {

    /// The epoch comes about with follower 1, which had the log up to `last`.
    private void begins(long last) {
        leader.begin(now());
        comes(a, 1, 1);
        diskHas(new Epochs(2, 1));
        gets(a, accepts(last, 1));
        diskHas(new Epochs(2, 2));
        gets(a, ack(2, 0), ack(1, 2));
    }

    @Test
    void aLeaderWhoseTreeIsNotAsForetoldMakesWayBeforeItServes() {
        bench.divergesAt = z(1, 2);
        begins(z(1, 1));
        assertThat(bench.said()).contains("disk suspects").doesNotContain("lead 2");
        assertThat(leader.over()).contains("server 1 shall lead");
        assertThat(leader.heir()).isEqualTo(new Vote(1, z(1, 2), 2));
        assertThat(bench.events).contains(new ZabEvent.Diverged(3, z(1, 2)), new ZabEvent.HandsOver(1));
    }

    @Test
    void soDoesOneThatKnowsItFromItsStart() {
        suspectAtStart();
        begins(z(1, 2));
        assertThat(bench.said()).doesNotContain("lead 2");
        assertThat(leader.heir()).isEqualTo(new Vote(1, z(1, 2), 2));
    }

    /// Its tree is this one.
    @Test
    void whoGotASnapshotFromItCannotLeadInItsPlace() {
        suspectAtStart();
        begins(-1);
        joins(b, 2, -1);
        passes(1);
        assertThat(bench.said()).contains("lead 2");
        assertThat(leader.over()).isNull();
        assertThat(leader.heir()).isNull();
    }

    /// The third one may have a right tree. It comes in time here.
    @Test
    void whoIsMissingIsWaitedForBeforeAWrongTreeIsServed() {
        suspectAtStart();
        begins(-1);
        assertThat(bench.said()).doesNotContain("lead 2");
        passes(100);
        joins(b, 2, z(1, 2));
        passes(100);
        assertThat(bench.said()).doesNotContain("lead 2");
        assertThat(leader.heir()).isEqualTo(new Vote(2, z(1, 2), 2));
        assertThat(bench.events).contains(new ZabEvent.HandsOver(2));
    }

    @Test
    void whoDoesNotComeInTimeIsNotWaitedFor() {
        suspectAtStart();
        begins(-1);
        passes(Bench.TIMING.initMs() / 2 - 1);
        assertThat(bench.said()).doesNotContain("lead 2", "a< UPTODATE");
        assertThat(leader.served()).isEqualTo(Role.NONE);
        passes(1);
        assertThat(bench.said()).containsSubsequence("lead 2", "a< UPTODATE");
        assertThat(leader.served()).isEqualTo(2);
        passes(1);
        assertThat(leader.over()).isNull();
    }

    @Test
    void aRightTreeLeads() {
        begins(z(1, 1));
        assertThat(bench.said()).contains("lead 2");
        assertThat(leader.heir()).isNull();
    }

    private void passes(int ms) {
        bench.nowMs += ms;
        leader.tick(now());
        leader.flush(now());
    }

    private void suspectAtStart() {
        var start = new History.Start(0, List.of(new Span(z(1, 1), z(1, 2))), z(1, 2), List.of());
        bench.history = new History(start.suspected(true), 10_000);
        leader = leader(bench);
    }
}
