// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.interop.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.zabra.interop.process.OnZabra;
import io.zabra.simulator.history.Verdict;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Goal: members are killed, and nothing that clients were told becomes untrue.
/// Method: SIGKILL for the leader, a follower, or all, again and again under load; the history is checked.
@OnZabra
class KillsIT {

    /// 48 kills. The other tests here have more than 20 in all.
    private static final int ROUNDS = Integer.getInteger("zabra.rounds", 32);

    private static final int CLIENTS = 6;

    @TempDir
    Path folder;

    @Test
    void whatWasToldStaysTrueWhenMembersAreKilled() throws Exception {
        List<Long> waits = new ArrayList<>();
        int kills = 0;
        try (Cluster cluster = Cluster.start(Layout.of(3), folder)) {
            try (Crowd crowd = Crowd.start(cluster, CLIENTS)) {
                crowd.awaitWrites(50);
                for (int round = 0; round < ROUNDS; round++) {
                    List<ClusterMember> victims = victims(cluster, round);
                    victims.forEach(ClusterMember::kill);
                    kills += victims.size();
                    if (victims.size() == 1) {
                        waits.add(crowd.awaitWrites(20));
                    }
                    victims.forEach(cluster::start);
                    cluster.awaitAllServing();
                    crowd.awaitWrites(20);
                }
            }
            Verdict verdict = Judgement.pass(cluster, "kills");
            assertThat(verdict.count("write")).isGreaterThan(ROUNDS * 40L);
            assertThat(verdict.count("session moved")).isGreaterThan(kills);
        }
        waits.sort(null);
        System.out.println("kills: " + kills + ", ms until writes again: " + waits);
    }

    /// In turn the leader, a follower, the leader, and now and then all of them.
    private static List<ClusterMember> victims(Cluster cluster, int round) {
        return switch (round % 4) {
            case 0, 2 -> List.of(cluster.leader());
            case 1 -> List.of(cluster.follower());
            default -> List.copyOf(cluster.members());
        };
    }
}
