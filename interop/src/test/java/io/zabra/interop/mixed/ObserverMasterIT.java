// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.interop.mixed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.zabra.interop.cluster.Cluster;
import io.zabra.interop.cluster.ClusterMember;
import io.zabra.interop.cluster.Crowd;
import io.zabra.interop.cluster.Judgement;
import io.zabra.interop.cluster.Layout;
import io.zabra.interop.process.OnZabra;
import io.zabra.interop.process.Product;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Goal: observers learn from followers, of whatever product either is, and lack nothing.
/// Method: clients write and read at the observer and elsewhere, while the followers that it learns from are killed one
/// after the other; what clients are told is checked, and so are the trees.
@OnZabra
class ObserverMasterIT {

    private static final int WRITES = 60;
    private static final int KILLS = "all".equals(System.getProperty("mixed")) ? 4 : 1;
    private static final Pattern MASTER = Pattern.compile("zk_observer_master_id\t(\\d+)");
    private static final Pattern OBSERVERS = Pattern.compile("zk_synced_observers\t(\\d+)");

    @TempDir
    Path folder;

    @Test
    void anObserverOfOursBehindFollowersOfApaches() throws Exception {
        moves(Layout.of(Product.APACHE, Product.APACHE, Product.APACHE, Product.ZABRA), KILLS, false);
    }

    @Test
    void anObserverOfApachesBehindFollowersOfOurs() throws Exception {
        moves(Layout.of(Product.ZABRA, Product.ZABRA, Product.ZABRA, Product.APACHE), KILLS, false);
    }

    @Test
    @Thorough
    void anObserverOfOursBehindFollowersOf38() throws Exception {
        moves(Layout.of(Product.APACHE_3_8, Product.APACHE_3_8, Product.APACHE_3_8, Product.ZABRA), 4, true);
    }

    @Test
    @Thorough
    void anObserverOf38BehindFollowersOfOurs() throws Exception {
        moves(Layout.of(Product.ZABRA, Product.ZABRA, Product.ZABRA, Product.APACHE_3_8), 4, true);
    }

    @Test
    @Thorough
    void anObserverOfOursBehindFollowersOfBoth() throws Exception {
        moves(Layout.of(Product.ZABRA, Product.APACHE, Product.ZABRA, Product.ZABRA), 8, true);
    }

    @Test
    @Thorough
    void anObserverOfApachesBehindFollowersOfBoth() throws Exception {
        moves(Layout.of(Product.APACHE, Product.ZABRA, Product.APACHE, Product.APACHE), 8, true);
    }

    private void moves(Layout products, int kills, boolean leadersToo) throws Exception {
        Layout layout = products.withObservers(1).withObserverMasters();
        try (Cluster cluster = Cluster.start(layout, folder)) {
            ClusterMember observer = cluster.observers().getFirst();
            try (Crowd there = Crowd.start(cluster, 3, List.of(cluster.recorded(observer)));
                    Crowd everywhere = Crowd.start(cluster, 2)) {
                for (int i = 0; i < kills; i++) {
                    there.awaitWrites(WRITES);
                    ClusterMember leader = cluster.leader();
                    ClusterMember master = master(cluster, observer);
                    assertThat(master).as("observers leave the leader alone").isNotSameAs(leader);
                    assertThat(number(master, OBSERVERS)).isEqualTo(1);
                    ClusterMember victim = leadersToo && i % 2 == 1 ? leader : master;
                    victim.kill();
                    there.awaitWrites(WRITES);
                    everywhere.awaitWrites(1);
                    assertThat(master(cluster, observer)).isNotSameAs(victim);
                    cluster.start(victim);
                    cluster.awaitServing(victim);
                }
            }
            assertThat(Trees.assertSame(cluster))
                    .as("digests that were compared")
                    .isPositive();
            Judgement.pass(cluster, "observer masters, " + observer);
        }
    }

    /// The follower that the observer learns from.
    private static ClusterMember master(Cluster cluster, ClusterMember observer) {
        await().atMost(Cluster.PATIENCE).until(() -> number(observer, MASTER) > 0);
        return cluster.member(number(observer, MASTER));
    }

    private static int number(ClusterMember of, Pattern pattern) {
        Matcher found = pattern.matcher(of.word("mntr"));
        return found.find() ? Integer.parseInt(found.group(1)) : -1;
    }
}
