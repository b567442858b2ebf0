// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.interop.mixed;

import static org.assertj.core.api.Assertions.assertThat;

import io.zabra.interop.cluster.Cluster;
import io.zabra.interop.cluster.ClusterMember;
import io.zabra.interop.cluster.Crowd;
import io.zabra.interop.cluster.Judgement;
import io.zabra.interop.cluster.Layout;
import io.zabra.interop.process.OnZabra;
import io.zabra.interop.process.Product;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Goal: what a member of ours told Apache's servers holds, whenever it is killed: above all while it accepts an epoch,
/// takes over a history, enters the epoch, or logs.
/// Method: it is killed at random moments soon after its start, now and then together with the leader, so that there
/// are new epochs to be entered; what clients were told is checked, and so are the trees.
@OnZabra
@Thorough
class CrashesIT {

    private static final int ROUNDS = Integer.getInteger("zabra.rounds", 80);
    private static final int CLIENTS = 4;

    @TempDir
    Path folder;

    @Test
    void aMemberOfOursIsKilledWheneverThatHurts() throws Exception {
        Layout layout = Layout.of(Product.ZABRA, Product.APACHE, Product.APACHE);
        try (Cluster cluster = Cluster.start(layout, folder)) {
            ClusterMember ours = cluster.member(1);
            Random random = new Random(ROUNDS);
            try (Crowd crowd = Crowd.start(cluster, CLIENTS)) {
                crowd.awaitWrites(20);
                for (int i = 0; i < ROUNDS; i++) {
                    ours.kill();
                    if (i % 3 == 2) {
                        ClusterMember leader = cluster.leader();
                        leader.kill();
                        cluster.start(leader);
                    }
                    long before = count(ours, "Elected leader=");
                    cluster.start(ours);
                    awaitElected(ours, before);
                    // From there on it takes some ten milliseconds until it follows.
                    Thread.sleep(random.nextInt(random.nextInt(4) == 0 ? 1_500 : 60));
                }
                ours.kill();
                cluster.start(ours);
                crowd.awaitWrites(20);
            }
            long elected = count(ours, "Elected leader=");
            System.out.println("killed " + ROUNDS + " times, on the way to follow "
                    + (elected - count(ours, "Following leader=")) + " times");
            Trees.assertSame(cluster);
            Judgement.pass(cluster, "killed whenever that hurts");
        }
    }

    private static void awaitElected(ClusterMember member, long before) throws InterruptedException {
        long end = System.nanoTime() + Cluster.PATIENCE.toNanos();
        while (count(member, "Elected leader=") == before) {
            assertThat(System.nanoTime()).as(member.logTail()).isLessThan(end);
            Thread.sleep(2);
        }
    }

    private static long count(ClusterMember member, String text) {
        return member.log().lines().filter(line -> line.contains(text)).count();
    }
}
