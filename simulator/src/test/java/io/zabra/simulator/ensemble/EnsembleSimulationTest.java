// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.simulator.ensemble;

import static org.assertj.core.api.Assertions.assertThat;

import io.zabra.simulator.check.Rule;
import io.zabra.simulator.world.Life;
import io.zabra.simulator.world.Lives;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Goal: whatever disks, machines and the network do, members agree on one order, nothing acknowledged is lost, and no
/// client is told what that order contradicts; in health, all members serve. A red seed is the whole bug report:
/// `./zabra simulate --members 3 --seed S` lives it again.
class EnsembleSimulationTest {

    /// How many lives; a build has 2,000, and for a quick look there may be fewer.
    private static final int SEEDS = Integer.getInteger("zabra.simulator.lives", 2_000);

    private static final int SEEDS_OF_FIVE = SEEDS / 4;
    private static final int SEEDS_OF_THREE = SEEDS - SEEDS_OF_FIVE;
    private static final int SEEDS_A_FAULT_MAX = 600;
    /// Of so many lives one is lived twice.
    private static final int TWICE_ONE_IN = 20;

    /// How often each must have happened in a minute of faults: a little more than half of what is usual.
    private static final Map<String, Integer> OFTEN =
            Map.of("leader begins", 4, "killed", 3, "power lost", 30, "way cut", 10, "paused", 1);

    /// What must have happened often.
    private static final String[] REACHED = {
        "ADD_WATCH",
        "AUTH",
        "Apache's dialect",
        "CHECK_WATCHES",
        "CLOSE_SESSION",
        "CREATE",
        "CREATE -110",
        "CREATE -125",
        "CREATE2",
        "CREATE_CONTAINER",
        "CREATE_TTL",
        "DELETE",
        "EXISTS -102",
        "GET_ALL_CHILDREN_NUMBER",
        "GET_CHILDREN2",
        "GET_DATA",
        "GET_EPHEMERALS",
        "LeaderLost",
        "LeadershipLost",
        "LearnerLost",
        "MULTI",
        "MULTI_READ",
        "QuorumPort",
        "REMOVE_WATCHES",
        "Reachable",
        "SET_ACL",
        "SET_DATA",
        "SET_DATA -103",
        "SET_WATCHES",
        "SET_WATCHES2",
        "SYNC",
        "SnapshotInstalled",
        "Unreachable",
        "caught up",
        "closed SESSION_EXPIRED",
        "busy learner of Apache's",
        "connection reset",
        "connection stalled",
        "damage without loss",
        "disk stands still",
        "event told",
        "fresh GET_DATA",
        "hand-over refused",
        "heir killed",
        "heir named",
        "heir struck",
        "killed",
        "leader hands over",
        "leader cut off",
        "leader gave up",
        "learner cut off",
        "learner stands still",
        "local session",
        "local session expired",
        "not for readers",
        "observer behind follower",
        "order searched",
        "packet of a closed connection",
        "packet of an old connection",
        "paused",
        "power lost",
        "reader",
        "reset inside a packet",
        "reset inside a snapshot",
        "session gone",
        "session moved",
        "clock set",
        "disk full",
        "disk replaced",
        "epoch used up",
        "fenced",
        "groups",
        "log waits for space",
        "sector corrupt",
        "slow learner",
        "snapshot of Apache's with later changes",
        "snapshot written",
        "truncated by Apache's",
        "unknown outcome",
        "vote said again",
        "way cut",
        "write of a local session"
    };

