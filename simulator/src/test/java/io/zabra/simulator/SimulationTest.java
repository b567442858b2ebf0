// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.zabra.simulator.world.Life;
import io.zabra.simulator.world.Lives;
import io.zabra.simulator.world.Mutant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Goal: whatever the disk, the machine and the clients do, nothing acknowledged is lost and no answer contradicts the
/// reference model; in health, the service serves. Method: every parameter comes from the seed, so a red seed is the
/// whole bug report: `./zabra simulate --seed S` lives it again.
class SimulationTest {

    private static final int SEEDS = 1_000;
    private static final int SEEDS_A_MUTANT_MAX = 300;

    /// What must have happened often; a number behind a name is the error in the answer.
    private static final String[] REACHED = {
        "ADD_WATCH",
        "AUTH",
        "CHECK_WATCHES",
        "CLOSE_SESSION",
        "CREATE",
        "CREATE -102",
        "CREATE -114",
        "CREATE -125",
        "CREATE2",
        "CREATE_CONTAINER",
        "CREATE_TTL",
        "DELETE",
        "EXISTS -102",
        "GET_ACL",
        "GET_ALL_CHILDREN_NUMBER",
        "GET_CHILDREN",
        "GET_CHILDREN2",
        "GET_DATA",
        "GET_DATA -102",
        "GET_EPHEMERALS",
        "MULTI",
        "MULTI_READ",
        "REMOVE_WATCHES",
        "SET_ACL",
        "SET_DATA",
        "SET_DATA -102",
        "SET_DATA -125",
        "SET_WATCHES",
        "SET_WATCHES2",
        "SYNC",
        "WHO_AM_I",
        "caught up",
        "refused for want of space",
        "slow",
        "space AMPLE",
        "space FULL",
        "space LOW",
        "swept"
    };

    /// What must have happened, though it takes a fault at the right moment.
    private static final String[] SELDOM = {"log waits for space", "no space for a sync", "the log failed"};

    @Test
    void aThousandLivesGoWell() {
        List<Life> lives = new ArrayList<>();
        Lives.run(1, seed -> seed <= SEEDS, Simulation::run, lives::add);
        assertThat(lives).filteredOn(life -> life.failure() != null).isEmpty();
        // A run counts only if its faults really happened and its load was reached.
        assertThat(lives.stream().mapToLong(Life::faults).sum()).isGreaterThan(SEEDS);
        assertThat(lives.stream().mapToInt(Life::starts).sum()).isGreaterThan(3 * SEEDS);
        assertThat(lives.stream().mapToLong(Life::answers).sum()).isGreaterThan(300L * SEEDS);
        TreeMap<String, Long> tally = new TreeMap<>();
        lives.forEach(life -> life.tally().forEach((what, count) -> tally.merge(what, count, Long::sum)));
        assertThat(tally).containsKeys(REACHED);
        assertThat(tally.entrySet())
                .filteredOn(entry -> List.of(REACHED).contains(entry.getKey()))
                .allSatisfy(entry -> assertThat(entry.getValue()).isGreaterThan(SEEDS / 2));
        assertThat(tally).containsKeys(SELDOM);
        assertThat(tally.entrySet())
                .filteredOn(entry -> List.of(SELDOM).contains(entry.getKey()))
                .allSatisfy(entry -> assertThat(entry.getValue()).isGreaterThan(SEEDS / 50));
    }

    /// Seed 201029: all clients happened to be silent for as long as it was looked whether the service serves.
    @Test
    void silenceOfTheClientsIsNotTakenForADeadServer() {
        assertThat(Simulation.run(201_029).failure()).isNull();
    }

    @Test
    void theSameSeedLivesTheSameLife() {
        for (long seed = 100; seed <= SEEDS; seed += 100) {
            assertThat(Simulation.run(seed).hash())
                    .as("seed %d", seed)
                    .isEqualTo(Simulation.run(seed).hash());
        }
    }

    @ParameterizedTest
    @EnumSource(value = Mutant.class, mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void everyPlantedFaultIsFound(Mutant mutant) {
        boolean found = LongStream.rangeClosed(1, SEEDS_A_MUTANT_MAX)
                .parallel()
                .anyMatch(seed -> Simulation.run(seed, mutant, false).failure() != null);
        assertThat(found)
                .as("%s is found within %d seeds", mutant, SEEDS_A_MUTANT_MAX)
                .isTrue();
    }
}
