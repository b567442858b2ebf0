// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.interop.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.zabra.interop.process.OnZabra;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Goal: as [PartitionIT], where packets are lost and not held up.
/// Method: members in network namespaces, which needs root; cables are pulled, and one direction is cut.
@OnZabra
class NamespacesIT {

    @TempDir
    Path folder;

    @Test
    void membersWithPulledCablesServeWhatIsTrue() throws Exception {
        try (Cluster cluster = Cluster.start(Layout.of(3).on(Namespaces.of(3)), folder)) {
            try (Crowd crowd = Crowd.start(cluster, 6)) {
                crowd.awaitWrites(50);
                ClusterMember old = cluster.leader();
                cluster.network().isolate(old.id());
                cluster.leader(old);
                crowd.awaitWrites(50);
                await().atMost(Cluster.PATIENCE).until(() -> !old.mode().equals("leader"));
                cluster.network().heal();
                cluster.awaitServing(old);
                ClusterMember deaf = cluster.leader();
                for (ClusterMember other : cluster.members()) {
                    if (other != deaf) {
                        cluster.network().cut(other.id(), deaf.id());
                    }
                }
                cluster.leader(deaf);
                crowd.awaitWrites(50);
                cluster.network().heal();
                cluster.awaitAllServing();
                ClusterMember follower = cluster.follower();
                cluster.network().cut(cluster.leader().id(), follower.id());
                await().atMost(Cluster.PATIENCE).until(() -> follower.mode().isEmpty());
                crowd.awaitWrites(50);
                cluster.network().heal();
                cluster.awaitAllServing();
                crowd.awaitWrites(50);
            }
            assertThat(Judgement.pass(cluster, "namespaces").count("write")).isGreaterThan(300);
        }
    }
}
