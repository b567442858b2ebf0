// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.interop.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.zabra.interop.process.OnZabra;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Goal: members can be stopped and started one after the other, as for a new version, while clients go on.
@OnZabra
class RestartsIT {

    @TempDir
    Path folder;

    @Test
    void membersAreRestartedOneAfterTheOther() throws Exception {
        try (Cluster cluster = Cluster.start(Layout.of(3), folder)) {
            try (Crowd crowd = Crowd.start(cluster, 6)) {
                crowd.awaitWrites(50);
                for (int round = 0; round < 2; round++) {
                    for (ClusterMember member : cluster.members()) {
                        member.terminate();
                        crowd.awaitWrites(20);
                        cluster.start(member);
                        cluster.awaitServing(member);
                        crowd.awaitWrites(20);
                    }
                }
            }
            Judgement.pass(cluster, "restarts");
        }
    }

    /// A quorum is needed to write, and one member is none.
    @Test
    void twoOfThreeServeAndOneDoesNot() throws Exception {
        try (Cluster cluster = Cluster.start(Layout.of(3), folder)) {
            ClusterMember first = cluster.follower();
            first.terminate();
            try (Crowd crowd = Crowd.start(cluster, 3)) {
                crowd.awaitWrites(50);
                ClusterMember leader = cluster.leader();
                ClusterMember last = cluster.members().stream()
                        .filter(each -> each != first && each != leader)
                        .findFirst()
                        .orElseThrow();
                leader.terminate();
                await().atMost(Cluster.PATIENCE).until(() -> last.mode().isEmpty());
                long writes = crowd.writes();
                Thread.sleep(1_000);
                assertThat(crowd.writes()).isEqualTo(writes);
                cluster.start(first);
                cluster.start(leader);
                crowd.awaitWrites(50);
            }
            Judgement.pass(cluster, "minority");
        }
    }
}
