// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.interop.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.zabra.interop.process.OnZabra;
import io.zabra.interop.raw.Frame;
import io.zabra.interop.raw.Handshake;
import io.zabra.interop.raw.Ops;
import io.zabra.interop.raw.RawClient;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Goal: local sessions are what they are said to be while members are killed. One that was made known to all moves,
/// and what it holds goes with it and not before; one that was not goes on at its own member as long as that lives, and
/// is told everywhere else that it is over; nobody waits for ever.
/// Method: SIGKILL for the leader, a follower, two, or all. Clients check each answer.
@OnZabra
class LocalSessionsUnderKillsIT {

    private static final int CLIENTS = 10;
    private static final int ROUNDS = 8;
    private static final int BETWEEN_MS = 500;
    private static final int TIMEOUT_MS = 8_000;

    @TempDir
    Path folder;

    private final Observations seen = new Observations();

    @Test
    void localSessionsAreWhatTheyAreSaidToBe() throws Exception {
        Layout layout = Layout.of(3)
                .withSetting("localSessionsEnabled", "true")
                .withSetting("localSessionsUpgradingEnabled", "true");
        try (Cluster cluster = Cluster.start(layout, folder)) {
            Lives lives = new Lives(cluster);
            List<LocalClient> clients = new ArrayList<>();
            List<Thread> threads = new ArrayList<>();
            for (int id = 1; id <= CLIENTS; id++) {
                LocalClient client = new LocalClient(id, cluster.members(), lives, seen);
                clients.add(client);
                threads.add(Thread.ofPlatform().name("local-" + id).start(client));
            }
            for (int round = 0; round < ROUNDS; round++) {
                Thread.sleep(BETWEEN_MS);
                kill(cluster, lives, round);
            }
            Thread.sleep(BETWEEN_MS);
            clients.forEach(LocalClient::stop);
            for (Thread thread : threads) {
                assertThat(thread.join(Cluster.PATIENCE)).as(thread.getName()).isTrue();
            }
            System.out.println("local sessions: " + seen.tally());
            assertThat(seen.complaints()).as(cluster.logs()).isEmpty();
            assertThat(seen.tally())
                    .containsKeys("told at another member", "told after a restart", "goes on")
                    .containsKeys("moves", "ephemeral is there", "ephemeral goes", "connection outlives the leader");
            await().atMost(Cluster.PATIENCE).until(() -> nothingIsHeld(cluster));
            cluster.members().forEach(Judgement::assertTreesOfLeader);
        }
    }

    private void kill(Cluster cluster, Lives lives, int round) {
        ClusterMember leader = cluster.leader();
        ClusterMember follower = cluster.follower();
        List<ClusterMember> victims = switch (round % 4) {
            case 0 -> List.of(leader);
            case 1 -> List.of(follower);
            case 2 -> List.of(leader, follower);
            default -> List.copyOf(cluster.members());
        };
        try (RawClient client = RawClient.open(follower.address(), Handshake.fresh(TIMEOUT_MS))) {
            lives.kill(victims);
            if (victims.equals(List.of(leader))) {
                cluster.leader(leader);
                Frame answer = client.call(Ops.EXISTS, Ops.read("/", false));
                if (answer != null && answer.error() == 0) {
                    seen.count("connection outlives the leader");
                }
            }
        }
        victims.forEach(cluster::start);
        cluster.awaitAllServing();
    }

    /// Sessions that nobody has closed expire.
    private static boolean nothingIsHeld(Cluster cluster) {
        try (RawClient client = RawClient.open(cluster.leader().address(), Handshake.fresh(TIMEOUT_MS))) {
            client.callOk(Ops.SYNC, Ops.path("/"));
            return client.callOk(Ops.GET_CHILDREN, Ops.read("/", false)).reader().strings().stream()
                    .noneMatch(name -> name.startsWith(LocalClient.EPHEMERALS));
        }
    }
}
