// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.interop.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.framework.recipes.atomic.DistributedAtomicLong;
import org.apache.curator.framework.recipes.barriers.DistributedBarrier;
import org.apache.curator.framework.recipes.barriers.DistributedDoubleBarrier;
import org.apache.curator.framework.recipes.cache.CuratorCache;
import org.apache.curator.framework.recipes.leader.LeaderLatch;
import org.apache.curator.framework.recipes.leader.LeaderSelector;
import org.apache.curator.framework.recipes.leader.LeaderSelectorListenerAdapter;
import org.apache.curator.framework.recipes.locks.InterProcessMutex;
import org.apache.curator.framework.recipes.locks.InterProcessReadWriteLock;
import org.apache.curator.framework.recipes.locks.InterProcessSemaphoreV2;
import org.apache.curator.framework.recipes.nodes.PersistentNode;
import org.apache.curator.framework.recipes.nodes.PersistentTtlNode;
import org.apache.curator.framework.recipes.queue.SimpleDistributedQueue;
import org.apache.curator.framework.recipes.shared.SharedCount;
import org.apache.curator.retry.ExponentialBackoffRetry;
import org.apache.curator.retry.RetryOneTime;
import org.apache.curator.x.discovery.ServiceDiscovery;
import org.apache.curator.x.discovery.ServiceDiscoveryBuilder;
import org.apache.curator.x.discovery.ServiceInstance;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Curator's recipes, each with two clients that must agree.
public abstract class CuratorRecipes {

    private CuratorFramework first;
    private CuratorFramework second;
    private final ExecutorService threads = Executors.newCachedThreadPool();

    /// Where the clients connect, as Curator writes it.
    protected abstract String servers();

    @BeforeEach
    void connect() {
        first = client();
        second = client();
    }

    @AfterEach
    void disconnect() {
        threads.shutdownNow();
        first.close();
        second.close();
    }

    private CuratorFramework client() {
        CuratorFramework client =
                CuratorFrameworkFactory.newClient(servers(), 10_000, 10_000, new ExponentialBackoffRetry(100, 5));
        client.start();
        return client;
    }

    @Test
    void mutexIsHeldByOneAtATime() throws Exception {
        var holders = new AtomicInteger();
        var most = new AtomicInteger();
        var done = new ArrayList<Future<?>>();
        for (CuratorFramework client : List.of(first, second)) {
            done.add(threads.submit(() -> {
                var mutex = new InterProcessMutex(client, "/mutex");
                for (int i = 0; i < 20; i++) {
                    mutex.acquire();
                    most.accumulateAndGet(holders.incrementAndGet(), Math::max);
                    holders.decrementAndGet();
                    mutex.release();
                }
                return null;
            }));
        }
        for (Future<?> worker : done) {
            worker.get(30, TimeUnit.SECONDS);
        }
        assertThat(most).hasValue(1);
    }

