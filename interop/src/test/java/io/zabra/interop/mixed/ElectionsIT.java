// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.interop.mixed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.zabra.interop.cluster.Cluster;
import io.zabra.interop.cluster.ClusterMember;
import io.zabra.interop.cluster.Layout;
import io.zabra.interop.process.OnZabra;
import io.zabra.interop.process.Product;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Goal: who is there finds a leader soon, whoever came first and whoever has the higher id: these decide who connects
/// to whom.
/// Method: members are started in each order, with ours at each place; how long it takes from the moment at which the
/// last one is there until all serve.
@OnZabra
class ElectionsIT {

    private static final boolean LONG = "all".equals(System.getProperty("mixed"));

    @TempDir
    Path folder;

    private int clusters;
    private final List<Long> allMs = new ArrayList<>();

    @Test
    void twoOfThreeFindALeaderWhoeverConnects() throws Exception {
        int[][] orders =
                LONG ? new int[][] {{1, 2}, {2, 1}, {1, 3}, {3, 1}, {2, 3}, {3, 2}} : new int[][] {{1, 2}, {2, 1}};
        for (int[] order : orders) {
            for (int ours : LONG ? new int[] {order[0], order[1]} : new int[] {1}) {
                allMs.add(findsLeader(ours, order));
            }
        }
        judge();
    }

    @Test
    @Thorough
    void threeFindALeaderWhoeverConnects() throws Exception {
        int[][] orders = {{1, 2, 3}, {1, 3, 2}, {2, 1, 3}, {2, 3, 1}, {3, 1, 2}, {3, 2, 1}};
        for (int[] order : orders) {
            for (int ours = 1; ours <= 3; ours++) {
                allMs.add(findsLeader(ours, order));
            }
        }
        judge();
    }

    private void judge() {
        System.out.println("ms until all served: " + allMs);
        assertThat(allMs).allMatch(each -> each < 2_000);
    }

    /// @param order in which members are started; the others are not
    private long findsLeader(int ours, int[] order) throws Exception {
        Product[] products = {Product.APACHE, Product.APACHE, Product.APACHE};
        products[ours - 1] = Product.ZABRA;
        try (Cluster cluster = Cluster.prepare(Layout.of(products), folder.resolve("cluster" + clusters++))) {
            for (int id : order) {
                ClusterMember member = cluster.member(id);
                cluster.start(member);
                await().atMost(Cluster.PATIENCE)
                        .pollInterval(Duration.ofMillis(10))
                        .until(() -> member.word("ruok").equals("imok"));
            }
            long start = System.nanoTime();
            await().atMost(Cluster.PATIENCE)
                    .pollInterval(Duration.ofMillis(10))
                    .until(() -> Arrays.stream(order)
                            .noneMatch(id -> cluster.member(id).mode().isEmpty()));
            return (System.nanoTime() - start) / 1_000_000;
        }
    }
}
