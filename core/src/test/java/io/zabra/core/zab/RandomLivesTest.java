// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.zab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zabra.core.base.InvariantViolation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Lives of whole ensembles, full of crashes, broken connections, partitions and slow disks. What must never happen is
/// looked for at every step ([Ghost], [Server]); in the end, all servers must have come together.
class RandomLivesTest {

    private static final int SEEDS = Integer.getInteger("zabra.zab.seeds", 1_000);
    private static final long FIRST = Long.getLong("zabra.zab.first", 1);

    private static World life(long seed, Mutant mutant) {
        int voters = seed % 3 == 0 ? 5 : 3;
        World world = new World(seed, voters, (int) (seed % 7 % 3), mutant);
        try {
            world.live(60);
        } catch (RuntimeException | AssertionError e) {
            String told = String.join("\n", world.story);
            throw new AssertionError("seed " + seed + ": " + e + "\n" + told + "\n" + world.state(), e);
        }
        return world;
    }

    @Test
    void ensemblesLoseNothingAndComeTogetherWhateverHappens() {
        long committed = 0;
        for (long seed = FIRST; seed < FIRST + SEEDS; seed++) {
            committed += life(seed, Mutant.NONE).ghost.committed.size();
        }
        assertThat(committed / SEEDS).isGreaterThan(10);
    }

    @Test
    void aSeedIsAWholeLife() {
        for (long seed = 1; seed < 20; seed++) {
            assertThat(life(seed, Mutant.NONE).hash())
                    .isEqualTo(life(seed, Mutant.NONE).hash());
        }
        assertThat(life(1, Mutant.NONE).hash())
                .isNotEqualTo(life(2, Mutant.NONE).hash());
    }

    @ParameterizedTest
    @EnumSource(names = "NONE", mode = EnumSource.Mode.EXCLUDE)
    void plantedBugsAreFound(Mutant mutant) {
        assertThatThrownBy(() -> {
                    for (long seed = 1; seed < 400; seed++) {
                        life(seed, mutant);
                    }
                })
                .cause()
                .isInstanceOfAny(Broken.class, InvariantViolation.class)
                .hasMessageMatching("(?s)[CIV]\\d+.*: .*");
    }
}
