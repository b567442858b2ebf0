// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.interop.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.zabra.interop.process.OnZabra;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.framework.recipes.locks.InterProcessMutex;
import org.apache.curator.retry.RetryForever;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.data.Stat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Goal: real clients go on as their authors mean them to while a member is killed every few seconds.
/// Method: clients count under a lock; all they do is recorded, and the history is checked.
@OnZabra
class ClientsUnderKillsIT {

    private static final int CLIENTS = 3;
    private static final int KILLS = 4;
    private static final int BETWEEN_MS = 1_500;
    private static final String PYTHON = "/usr/bin/python3";

    @TempDir
    Path folder;

    /// Kills a member every now and then, until all is done.
    private static void kill(Cluster cluster) throws InterruptedException {
        for (int i = 0; i < KILLS; i++) {
            Thread.sleep(BETWEEN_MS);
            ClusterMember victim = i % 2 == 0 ? cluster.leader() : cluster.follower();
            victim.kill();
            Thread.sleep(BETWEEN_MS);
            cluster.start(victim);
            cluster.awaitServing(victim);
        }
    }

    @Test
    void curatorsLockHoldsWhileMembersAreKilled() throws Exception {
        try (Cluster cluster = Cluster.start(Layout.of(3), folder);
                ExecutorService threads = Executors.newCachedThreadPool()) {
            List<Counting> clients = new ArrayList<>();
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                Counting counting = new Counting(cluster.connectString());
                clients.add(counting);
                running.add(threads.submit(counting::run));
            }
            kill(cluster);
            clients.forEach(each -> each.stopped = true);
            for (Future<?> each : running) {
                each.get();
            }
            long certain = clients.stream().mapToLong(each -> each.counted).sum();
            long uncertain = clients.stream().mapToLong(each -> each.uncertain).sum();
            long value;
            try (CuratorFramework client = connect(cluster.connectString())) {
                client.sync().forPath("/");
                value = number(client.getData().forPath("/count"));
            }
            assertThat(value).isBetween(certain, certain + uncertain).isGreaterThan(10);
            Judgement.pass(cluster, "curator");
        }
    }

    private static CuratorFramework connect(String servers) {
        CuratorFramework client = CuratorFrameworkFactory.newClient(servers, 6_000, 3_000, new RetryForever(100));
        client.start();
        return client;
    }

    private static long number(byte[] data) {
        return Long.parseLong(new String(data, StandardCharsets.US_ASCII));
    }

    /// A client that adds one again and again, by reading and writing under a lock.
    private static final class Counting {
        private final String servers;
        private volatile boolean stopped;
        private long counted;
        private long uncertain;

        Counting(String servers) {
            this.servers = servers;
        }

        private Void run() throws Exception {
            try (CuratorFramework client = connect(servers)) {
                try {
                    client.create().forPath("/count", "0".getBytes(StandardCharsets.US_ASCII));
                } catch (KeeperException.NodeExistsException another) {
                    assertThat(client.getData().forPath("/count")).isNotNull();
                }
                InterProcessMutex lock = new InterProcessMutex(client, "/lock");
                while (!stopped) {
                    lock.acquire();
                    try {
                        add(client);
                    } finally {
                        lock.release();
                    }
                }
            }
            return null;
        }

        /// Curator tries again where it does not know whether a write was done: then the version tells.
        private void add(CuratorFramework client) throws Exception {
            var stat = new Stat();
            long next = number(client.getData().storingStatIn(stat).forPath("/count")) + 1;
            byte[] data = Long.toString(next).getBytes(StandardCharsets.US_ASCII);
            try {
                client.setData().withVersion(stat.getVersion()).forPath("/count", data);
                counted++;
            } catch (KeeperException.BadVersionException doneBefore) {
                uncertain++;
            }
        }
    }

    @Test
    void kazooGoesOnWhileMembersAreKilled() throws Exception {
        assumeThat(new ProcessBuilder(PYTHON, "-c", "import kazoo").start().waitFor())
                .as("skipped: needs the Debian package python3-kazoo")
                .isZero();
        try (Cluster cluster = Cluster.start(Layout.of(3), folder)) {
            Process kazoo = new ProcessBuilder(PYTHON, "src/test/python/kazoo_counts.py", cluster.connectString())
                    .redirectErrorStream(true)
                    .redirectOutput(folder.resolve("kazoo.log").toFile())
                    .start();
            try {
                kill(cluster);
                kazoo.getOutputStream().close();
                int code = kazoo.waitFor();
                String said = Files.readString(folder.resolve("kazoo.log"));
                assertThat(said).contains("all done");
                assertThat(code).isZero();
            } finally {
                kazoo.destroyForcibly();
            }
            Judgement.pass(cluster, "kazoo");
        }
    }
}
