// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.interop.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.zabra.interop.process.OnZabra;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.curator.framework.CuratorFramework;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Goal: Curator's recipes mean what their authors say while a member is killed every few seconds: no count is lost or
/// done twice, no two hold a lock or lead, and what is ephemeral lives as long as its session.
/// Method: three clients use all recipes at once; all they do is recorded, and the history is checked.
@OnZabra
class CuratorUnderKillsIT {

    private static final int CLIENTS = 3;
    private static final int KILLS = Integer.getInteger("zabra.recipe.kills", 5);

    @TempDir
    Path folder;

    @Test
    void recipesKeepTheirPromisesWhileMembersAreKilled() throws Exception {
        try (Cluster cluster = Cluster.start(Layout.of(3), folder)) {
            List<Guest> guests = new ArrayList<>();
            try (CuratorFramework judge = Guest.connect(cluster.connectString());
                    ExecutorService threads = Executors.newCachedThreadPool()) {
                judge.create().forPath("/count", "0".getBytes(StandardCharsets.US_ASCII));
                judge.create().forPath("/tree");
                judge.create().forPath("/here");
                AtomicInteger holders = new AtomicInteger();
                for (int id = 1; id <= CLIENTS; id++) {
                    guests.add(new Guest(id, cluster.connectString(), holders));
                }
                use(cluster, guests, threads);
                judge.sync().forPath("/");
                check(guests, judge);
                guests.forEach(Guest::close);
                for (Guest guest : guests) {
                    await().atMost(Duration.ofSeconds(10)).until(() -> guest.isGone(judge));
                }
            } finally {
                guests.forEach(Guest::close);
            }
            Judgement.pass(cluster, "curator");
        }
    }

    private static void use(Cluster cluster, List<Guest> guests, ExecutorService threads) throws Exception {
        List<Future<?>> running = new ArrayList<>();
        for (Guest guest : guests) {
            for (Callable<Void> recipe :
                    List.<Callable<Void>>of(guest::counts, guest::leads, guest::adds, guest::grows)) {
                running.add(threads.submit(recipe));
            }
        }
        Sampler sampler = new Sampler(guests);
        Future<?> sampling = threads.submit(sampler::run);
        Reaper.kill(cluster, KILLS);
        guests.forEach(Guest::stop);
        for (Future<?> each : running) {
            each.get();
        }
        sampler.stopped = true;
        sampling.get();
        assertThat(sampler.seen).isPositive();
        assertThat(sampler.atOnce).as("two leaders at once").isZero();
    }

    private static void check(List<Guest> guests, CuratorFramework judge) throws Exception {
        for (Guest guest : guests) {
            assertThat(guest.losses.get()).as("sessions that ended").isZero();
            assertThat(guest.counted).isPositive();
            await().atMost(Cluster.PATIENCE).until(() -> guest.isPresent(judge));
        }
        long counted = guests.stream().mapToLong(guest -> guest.counted).sum();
        assertThat(Guest.number(judge.getData().forPath("/count"))).isEqualTo(counted);
        long added = guests.stream().mapToLong(guest -> guest.added).sum();
        assertThat(guests.stream().mapToLong(guest -> guest.leaderships).sum()).isGreaterThan(3);
        long sum = java.nio.ByteBuffer.wrap(judge.getData().forPath("/sum")).getLong();
        // Curator may add twice where it does not know whether it has added.
        assertThat(sum).isBetween(added, added + 10L * KILLS * guests.size());
        System.out.println("curator: counted " + counted + ", added " + added + " as " + sum);
        Map<String, String> tree = new TreeMap<>();
        Guest.read(judge, "/tree", tree);
        for (Guest guest : guests) {
            await().atMost(Cluster.PATIENCE)
                    .untilAsserted(() -> assertThat(guest.cached()).isEqualTo(tree));
        }
    }

    /// Looks who leads, without end.
    private static final class Sampler {
        private final List<Guest> guests;
        private volatile boolean stopped;
        private long seen;
        private long atOnce;

        Sampler(List<Guest> guests) {
            this.guests = guests;
        }

        private Void run() throws InterruptedException {
            while (!stopped) {
                for (Guest one : guests) {
                    for (Guest other : guests) {
                        look(one, other);
                    }
                }
                Thread.sleep(1);
            }
            return null;
        }

        private void look(Guest one, Guest other) {
            if (one == other) {
                seen += one.isLeader() ? 1 : 0;
            } else if (one.isLeader() && other.isLeader() && one.isLeader()) {
                atOnce++;
            }
        }
    }
}