    @Test
    void ensemblesOfThreeGoWell() {
        List<Life> lives = lives(1, SEEDS_OF_THREE, 3);
        assertThat(lives).filteredOn(life -> life.failure() != null).isEmpty();
        theSameSeedsLiveTheSameLives(lives, 3);
        // A run counts only if its faults really happened and its load was reached.
        assertThat(lives.stream().mapToInt(Life::starts).sum()).isGreaterThan(6 * SEEDS_OF_THREE);
        assertThat(lives.stream().mapToLong(Life::answers).sum()).isGreaterThan(500L * SEEDS_OF_THREE);
        TreeMap<String, Long> tally = new TreeMap<>();
        lives.forEach(life -> life.tally().forEach((what, count) -> tally.merge(what, count, Long::sum)));
        assertThat(tally).containsKeys(REACHED);
        assertThat(tally.entrySet())
                .filteredOn(entry -> List.of(REACHED).contains(entry.getKey()))
                .allSatisfy(entry -> assertThat(entry.getValue()).isGreaterThan(SEEDS / 200));
        assertThat(lives)
                .allSatisfy(life -> assertThat(life.tally().getOrDefault("seconds of faults", 0L))
                        .isGreaterThanOrEqualTo(180));
        long minutes = tally.getOrDefault("seconds of faults", 0L) / 60;
        OFTEN.forEach((what, times) ->
                assertThat(tally.getOrDefault(what, 0L)).as(what).isGreaterThan(times * minutes));
    }

    /// A rule that nothing ever came near has not been checked.
    @Test
    void everyRuleIsChecked() {
        TreeMap<String, Long> tally = new TreeMap<>();
        lives(1, 20, 5).forEach(life -> life.tally().forEach((what, count) -> tally.merge(what, count, Long::sum)));
        for (Rule rule : Rule.values()) {
            assertThat(tally.getOrDefault("rule " + rule, 0L)).as("%s", rule).isPositive();
        }
    }

    @Test
    void ensemblesOfFiveGoWell() {
        List<Life> lives = lives(1, SEEDS_OF_FIVE, 5);
        assertThat(lives).filteredOn(life -> life.failure() != null).isEmpty();
        theSameSeedsLiveTheSameLives(lives, 5);
    }

    private static void theSameSeedsLiveTheSameLives(List<Life> lives, int members) {
        Map<Long, Long> hashes = lives.stream().collect(Collectors.toMap(Life::seed, Life::hash));
        Map<Long, Long> again = new HashMap<>();
        Lives.run(
                1,
                nth -> nth * TWICE_ONE_IN <= lives.size(),
                nth -> EnsembleSimulation.run(nth * TWICE_ONE_IN, members, false),
                life -> again.put(life.seed(), life.hash()));
        assertThat(again).hasSize(lives.size() / TWICE_ONE_IN);
        assertThat(hashes).containsAllEntriesOf(again);
    }

    /// By the rule that must find it. Until then others may that it names: what else goes wrong in a life with it is no
    /// proof that it would be found.
    @ParameterizedTest
    @EnumSource(value = Planted.class, mode = EnumSource.Mode.EXCLUDE, names = "NOTHING")
    void everyPlantedFaultIsFound(Planted planted) {
        SortedMap<Long, String> failures = new ConcurrentSkipListMap<>();
        AtomicLong proof = new AtomicLong(Long.MAX_VALUE);
        Lives.run(
                1,
                seed -> seed <= SEEDS_A_FAULT_MAX && proof.get() == Long.MAX_VALUE,
                seed -> EnsembleSimulation.run(seed, 3, planted, false),
                life -> {
                    if (life.failure() != null) {
                        failures.put(life.seed(), life.failure());
                        proof.accumulateAndGet(
                                planted.isProvenBy(life.failure()) ? life.seed() : Long.MAX_VALUE, Math::min);
                    }
                });
        // Of several at a time only those up to the first proof are lived on each machine.
        assertThat(failures.headMap(proof.get()).values())
                .as("%s (%s)", planted, planted.like())
                .allMatch(planted::isFoundBy, "found as it may be");
        assertThat(failures)
                .as("%s is found by %s within %d seeds", planted, planted.finder(), SEEDS_A_FAULT_MAX)
                .containsKey(proof.get());
    }

    /// A rule that no fault ever broke may be one that cannot fail.
    @ParameterizedTest
    @EnumSource
    void everyRuleMustFindAPlantedFault(Rule rule) {
        assertThat(Planted.values()).anyMatch(planted -> planted.finder() == rule);
    }

    private static List<Life> lives(long from, int count, int members) {
        List<Life> lives = new ArrayList<>();
        Lives.run(from, seed -> seed < from + count, seed -> EnsembleSimulation.run(seed, members, false), lives::add);
        return lives;
    }
}
