// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.zab;

import static org.assertj.core.api.Assertions.assertThat;

import io.zabra.core.log.Epochs;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A leader that was elected, and whose voters do not come.
class DesertersTest extends LeaderFixture {

    private final TreeSet<Long> gone = new TreeSet<>();

    @BeforeEach
    void begins() {
        leader.unreachable(gone::contains);
        leader.begin(now());
    }

    private void pass(int ms) {
        bench.nowMs += ms;
        leader.tick(now());
    }

    /// Known flaw L-01.
    @Test
    void aLeaderWhoseVotersHaveGoneToAnotherGivesUpAtOnce() {
        leader.deserted(1);
        assertThat(leader.over()).isNull();
        comes(b, 2, 1);
        leader.deserted(2);
        assertThat(leader.over()).isNull();
        leader.take(new PeerInput.Disconnected(b), now());
        leader.deserted(2);
        assertThat(leader.over()).contains("look for another leader");
    }

    /// The former leader had voted for it, and was killed; the other member had missed the votes.
    @Test
    void aLeaderThatIsLeftWithWhoCannotBeReachedGivesUpAfterATick() {
        gone.add(2L);
        leader.deserted(1);
        pass(0);
        pass(Bench.TIMING.tickMs());
        assertThat(leader.over()).isNull();
        pass(1);
        assertThat(leader.over()).contains("cannot be reached");
    }

    @Test
    void whoCanBeReachedAgainInTimeIsWaitedFor() {
        gone.add(2L);
        leader.deserted(1);
        pass(0);
        pass(Bench.TIMING.tickMs());
        gone.clear();
        pass(1);
        gone.add(2L);
        pass(1);
        pass(Bench.TIMING.tickMs());
        assertThat(leader.over()).isNull();
        pass(1);
        assertThat(leader.over()).isNotNull();
    }

    @Test
    void whoHasComeIsCountedOnWhateverIsSaidOfIt() {
        gone.add(2L);
        comes(b, 2, 1);
        leader.deserted(1);
        pass(0);
        pass(Bench.TIMING.tickMs() + 1);
        assertThat(leader.over()).isNull();
    }

    @Test
    void aDeserterThatComesIsNone() {
        gone.add(2L);
        leader.deserted(1);
        pass(0);
        comes(a, 1, 1);
        pass(Bench.TIMING.tickMs() + 1);
        assertThat(leader.over()).isNull();
    }

    /// They may be there again at any moment, and there is nobody else to go to.
    @Test
    void whereNobodyHasGoneElsewhereAllAreWaitedFor() {
        gone.add(1L);
        gone.add(2L);
        pass(0);
        pass(Bench.TIMING.initMs());
        assertThat(leader.over()).isNull();
        pass(1);
        assertThat(leader.over()).contains("no quorum in time");
    }

    @Test
    void whoServesHasOtherReasonsToEnd() {
        comes(a, 1, 1);
        diskHas(new Epochs(2, 1));
        gets(a, accepts(Bench.z(1, 2), 1));
        diskHas(new Epochs(2, 2));
        gets(a, ack(2, 0));
        gone.add(2L);
        leader.take(new PeerInput.Disconnected(a), now());
        leader.deserted(1);
        pass(0);
        pass(Bench.TIMING.tickMs());
        assertThat(leader.over()).isNull();
        pass(1);
        assertThat(leader.over()).isEqualTo("no quorum follows any more");
    }
}
