// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.interop.cluster;

import java.util.List;
import java.util.concurrent.atomic.AtomicIntegerArray;

/// Which process of a member somebody has spoken with.
final class Lives {

    /// What is known of the process that answered: at least the first, at most the last of the two.
    record Span(int first, int last) {

        /// Whether it was the same process for certain.
        boolean isSameAs(Span other) {
            return first == last && equals(other);
        }

        /// Whether it was an earlier one for certain.
        boolean isBefore(Span other) {
            return last < other.first;
        }
    }

    private final AtomicIntegerArray dying;
    private final AtomicIntegerArray dead;

    Lives(Cluster cluster) {
        dying = new AtomicIntegerArray(cluster.members().size() + 1);
        dead = new AtomicIntegerArray(cluster.members().size() + 1);
    }

    void kill(List<ClusterMember> victims) {
        for (ClusterMember victim : victims) {
            dying.incrementAndGet(victim.id());
            victim.kill();
            dead.incrementAndGet(victim.id());
        }
    }

    /// Before somebody connects to a member.
    int begin(ClusterMember member) {
        return dead.get(member.id());
    }

    /// After it has answered.
    Span end(ClusterMember member, int begun) {
        return new Span(begun, dying.get(member.id()));
    }
}
