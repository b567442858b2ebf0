// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.interop.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.zabra.interop.process.OnZabra;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/// Goal: clients at an observer have all that clients at voters have, and an observer decides nothing.
/// Method: three voters and an observer; all clients at the observer, or nearly, while members are killed and cut off.
@OnZabra
class ObserversIT {

    @TempDir
    Path folder;

    @Test
    void clientsAtAnObserverWriteAndReadWhateverHappensToTheVoters() throws Exception {
        try (Cluster cluster = Cluster.start(Layout.of(3, 1), folder)) {
            ClusterMember observer = cluster.observers().getFirst();
            assertThat(observer.mode()).isEqualTo("observer");
            try (Crowd there = Crowd.start(cluster, 4, List.of(cluster.recorded(observer)));
                    Crowd everywhere = Crowd.start(cluster, 2)) {
                there.awaitWrites(50);
                ClusterMember leader = cluster.leader();
                leader.kill();
                there.awaitWrites(50);
                cluster.start(leader);
                cluster.awaitServing(leader);
                cluster.network().isolate(observer.id());
                await().atMost(Cluster.PATIENCE).until(() -> observer.mode().isEmpty());
                everywhere.awaitWrites(50);
                cluster.network().heal();
                there.awaitWrites(50);
                observer.kill();
                everywhere.awaitWrites(50);
                cluster.start(observer);
                there.awaitWrites(50);
            }
            Judgement.pass(cluster, "observer");
        }
    }

    @Test
    @EnabledIfSystemProperty(named = "mixed", matches = "all", disabledReason = "runs with -Dmixed=all")
    void clientsAtObserversBehindFollowersHaveAllThatTheyHaveElsewhere() throws Exception {
        try (Cluster cluster = Cluster.start(Layout.of(3, 2).withObserverMasters(), folder)) {
            ClusterMember observer = cluster.observers().getFirst();
            try (Crowd there = Crowd.start(cluster, 4, observed(cluster));
                    Crowd everywhere = Crowd.start(cluster, 2)) {
                there.awaitWrites(50);
                for (ClusterMember voter : cluster.voters()) {
                    voter.kill();
                    there.awaitWrites(50);
                    cluster.start(voter);
                    cluster.awaitServing(voter);
                }
                cluster.network().isolate(observer.id());
                everywhere.awaitWrites(50);
                cluster.network().heal();
                observer.freeze();
                everywhere.awaitWrites(50);
                observer.thaw();
                there.awaitWrites(50);
            }
            Judgement.pass(cluster, "observers-behind-followers");
        }
    }

    private static List<InetSocketAddress> observed(Cluster cluster) {
        return cluster.observers().stream().map(cluster::recorded).toList();
    }

    /// One of three voters and an observer are no quorum.
    @Test
    void anObserverIsNoHelpToAVoterWithoutTheOthers() throws Exception {
        try (Cluster cluster = Cluster.start(Layout.of(3, 1), folder)) {
            ClusterMember observer = cluster.observers().getFirst();
            try (Crowd crowd = Crowd.start(cluster, 3)) {
                crowd.awaitWrites(50);
                List<ClusterMember> gone = cluster.voters().subList(0, 2);
                gone.forEach(ClusterMember::kill);
                await().atMost(Cluster.PATIENCE)
                        .until(() -> observer.mode().isEmpty()
                                && cluster.voters().getLast().mode().isEmpty());
                long writes = crowd.writes();
                Thread.sleep(1_000);
                assertThat(crowd.writes()).isEqualTo(writes);
                gone.forEach(cluster::start);
                crowd.awaitWrites(50);
            }
            Judgement.pass(cluster, "observer-alone");
        }
    }
}
