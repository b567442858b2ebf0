// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.interop.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.framework.recipes.atomic.DistributedAtomicLong;
import org.apache.curator.framework.recipes.cache.ChildData;
import org.apache.curator.framework.recipes.cache.CuratorCache;
import org.apache.curator.framework.recipes.leader.LeaderLatch;
import org.apache.curator.framework.recipes.locks.InterProcessMutex;
import org.apache.curator.framework.recipes.nodes.PersistentNode;
import org.apache.curator.framework.state.ConnectionState;
import org.apache.curator.retry.RetryForever;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.data.Stat;
import org.jspecify.annotations.Nullable;

/// A client of Curator that uses its recipes all at once, each on a thread of its own, until it is told to stop.
final class Guest implements AutoCloseable {

    private static final int SESSION_MS = 8_000;
    private static final int CONNECT_MS = 3_000;
    private static final int RETRY_MS = 100;
    private static final int RULES_MS = 300;

    private final int id;
    private final AtomicInteger holders;
    private final CuratorFramework client;
    private final PersistentNode presence;
    private final CuratorCache cache;
    private final Random random;
    private volatile boolean stopped;
    private volatile @Nullable LeaderLatch latch;

    /// How often its session has ended.
    final AtomicInteger losses = new AtomicInteger();

    /// Writes of the counter under the lock.
    long counted;

    long leaderships;
    long added;

    /// @param holders of the lock, in this process
    Guest(int id, String servers, AtomicInteger holders) {
        this.id = id;
        this.holders = holders;
        random = new Random(id);
        client = connect(servers);
        client.getConnectionStateListenable().addListener((_, state) -> {
            if (state == ConnectionState.LOST) {
                losses.incrementAndGet();
            }
        });
        presence = new PersistentNode(client, CreateMode.EPHEMERAL, false, place(), new byte[0], true);
        presence.start();
        cache = CuratorCache.build(client, "/tree");
        cache.start();
    }

    static CuratorFramework connect(String servers) {
        CuratorFramework client =
                CuratorFrameworkFactory.newClient(servers, SESSION_MS, CONNECT_MS, new RetryForever(RETRY_MS));
        client.start();
        return client;
    }

    static long number(byte[] data) {
        return Long.parseLong(new String(data, StandardCharsets.US_ASCII));
    }

    private static byte[] bytes(long number) {
        return Long.toString(number).getBytes(StandardCharsets.US_ASCII);
    }

    private String place() {
        return "/here/" + id;
    }

    void stop() {
        stopped = true;
    }

    /// Reads a number, adds one, and writes it.
    Void counts() throws Exception {
        InterProcessMutex lock = new InterProcessMutex(client, "/lock");
        while (!stopped) {
            lock.acquire();
            try {
                assertThat(holders.incrementAndGet()).as("holders of the lock").isEqualTo(1);
                add();
            } finally {
                holders.decrementAndGet();
                lock.release();
            }
        }
        return null;
    }

    /// Curator tries again where it does not know whether a write was done: since nobody else writes, a version that
    /// has changed tells that it was.
    private void add() throws Exception {
        var stat = new Stat();
        byte[] next = bytes(number(client.getData().storingStatIn(stat).forPath("/count")) + 1);
        try {
            client.setData().withVersion(stat.getVersion()).forPath("/count", next);
        } catch (KeeperException.BadVersionException doneBefore) {
            var now = new Stat();
            assertThat(client.getData().storingStatIn(now).forPath("/count")).isEqualTo(next);
            assertThat(now.getVersion()).isEqualTo(stat.getVersion() + 1);
        }
        counted++;
    }

    /// Leads for a moment, and stands for it again.
    Void leads() throws Exception {
        while (!stopped) {
            try (LeaderLatch mine = new LeaderLatch(client, "/latch", Integer.toString(id))) {
                latch = mine;
                mine.start();
                while (!stopped && !mine.await(RULES_MS, TimeUnit.MILLISECONDS)) {
                    Thread.onSpinWait();
                }
                if (mine.hasLeadership()) {
                    leaderships++;
                    Thread.sleep(RULES_MS);
                }
                latch = null;
            }
        }
        return null;
    }

    boolean isLeader() {
        LeaderLatch mine = latch;
        return mine != null && mine.hasLeadership();
    }

    /// Adds to a number without a lock.
    Void adds() throws Exception {
        var number = new DistributedAtomicLong(client, "/sum", new RetryForever(RETRY_MS));
        while (!stopped) {
            if (number.increment().succeeded()) {
                added++;
            }
        }
        return null;
    }

    /// Changes a tree that all caches show.
    Void grows() throws Exception {
        while (!stopped) {
            String path = "/tree/" + id + "/" + random.nextInt(20);
            if (random.nextInt(3) == 0) {
                client.delete().quietly().forPath(path);
            } else {
                client.create().orSetData().creatingParentsIfNeeded().forPath(path, bytes(random.nextInt(1_000)));
            }
            Thread.sleep(5);
        }
        return null;
    }

    /// What its cache shows.
    Map<String, String> cached() {
        Map<String, String> shown = new TreeMap<>();
        cache.stream().forEach(node -> shown.put(node.getPath(), text(node)));
        return shown;
    }

    private static String text(ChildData node) {
        return node.getStat().getMzxid() + " " + new String(node.getData(), StandardCharsets.US_ASCII);
    }

    /// What there is below a path.
    static void read(CuratorFramework client, String path, Map<String, String> into) throws Exception {
        var stat = new Stat();
        byte[] data = client.getData().storingStatIn(stat).forPath(path);
        into.put(path, text(new ChildData(path, stat, data)));
        for (String child : client.getChildren().forPath(path)) {
            read(client, path + "/" + child, into);
        }
    }

    /// Whether its ephemeral node is there, and its own.
    boolean isPresent(CuratorFramework other) throws Exception {
        Stat stat = other.checkExists().forPath(place());
        return stat != null
                && stat.getEphemeralOwner()
                        == client.getZookeeperClient().getZooKeeper().getSessionId();
    }

    /// Whether anything of it is left.
    boolean isGone(CuratorFramework other) throws Exception {
        return other.checkExists().forPath(place()) == null;
    }

    @Override
    public void close() {
        stopped = true;
        cache.close();
        client.close();
    }
}
