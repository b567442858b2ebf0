// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.interop.ensemble;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.zabra.interop.mixed.Thorough;
import io.zabra.interop.process.OnZabra;
import io.zabra.interop.process.Product;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.admin.ZooKeeperAdmin;
import org.apache.zookeeper.data.Stat;
import org.junit.jupiter.api.Test;

/// Members change at a bad moment, or in a way that moves them.
@OnZabra
class ReconfigTroubleIT extends WithChangingMembers {

    private static final int KILL_MS_MAX = 60;
    /// With a start of the process; nobody waits for a time that is configured.
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final boolean LONG = "all".equals(System.getProperty("mixed"));

    /// With one of three gone, the others need its new ports.
    @Test
    @Thorough
    void membersFindOneAtItsNewPorts() throws Exception {
        start(Product.ZABRA, Product.ZABRA, Product.ZABRA);
        movePorts(notLeader());
        long leader = leader();
        members.get(leader).kill();
        await().atMost(LIMIT).until(() -> leader() != leader);
        writes(leader(), "/moved");
        members.get(leader).startAgain();
        awaitServing();
    }

    @Test
    @Thorough
    void aLeaderThatMovesHandsOver() throws Exception {
        start(Product.ZABRA, Product.ZABRA, Product.ZABRA);
        long moved = leader();
        movePorts(moved);
        await().atMost(LIMIT).until(() -> leader() != moved);
        awaitServing();
        long leader = leader();
        members.get(leader).kill();
        await().atMost(LIMIT).until(() -> leader() != leader);
        writes(moved, "/moved");
    }

    /// A new server has a list of before one of the members moved, which leads now.
    @Test
    void whoKnowsOldPortsFindsTheLeaderByWhatOthersSay() throws Exception {
        start(Product.ZABRA, Product.ZABRA, Product.ZABRA);
        long first = leader();
        long moved = members.keySet().stream()
                .filter(sid -> sid != first)
                .max(Long::compare)
                .orElseThrow();
        long other = members.keySet().stream()
                .filter(sid -> sid != first && sid != moved)
                .findFirst()
                .orElseThrow();
        List<String> old = List.of(voter(other), voter(moved), voter(4));
        movePorts(moved);
        members.get(first).kill();
        await().atMost(LIMIT).until(() -> leader() == moved);
        members.get(first).startAgain();
        awaitServing();
        start(4, Product.ZABRA, old);
        await().atMost(LIMIT).until(() -> members.get(4L).mode().equals("follower"));
        assertThat(ids(change(voter(4), null))).containsExactly(1L, 2L, 3L, 4L);
        writes(4, "/found");
    }

    /// One is down meanwhile, and looks for each of the others where the other one is now.
    @Test
    void whoWasDownFindsMembersThatHaveExchangedTheirPorts() throws Exception {
        start(Product.ZABRA, Product.ZABRA, Product.ZABRA);
        MemberProcess absent = members.remove(3L);
        absent.kill();
        awaitServing();
        Ports first = ports.get(1L);
        Ports second = ports.get(2L);
        movePorts(2, Ports.free());
        movePorts(1, second);
        movePorts(2, first);
        members.put(3L, absent);
        absent.startAgain();
        await().atMost(SOON).until(() -> absent.mode().equals("follower"));
        long leader = leader();
        members.get(leader).kill();
        await().atMost(LIMIT).until(() -> leader() != leader);
        writes(3, "/exchanged");
    }

    /// A new server has a list in which each of the others has the ports of the next.
    @Test
    void whoseListIsMixedUpFindsTheMembers() throws Exception {
        start(Product.ZABRA, Product.ZABRA, Product.ZABRA);
        List<String> mixed = List.of(voterAt(1, 2), voterAt(2, 3), voterAt(3, 1), voter(4));
        assertThat(ids(change(voter(4), null))).containsExactly(1L, 2L, 3L, 4L);
        start(4, Product.ZABRA, mixed);
        await().atMost(SOON).until(() -> members.get(4L).mode().equals("follower"));
        long leader = leader();
        members.get(leader).kill();
        await().atMost(LIMIT).until(() -> leader() != leader);
        writes(4, "/mixed");
    }

    private String voterAt(long sid, long portsOf) {
        return voter(portsOf).replace("server." + portsOf + "=", "server." + sid + "=");
    }

    private void movePorts(long moved) throws Exception {
        movePorts(moved, Ports.free());
    }

    private void movePorts(long moved, Ports to) throws Exception {
        ports.put(moved, new Ports(to.quorum(), to.election(), ports.get(moved).client()));
        String after = change(voter(moved), null);
        assertThat(after).contains(":" + to.quorum() + ":" + to.election() + ":");
        for (long sid : members.keySet()) {
            filesTell(sid, after);
        }
        awaitServing();
    }

    /// Done or not done: all members have the same.
    @Test
    void theLeaderIsKilledWhileMembersChange() throws Exception {
        start(Product.ZABRA, Product.ZABRA, Product.ZABRA);
        join(4, Product.ZABRA);
        Random random = new Random(7);
        int changes = 0;
        for (int round = 0; round < (LONG ? 20 : 2); round++) {
            long leader = leader();
            boolean leaves = ids(config(leader)).contains(4L);
            String before = version(config(leader));
            try (ZooKeeperAdmin admin = admin(notLeader(), true)) {
                var asked = CompletableFuture.runAsync(() -> ask(admin, leaves));
                Thread.sleep(random.nextInt(KILL_MS_MAX));
                members.get(leader).kill();
                asked.join();
            }
            await().atMost(LIMIT).until(() -> leader() != leader);
            members.get(leader).startAgain();
            awaitServing();
            writes(leader(), "/round" + round);
            String version = version(config(leader()));
            changes += version.equals(before) ? 0 : 1;
            for (long sid : members.keySet()) {
                String config = config(sid);
                assertThat(version(config)).isEqualTo(version);
                if (ids(config).contains(sid)) {
                    filesTell(sid, config);
                }
            }
        }
        System.out.println("changes that outlived the leader: " + changes);
    }

    private void ask(ZooKeeperAdmin admin, boolean leaves) {
        try {
            admin.reconfigure(leaves ? null : voter(4), leaves ? "4" : null, null, -1, new Stat());
        } catch (KeeperException unknown) {
            // Nobody knows whether it was done.
            return;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    @Thorough
    void twoOfFiveGoAndComeBackWhileTwoOthersAreDown() throws Exception {
        start(Product.ZABRA, Product.ZABRA, Product.ZABRA, Product.ZABRA, Product.ZABRA);
        assertThat(ids(change(null, "1,2"))).containsExactly(3L, 4L, 5L);
        writes(leader(), "/three");
        String five = change(voter(1) + "," + voter(2), null);
        assertThat(ids(five)).containsExactly(1L, 2L, 3L, 4L, 5L);
        for (long sid : members.keySet()) {
            filesTell(sid, five);
        }
        long first = notLeader();
        members.get(first).kill();
        long second = leader();
        members.get(second).kill();
        await().atMost(LIMIT).until(() -> leader() != second);
        writes(leader(), "/three-of-five");
        members.get(first).startAgain();
        members.get(second).startAgain();
        awaitServing();
        assertThat(version(config(first))).isEqualTo(version(five));
    }
}
