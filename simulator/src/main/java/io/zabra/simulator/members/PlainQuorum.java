// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.simulator.members;

import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.LongPredicate;

/// Which servers are a quorum of a membership, read from its text as an administrator would: what the product's own
/// `core.quorum` makes of that is judged by it.
///
/// Without groups, more than half of the voters. With groups, more than half of those that have weight, each by more
/// than half of its weight; a server weighs 1 if nothing else is said and it votes.
final class PlainQuorum {

    /// What each voter weighs, by the name of its group.
    private final SortedMap<String, SortedMap<Long, Long>> voters = new TreeMap<>();
    /// What a group weighs, with those who do not vote, but have been given weight.
    private final SortedMap<String, Long> totals = new TreeMap<>();

    PlainQuorum(String text) {
        Map<Long, String> groupOf = new HashMap<>();
        Map<Long, Long> weightOf = new HashMap<>();
        SortedMap<Long, Boolean> servers = new TreeMap<>();
        for (String line : text.split("\n")) {
            String key = line.substring(0, line.indexOf('='));
            String value = line.substring(line.indexOf('=') + 1);
            String name = key.substring(key.indexOf('.') + 1);
            if (key.startsWith("server.")) {
                servers.put(Long.valueOf(name), value.contains(":participant"));
            } else if (key.startsWith("weight.")) {
                weightOf.put(Long.valueOf(name), Long.valueOf(value));
            } else if (key.startsWith("group.")) {
                for (String sid : value.split(":")) {
                    groupOf.put(Long.valueOf(sid), name);
                }
            }
        }
        servers.forEach((sid, votes) -> {
            String group = groupOf.getOrDefault(sid, "");
            long weight = weightOf.getOrDefault(sid, votes ? 1L : 0L);
            totals.merge(group, weight, Long::sum);
            if (votes) {
                voters.computeIfAbsent(group, _ -> new TreeMap<>()).put(sid, weight);
            }
        });
    }

    /// Whether those are one for which `has` holds.
    boolean is(LongPredicate has) {
        int counted = 0;
        int won = 0;
        for (Map.Entry<String, Long> group : totals.entrySet()) {
            long weight = 0;
            for (Map.Entry<Long, Long> voter :
                    voters.getOrDefault(group.getKey(), new TreeMap<>()).entrySet()) {
                weight += has.test(voter.getKey()) ? voter.getValue() : 0;
            }
            counted += group.getValue() > 0 ? 1 : 0;
            won += 2 * weight > group.getValue() ? 1 : 0;
        }
        return 2 * won > counted;
    }
}
