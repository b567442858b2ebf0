// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.interop.mixed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.zabra.interop.cluster.Cluster;
import io.zabra.interop.cluster.ClusterMember;
import io.zabra.interop.cluster.Judgement;
import io.zabra.interop.cluster.Layout;
import io.zabra.interop.process.OnZabra;
import io.zabra.interop.process.Product;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Goal: an ensemble of Apache's servers becomes one of ours while it serves, and the other way round: no session
/// fails, no write is lost.
/// Method: `docs/migrate.md`. One member after the other, the leader last, is stopped and started as the other
/// product, on the same configuration and data. Clients of Apache's write all the time and hold ephemeral znodes; all
/// they are told is checked, and so are the trees.
@OnZabra
class RollingIT {

    private static final int WRITERS = 4;
    private static final int WRITES = 20;

    @TempDir
    Path folder;

    @Test
    void membersOf39AreReplacedOneByOneAndBack() throws Exception {
        roll(Product.APACHE, 1);
    }

    @Test
    @Thorough
    void membersOf38AreReplacedOneByOneAndBack() throws Exception {
        roll(Product.APACHE_3_8, 1);
    }

    @Test
    @Thorough
    void membersAreReplacedAgainAndAgain() throws Exception {
        roll(Product.APACHE, 2);
    }

    private void roll(Product apache, int rounds) throws Exception {
        Layout layout = Layout.of(apache, apache, apache).withSetting("maxSessionTimeout", "30000");
        try (Cluster cluster = Cluster.start(layout, folder)) {
            List<Writer> writers = new ArrayList<>();
            for (int i = 0; i < WRITERS; i++) {
                writers.add(Writer.start(cluster.connectString(), "/writer" + i));
            }
            awaitWrites(writers, cluster);
            for (int round = 0; round < rounds; round++) {
                replaceAll(cluster, Product.ZABRA, writers);
                replaceAll(cluster, apache, writers);
            }
            for (Writer writer : writers) {
                assertThat(writer.stop()).isEmpty();
            }
            System.out.println("rolled " + rounds + " times there and back, written: "
                    + writers.stream().mapToInt(Writer::written).sum());
            for (Writer writer : writers) {
                writer.close();
            }
            Trees.assertSame(cluster);
            Judgement.pass(cluster, "rolling, " + apache);
        }
    }

    private static void replaceAll(Cluster cluster, Product product, List<Writer> writers) throws Exception {
        ClusterMember leader = cluster.leader();
        for (ClusterMember member : cluster.members()) {
            if (member != leader) {
                replace(cluster, member, product, writers);
            }
        }
        replace(cluster, leader, product, writers);
        assertThat(cluster.members()).allMatch(each -> each.product() == product);
    }

    private static void replace(Cluster cluster, ClusterMember member, Product product, List<Writer> writers)
            throws Exception {
        member.terminate();
        awaitWrites(writers, cluster);
        member.become(product);
        cluster.start(member);
        cluster.awaitServing(member);
        awaitWrites(writers, cluster);
    }

    private static void awaitWrites(List<Writer> writers, Cluster cluster) {
        List<Integer> before = writers.stream().map(Writer::written).toList();
        await().atMost(Cluster.PATIENCE).untilAsserted(() -> {
            for (int i = 0; i < writers.size(); i++) {
                assertThat(writers.get(i).written())
                        .as("%d\n%s", i, cluster.logs())
                        .isGreaterThanOrEqualTo(before.get(i) + WRITES);
            }
        });
    }
}
