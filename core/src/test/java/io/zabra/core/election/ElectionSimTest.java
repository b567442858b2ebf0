// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.election;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Goal: whatever the network and the processes do, nobody votes for a history worse than its own, nobody leads without
/// the votes of a quorum, nobody follows who was never elected, and no leader opens an epoch without all that was
/// committed; in health all follow one leader soon. (Two leaders at a time are legal here.)
class ElectionSimTest {

    private static final int SEEDS = 1_000;
    private static final int SEEDS_A_MUTANT_MAX = 300;

    @Test
    void aThousandLivesGoWell() {
        List<ElectionSim.Life> lives = LongStream.rangeClosed(1, SEEDS)
                .parallel()
                .mapToObj(seed -> ElectionSim.run(seed, Planted.NONE))
                .toList();
        assertThat(lives).filteredOn(life -> life.failure() != null).isEmpty();
        // A run counts only if there was something to decide and something to lose.
        assertThat(lives.stream().mapToLong(ElectionSim.Life::decisions).sum()).isGreaterThan(10L * SEEDS);
        assertThat(lives.stream().mapToLong(ElectionSim.Life::epochs).sum()).isGreaterThan(SEEDS);
        assertThat(lives.stream().mapToLong(ElectionSim.Life::lost).sum()).isGreaterThan(10L * SEEDS);
    }

    @Test
    void theSameSeedLivesTheSameLife() {
        for (long seed = 10; seed <= SEEDS; seed += 10) {
            assertThat(ElectionSim.run(seed, Planted.NONE)).isEqualTo(ElectionSim.run(seed, Planted.NONE));
        }
    }

    @Test
    void withAllVotersThereNobodyWaitsForStragglers() {
        long[] tookMs = LongStream.rangeClosed(1, SEEDS)
                .map(ElectionSim::healthyElectionMs)
                .sorted()
                .toArray();
        // With up to 10 ms from server to server; the wait alone would be 200.
        assertThat(tookMs[SEEDS - 1]).isLessThan(100);
    }

    @ParameterizedTest
    @EnumSource(value = Planted.class, mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void everyPlantedFaultIsFound(Planted planted) {
        boolean found = LongStream.rangeClosed(1, SEEDS_A_MUTANT_MAX)
                .parallel()
                .anyMatch(seed -> ElectionSim.run(seed, planted).failure() != null);
        assertThat(found)
                .as("%s is found within %d seeds", planted, SEEDS_A_MUTANT_MAX)
                .isTrue();
    }
}
