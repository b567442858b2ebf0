// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.interop.mixed;

import static org.assertj.core.api.Assertions.assertThat;

import io.zabra.core.log.Zxid;
import io.zabra.interop.cluster.Cluster;
import io.zabra.interop.cluster.ClusterMember;
import io.zabra.interop.cluster.Crowd;
import io.zabra.interop.cluster.Judgement;
import io.zabra.interop.cluster.Layout;
import io.zabra.interop.process.OnZabra;
import io.zabra.interop.process.Product;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Goal: members of both products elect each other, again and again, and what clients were told stays true.
/// Method: members are killed under load, leaders and others; the history is checked, and so are the trees.
@OnZabra
class TurnsIT {

    private static final int CLIENTS = 5;
    private static final boolean LONG = "all".equals(System.getProperty("mixed"));

    @TempDir
    Path folder;

    private final List<Long> electionsMs = new ArrayList<>();

    /// What a server of Apache's acknowledged survives its kill, because ours has it too; and it comes back.
    @Test
    @Thorough
    void membersOfApachesAreKilledBesideOneOfOurs() throws Exception {
        try (Cluster cluster = Cluster.start(Layout.of(Product.APACHE, Product.ZABRA, Product.APACHE), folder)) {
            try (Crowd crowd = Crowd.start(cluster, CLIENTS)) {
                crowd.awaitWrites(50);
                for (int i = 0; i < (LONG ? 20 : 4); i++) {
                    ClusterMember victim = cluster.member(i % 2 == 0 ? 3 : 1);
                    killAndStart(cluster, crowd, victim);
                }
            }
            Trees.assertSame(cluster);
            Judgement.pass(cluster, "Apache's members are killed");
        }
    }

    @Test
    void leadersOfBothProductsAreKilledInTurn() throws Exception {
        Layout layout = Layout.of(Product.ZABRA, Product.APACHE, Product.ZABRA, Product.APACHE);
        Map<Product, Integer> led = new EnumMap<>(Product.class);
        try (Cluster cluster = Cluster.start(layout, folder)) {
            try (Crowd crowd = Crowd.start(cluster, CLIENTS)) {
                crowd.awaitWrites(50);
                int rounds = LONG ? 24 : 6;
                for (int i = 0; i < rounds || led.size() < 2 && i < 3 * rounds; i++) {
                    ClusterMember leader = cluster.leader();
                    led.merge(leader.product(), 1, Integer::sum);
                    long epoch = crowdEpoch(crowd, leader);
                    killAndStart(cluster, crowd, leader);
                    assertThat(crowdEpoch(crowd, cluster.leader()))
                            .as("epochs grow, and no member is stuck in an election for long")
                            .isBetween(epoch + 1, epoch + 3);
                }
            }
            System.out.println("led: " + led + ", ms until writes again: " + electionsMs);
            assertThat(led).containsOnlyKeys(Product.ZABRA, Product.APACHE);
            Trees.assertSame(cluster);
            Judgement.pass(cluster, "leaders are killed in turn");
        }
    }

    /// Below, between and above Apache's servers: ids decide who connects to whom.
    @ParameterizedTest
    @Thorough
    @ValueSource(ints = {1, 2, 3})
    void aLeaderIsFoundSoonWhereverOurIdStands(int ours) throws Exception {
        Product[] products = {Product.APACHE, Product.APACHE, Product.APACHE};
        products[ours - 1] = Product.ZABRA;
        try (Cluster cluster = Cluster.start(Layout.of(products), folder);
                Crowd crowd = Crowd.start(cluster, 2)) {
            crowd.awaitWrites(20);
            for (int i = 0; i < 2; i++) {
                killAndStart(cluster, crowd, cluster.leader());
            }
            System.out.println("our id " + ours + ", ms until writes again: " + electionsMs);
            assertThat(electionsMs).allMatch(each -> each < 20_000);
        }
    }

    private static long crowdEpoch(Crowd crowd, ClusterMember leader) {
        crowd.awaitWrites(1);
        return Zxid.epoch(leader.zxid());
    }

    private void killAndStart(Cluster cluster, Crowd crowd, ClusterMember victim) {
        boolean led = victim == cluster.leader();
        victim.kill();
        long ms = crowd.awaitWrites(20);
        if (led) {
            electionsMs.add(ms);
        }
        cluster.start(victim);
        cluster.awaitServing(victim);
        crowd.awaitWrites(20);
    }
}
