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
/// Method: SIGKILL for the leader, a follower, two, or all, again and again under load; the history is checked.
@OnZabra
class KillsIT {

    private static final int KILLS = Integer.getInteger("zabra.kills", 60);

    private static final int CLIENTS = 6;

    @TempDir
    Path folder;

    @Test
    void whatWasToldStaysTrueWhenMembersAreKilled() throws Exception {
        List<Long> waits = new ArrayList<>();
        int kills = 0;
        int rounds = 0;
        try (Cluster cluster = Cluster.start(Layout.of(3), folder)) {
            try (Crowd crowd = Crowd.start(cluster, CLIENTS)) {
                crowd.awaitWrites(50);
                for (; kills < KILLS; rounds++) {
                    List<ClusterMember> victims = victims(cluster, rounds);
                    assertThat(victims).allMatch(ClusterMember::alive);
                    victims.forEach(ClusterMember::kill);
                    assertThat(victims).noneMatch(ClusterMember::alive);
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
            assertThat(verdict.count("write")).isGreaterThan(rounds * 40L);
            assertThat(verdict.count("session moved")).isGreaterThan(kills);
        }
        waits.sort(null);
        System.out.println("kills: " + kills + " in " + rounds + " rounds, ms until writes again: " + waits);
    }

    private static List<ClusterMember> victims(Cluster cluster, int round) {
        return switch (round % 4) {
            case 0 -> List.of(cluster.leader());
            case 1 -> List.of(cluster.follower());
            case 2 -> List.of(cluster.leader(), cluster.follower());
            default -> List.copyOf(cluster.members());
        };
    }
}
