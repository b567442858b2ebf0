// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.interop.cluster;

/// Kills a member every few seconds, the leader and a follower in turn, and starts it again.
final class Reaper {

    private static final int BETWEEN_MS = 1_200;

    private Reaper() {}

    /// Returns when all members serve again.
    static void kill(Cluster cluster, int times) throws InterruptedException {
        for (int i = 0; i < times; i++) {
            Thread.sleep(BETWEEN_MS);
            ClusterMember victim = i % 2 == 0 ? cluster.leader() : cluster.follower();
            victim.kill();
            Thread.sleep(BETWEEN_MS);
            cluster.start(victim);
            cluster.awaitServing(victim);
        }
    }
}
