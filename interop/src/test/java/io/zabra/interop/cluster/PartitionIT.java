// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.interop.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.zabra.interop.process.OnZabra;
import io.zabra.simulator.history.Verdict;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Goal: members that cannot hear each other, or do not run, serve what is true or nothing.
/// Method: ways between members are cut, slowed and reset, members are frozen, under load; the history is checked.
@OnZabra
class PartitionIT {

    private static final int CLIENTS = 6;

    /// Longer than any session's time-out, and than leaders wait for followers.
    private static final int LONG_MS = 6_000;

    @TempDir
    Path folder;

    @Test
    void ensemblesWithoutSomeWaysServeWhatIsTrue() throws Exception {
        try (Cluster cluster = Cluster.start(Layout.of(3), folder)) {
            try (Crowd crowd = Crowd.start(cluster, CLIENTS)) {
                crowd.awaitWrites(50);
                leaderAlone(cluster, crowd);
                followerAlone(cluster, crowd);
                oneWay(cluster, crowd);
                slowAndReset(cluster, crowd);
            }
            Verdict verdict = Judgement.pass(cluster, "partitions");
            assertThat(verdict.count("write")).isGreaterThan(300);
        }
    }

    /// The others elect a new leader; the old one gives up, and is a follower when it hears of them again.
    private static void leaderAlone(Cluster cluster, Crowd crowd) {
        ClusterMember old = cluster.leader();
        cluster.network().isolate(old.id());
        ClusterMember next = cluster.leader(old);
        crowd.awaitWrites(50);
        await().atMost(Cluster.PATIENCE).until(() -> !old.mode().equals("leader"));
        cluster.network().heal();
        cluster.awaitServing(old);
        assertThat(cluster.leader()).isSameAs(next);
        crowd.awaitWrites(50);
    }

    private static void followerAlone(Cluster cluster, Crowd crowd) {
        ClusterMember follower = cluster.follower();
        ClusterMember leader = cluster.leader();
        cluster.network().isolate(follower.id());
        await().atMost(Cluster.PATIENCE).until(() -> follower.mode().isEmpty());
        crowd.awaitWrites(50);
        cluster.network().heal();
        cluster.awaitServing(follower);
        assertThat(cluster.leader()).isSameAs(leader);
    }

    /// Of the leader everything is heard, but it hears nothing.
    private static void oneWay(Cluster cluster, Crowd crowd) {
        ClusterMember deaf = cluster.leader();
        for (ClusterMember member : cluster.members()) {
            if (member != deaf) {
                cluster.network().cut(member.id(), deaf.id());
            }
        }
        cluster.leader(deaf);
        crowd.awaitWrites(50);
        cluster.network().heal();
        cluster.awaitAllServing();
    }

    private static void slowAndReset(Cluster cluster, Crowd crowd) {
        cluster.layout().proxies().delayAll(5);
        for (int i = 0; i < 5; i++) {
            crowd.awaitWrites(5);
            cluster.layout().proxies().reset();
        }
        cluster.layout().proxies().delayAll(0);
        cluster.awaitAllServing();
        crowd.awaitWrites(50);
    }

    @Test
    void frozenMembersServeNothingThatIsOld() throws Exception {
        try (Cluster cluster = Cluster.start(Layout.of(3), folder)) {
            try (Crowd crowd = Crowd.start(cluster, CLIENTS)) {
                crowd.awaitWrites(50);
                ClusterMember leader = cluster.leader();
                leader.freeze();
                cluster.leader(leader);
                crowd.awaitWrites(50);
                Thread.sleep(LONG_MS);
                leader.thaw();
                cluster.awaitServing(leader);
                ClusterMember follower = cluster.follower();
                follower.freeze();
                crowd.awaitWrites(50);
                Thread.sleep(LONG_MS);
                follower.thaw();
                cluster.awaitAllServing();
                cluster.members().forEach(ClusterMember::freeze);
                Thread.sleep(3_000);
                cluster.members().forEach(ClusterMember::thaw);
                cluster.awaitAllServing();
                crowd.awaitWrites(50);
            }
            Judgement.pass(cluster, "frozen");
        }
    }
}