    @Test
    void readersShareAndWritersDoNot() throws Exception {
        var ours = new InterProcessReadWriteLock(first, "/rw");
        var theirs = new InterProcessReadWriteLock(second, "/rw");
        ours.readLock().acquire();
        assertThat(theirs.readLock().acquire(5, TimeUnit.SECONDS)).isTrue();
        theirs.readLock().release();
        assertThat(theirs.writeLock().acquire(200, TimeUnit.MILLISECONDS)).isFalse();
        ours.readLock().release();
        assertThat(theirs.writeLock().acquire(5, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void semaphoreGivesAsManyLeasesAsItHas() throws Exception {
        var ours = new InterProcessSemaphoreV2(first, "/semaphore", 2);
        var theirs = new InterProcessSemaphoreV2(second, "/semaphore", 2);
        var lease = ours.acquire(5, TimeUnit.SECONDS);
        assertThat(theirs.acquire(5, TimeUnit.SECONDS)).isNotNull();
        assertThat(theirs.acquire(200, TimeUnit.MILLISECONDS)).isNull();
        ours.returnLease(lease);
        assertThat(theirs.acquire(5, TimeUnit.SECONDS)).isNotNull();
    }

    @Test
    void latchPassesLeadershipOn() throws Exception {
        var ours = new LeaderLatch(first, "/latch", "a");
        var theirs = new LeaderLatch(second, "/latch", "b");
        ours.start();
        assertThat(ours.await(10, TimeUnit.SECONDS)).isTrue();
        theirs.start();
        await().until(() -> theirs.getParticipants().size() == 2);
        assertThat(theirs.hasLeadership()).isFalse();
        ours.close();
        assertThat(theirs.await(10, TimeUnit.SECONDS)).isTrue();
        theirs.close();
    }

    @Test
    void selectorLetsEachLeadInTurn() throws Exception {
        var led = new ConcurrentLinkedQueue<String>();
        var selectors = new ArrayList<LeaderSelector>();
        for (CuratorFramework client : List.of(first, second)) {
            String name = client == first ? "a" : "b";
            var selector = new LeaderSelector(client, "/selector", new LeaderSelectorListenerAdapter() {
                @Override
                public void takeLeadership(CuratorFramework leader) {
                    led.add(name);
                }
            });
            selectors.add(selector);
            selector.start();
        }
        await().atMost(15, TimeUnit.SECONDS).until(() -> led.size() == 2);
        assertThat(led).containsExactlyInAnyOrder("a", "b");
        selectors.forEach(LeaderSelector::close);
    }

    @Test
    void cacheFollowsATree() throws Exception {
        first.create().forPath("/cache");
        try (CuratorCache cache = CuratorCache.build(first, "/cache")) {
            cache.start();
            for (int i = 0; i < 20; i++) {
                second.create().creatingParentsIfNeeded().forPath("/cache/" + i % 4 + "/" + i, new byte[] {(byte) i});
            }
            second.setData().forPath("/cache/1/1", new byte[] {77});
            second.delete().forPath("/cache/2/2");
            await().atMost(15, TimeUnit.SECONDS).untilAsserted(() -> {
                assertThat(cache.size()).isEqualTo(1 + 4 + 19);
                assertThat(cache.get("/cache/1/1")).map(d -> d.getData()[0]).contains((byte) 77);
                assertThat(cache.get("/cache/2/2")).isEmpty();
            });
        }
    }

    @Test
    void transactionIsAllOrNothing() throws Exception {
        var results = first.transaction()
                .forOperations(
                        first.transactionOp().create().forPath("/tx"),
                        first.transactionOp().create().forPath("/tx/a"),
                        first.transactionOp().setData().forPath("/tx/a", new byte[] {1}));
        assertThat(results).hasSize(3);
        assertThatThrownBy(() -> first.transaction()
                        .forOperations(
                                first.transactionOp().delete().forPath("/tx/a"),
                                first.transactionOp().check().withVersion(5).forPath("/tx")))
                .isInstanceOf(KeeperException.BadVersionException.class);
        assertThat(second.checkExists().forPath("/tx/a")).isNotNull();
    }

    @Test
    void servicesAreDiscovered() throws Exception {
        ServiceInstance<Void> instance = ServiceInstance.<Void>builder()
                .name("service")
                .address("127.0.0.1")
                .port(4711)
                .build();
        ServiceDiscovery<Void> provider = ServiceDiscoveryBuilder.builder(Void.class)
                .client(first)
                .basePath("/discovery")
                .build();
        ServiceDiscovery<Void> consumer = ServiceDiscoveryBuilder.builder(Void.class)
                .client(second)
                .basePath("/discovery")
                .build();
        provider.start();
        provider.registerService(instance);
        consumer.start();
        await().until(() -> consumer.queryForInstances("service").size() == 1);
        assertThat(consumer.queryForInstances("service").iterator().next().getPort())
                .isEqualTo(4711);
        provider.close();
        await().until(() -> consumer.queryForInstances("service").isEmpty());
        consumer.close();
    }

    @Test
    void nodesOfEachKindLiveAsLongAsTheyShould() throws Exception {
        try (var ttl = new PersistentTtlNode(first, "/ttl-node", 60_000, new byte[] {1});
                var persistent = new PersistentNode(first, CreateMode.EPHEMERAL, false, "/kept", new byte[] {2})) {
            ttl.start();
            persistent.start();
            assertThat(ttl.waitForInitialCreate(10, TimeUnit.SECONDS)).isTrue();
            assertThat(persistent.waitForInitialCreate(10, TimeUnit.SECONDS)).isTrue();
            second.delete().forPath("/kept");
            await().until(() -> second.checkExists().forPath("/kept") != null);
        }
        first.create().creatingParentContainersIfNeeded().forPath("/box/thing");
        second.delete().forPath("/box/thing");
        await().atMost(15, TimeUnit.SECONDS).until(() -> second.checkExists().forPath("/box") == null);
    }

    @Test
    void countersAddUp() throws Exception {
        var done = new ArrayList<Future<?>>();
        for (CuratorFramework client : List.of(first, second)) {
            done.add(threads.submit(() -> {
                var counter = new DistributedAtomicLong(client, "/counter", new RetryOneTime(1));
                for (int added = 0; added < 25; ) {
                    added += counter.increment().succeeded() ? 1 : 0;
                }
                return null;
            }));
        }
        for (Future<?> worker : done) {
            worker.get(30, TimeUnit.SECONDS);
        }
        assertThat(new DistributedAtomicLong(first, "/counter", new RetryOneTime(1))
                        .get()
                        .postValue())
                .isEqualTo(50);
        try (var ours = new SharedCount(first, "/shared", 1);
                var theirs = new SharedCount(second, "/shared", 1)) {
            ours.start();
            theirs.start();
            ours.setCount(9);
            await().until(() -> theirs.getCount() == 9);
        }
    }

    @Test
    void queueGivesEachItemToOne() throws Exception {
        var queue = new SimpleDistributedQueue(first, "/queue");
        for (int i = 0; i < 30; i++) {
            queue.offer(new byte[] {(byte) i});
        }
        var taken = new ConcurrentSkipListSet<Byte>();
        var count = new AtomicInteger();
        var done = new CountDownLatch(2);
        for (CuratorFramework client : List.of(first, second)) {
            threads.submit(() -> {
                var source = new SimpleDistributedQueue(client, "/queue");
                for (byte[] item = source.poll(); item != null; item = source.poll()) {
                    taken.add(item[0]);
                    count.incrementAndGet();
                }
                done.countDown();
                return null;
            });
        }
        assertThat(done.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(taken).hasSize(30);
        assertThat(count).hasValue(30);
    }

    @Test
    void barriersHoldAndLetGo() throws Exception {
        var ours = new DistributedBarrier(first, "/barrier");
        ours.setBarrier();
        Future<Boolean> waiting =
                threads.submit(() -> new DistributedBarrier(second, "/barrier").waitOnBarrier(10, TimeUnit.SECONDS));
        ours.removeBarrier();
        assertThat(waiting.get(10, TimeUnit.SECONDS)).isTrue();
        Future<Boolean> other =
                threads.submit(() -> new DistributedDoubleBarrier(second, "/double", 2).enter(10, TimeUnit.SECONDS));
        assertThat(new DistributedDoubleBarrier(first, "/double", 2).enter(10, TimeUnit.SECONDS))
                .isTrue();
        assertThat(other.get(10, TimeUnit.SECONDS)).isTrue();
    }
}
