// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.quorum;

import io.zabra.wire.MalformedPacketException;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.LongPredicate;

/// Counts the votes of one membership. Both rules are one here: a majority is a single group in which all weigh 1.
///
/// `voters` is sorted. `groupOf` and `weightOf` go by the index of a voter, `groupWeights` by that of a group.
final class VoteCount {

    private final QuorumRule rule;
    private final long[] voters;
    private final int[] groupOf;
    private final long[] weightOf;
    private final long[] groupWeights;
    private final int groupsCounted;

    private VoteCount(QuorumRule rule, long[] voters, int[] groupOf, long[] weightOf, long[] groupWeights) {
        this.rule = rule;
        this.voters = voters;
        this.groupOf = groupOf;
        this.weightOf = weightOf;
        this.groupWeights = groupWeights;
        this.groupsCounted =
                (int) Arrays.stream(groupWeights).filter(w -> w > 0).count();
    }

    static VoteCount of(List<Long> voters, QuorumRule rule) {
        long[] sids = voters.stream().mapToLong(Long::longValue).toArray();
        return switch (rule) {
            case QuorumRule.Majority _ -> {
                long[] weights = new long[sids.length];
                Arrays.fill(weights, 1);
                yield new VoteCount(rule, sids, new int[sids.length], weights, new long[] {sids.length});
            }
            case QuorumRule.Hierarchical hierarchical -> hierarchical(sids, hierarchical);
        };
    }

    /// The rule, with the weights of all voters written out.
    QuorumRule rule() {
        return rule;
    }

    boolean isVoter(long sid) {
        return Arrays.binarySearch(voters, sid) >= 0;
    }

    long weight(long sid) {
        int index = Arrays.binarySearch(voters, sid);
        return index < 0 ? 0 : weightOf[index];
    }

    boolean isQuorum(LongPredicate has) {
        long[] held = new long[groupWeights.length];
        for (int i = 0; i < voters.length; i++) {
            if (has.test(voters[i])) {
                held[groupOf[i]] += weightOf[i];
            }
        }
        int won = 0;
        for (int group = 0; group < held.length; group++) {
            // More than half, without the sum that could overflow; a group without weight is never won.
            if (held[group] > groupWeights[group] / 2) {
                won++;
            }
        }
        return won > groupsCounted / 2;
    }

    private static VoteCount hierarchical(long[] voters, QuorumRule.Hierarchical given) {
        SortedMap<Long, Long> weights = new TreeMap<>(given.weights());
        for (long voter : voters) {
            weights.putIfAbsent(voter, 1L);
        }
        long[] groups = given.groups().values().stream()
                .mapToLong(Long::longValue)
                .sorted()
                .distinct()
                .toArray();
        // As Apache counts it: weight given to a server that does not vote makes its group harder to win.
        long[] groupWeights = new long[groups.length];
        given.groups()
                .forEach((sid, group) ->
                        groupWeights[Arrays.binarySearch(groups, group)] += weights.getOrDefault(sid, 0L));
        int[] groupOf = new int[voters.length];
        long[] weightOf = new long[voters.length];
        for (int i = 0; i < voters.length; i++) {
            Long group = given.groups().get(voters[i]);
            if (group == null) {
                throw new MalformedPacketException("server " + voters[i] + " is in no group");
            }
            groupOf[i] = Arrays.binarySearch(groups, group);
            weightOf[i] = weights.getOrDefault(voters[i], 0L);
        }
        QuorumRule rule = new QuorumRule.Hierarchical(given.groups(), weights);
        return new VoteCount(rule, voters, groupOf, weightOf, groupWeights);
    }
}
