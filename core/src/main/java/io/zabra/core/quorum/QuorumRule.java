// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.quorum;

import io.zabra.wire.MalformedPacketException;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// Which sets of voters are a quorum. [Membership] answers the questions; this only tells the rule.
public sealed interface QuorumRule {

    /// More than half of the voters. Apache: `QuorumMaj`.
    record Majority() implements QuorumRule {}

    /// More than half of the groups, of each by more than half of its weight. Apache: `QuorumHierarchical`.
    ///
    /// `groups` tells the group of each server, `weights` its weight; who has none in there weighs 1 as a voter, and
    /// nothing otherwise. Groups without any weight do not count.
    record Hierarchical(SortedMap<Long, Long> groups, SortedMap<Long, Long> weights) implements QuorumRule {

        public Hierarchical {
            groups = Collections.unmodifiableSortedMap(new TreeMap<>(groups));
            weights = Collections.unmodifiableSortedMap(new TreeMap<>(weights));
            for (Map.Entry<Long, Long> entry : weights.entrySet()) {
                long weight = entry.getValue();
                // Sums of these cannot overflow a long.
                if (weight < 0 || weight > Integer.MAX_VALUE) {
                    throw new MalformedPacketException("weight " + weight + " of server " + entry.getKey());
                }
            }
        }
    }
}
