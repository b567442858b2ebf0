// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.interop.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.zabra.interop.process.OnZabra;
import io.zabra.interop.process.RunningServer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.AddWatchMode;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.OpResult;
import org.apache.zookeeper.WatchedEvent;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.Watcher.Event.EventType;
import org.apache.zookeeper.Watcher.Event.KeeperState;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.Stat;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The official Java client, every call of it.
@OnZabra
class JavaClientIT {

    private static final byte[] DATA = "data".getBytes(StandardCharsets.UTF_8);
    private static final int TIMEOUT_MS = 4_000;

    @TempDir
    static Path directory;

    private static RunningServer server;

    @BeforeAll
    static void start() {
        server = ZabraServer.start(directory.resolve("shared"));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static ZooKeeper connect(RunningServer to, Watcher watcher) throws Exception {
        var connected = new CompletableFuture<Boolean>();
        var client = new ZooKeeper(to.connectString(), TIMEOUT_MS, event -> {
            if (event.getState() == KeeperState.SyncConnected && event.getType() == EventType.None) {
                connected.complete(true);
            }
            watcher.process(event);
        });
        connected.get(10, TimeUnit.SECONDS);
        return client;
    }

    private static ZooKeeper connect() throws Exception {
        return connect(server, event -> {});
    }

    private static String create(ZooKeeper client, String path, CreateMode mode) throws Exception {
        return client.create(path, DATA, ZooDefs.Ids.OPEN_ACL_UNSAFE, mode);
    }

    @Test
    void nodesAreCreatedReadChangedAndDeleted() throws Exception {
        try (ZooKeeper client = connect()) {
            var stat = new Stat();
            assertThat(create(client, "/crud", CreateMode.PERSISTENT)).isEqualTo("/crud");
            assertThat(client.create(
                            "/crud/s-", DATA, ZooDefs.Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT_SEQUENTIAL, stat))
                    .isEqualTo("/crud/s-0000000000");
            assertThat(client.getData("/crud", false, stat)).isEqualTo(DATA);
            assertThat(client.setData("/crud", null, 0).getVersion()).isEqualTo(1);
            assertThat(client.getData("/crud", false, null)).isNull();
            assertThat(client.getChildren("/crud", false)).containsExactly("s-0000000000");
            assertThat(client.getAllChildrenNumber("/crud")).isEqualTo(1);
            assertThat(client.exists("/absent", false)).isNull();
            assertThatThrownBy(() -> client.delete("/crud", -1)).isInstanceOf(KeeperException.NotEmptyException.class);
            assertThatThrownBy(() -> client.setData("/crud", DATA, 7))
                    .isInstanceOf(KeeperException.BadVersionException.class);
            client.delete("/crud/s-0000000000", 0);
            client.delete("/crud", 1);
            assertThat(client.exists("/crud", false)).isNull();
            client.sync("/", (rc, path, context) -> {}, null);
            assertThat(client.getConfig(false, stat)).isEmpty();
            assertThat(client.whoAmI()).hasSize(1);
        }
    }

    @Test
    void multiIsAllOrNothing() throws Exception {
        try (ZooKeeper client = connect()) {
            create(client, "/multi", CreateMode.PERSISTENT);
            List<OpResult> results = client.multi(List.of(
                    Op.create("/multi/a", DATA, ZooDefs.Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT),
                    Op.setData("/multi/a", null, 0),
                    Op.check("/multi/a", 1)));
            assertThat(results).hasSize(3);
            assertThatThrownBy(() -> client.multi(List.of(Op.delete("/multi/a", 1), Op.check("/multi", 9))))
                    .isInstanceOf(KeeperException.BadVersionException.class);
            assertThat(client.exists("/multi/a", false)).isNotNull();
            assertThat(client.multi(List.of(Op.getData("/multi/a"), Op.getChildren("/multi"), Op.getData("/none"))))
                    .last()
                    .isInstanceOf(OpResult.ErrorResult.class);
        }
    }

    @Test
    void watchesFireOnceAndPersistentOnesFireOn() throws Exception {
        var events = new LinkedBlockingQueue<WatchedEvent>();
        try (ZooKeeper client = connect();
                ZooKeeper other = connect()) {
            create(client, "/watch", CreateMode.PERSISTENT);
            client.getData("/watch", events::add, null);
            other.setData("/watch", DATA, -1);
            other.setData("/watch", DATA, -1);
            assertThat(events.poll(5, TimeUnit.SECONDS).getType()).isEqualTo(EventType.NodeDataChanged);
            client.addWatch("/watch", events::add, AddWatchMode.PERSISTENT_RECURSIVE);
            for (int i = 0; i < 3; i++) {
                create(other, "/watch/" + i, CreateMode.PERSISTENT);
                assertThat(events.poll(5, TimeUnit.SECONDS).getPath()).isEqualTo("/watch/" + i);
            }
            client.removeAllWatches("/watch", Watcher.WatcherType.Any, false);
            assertThat(events.poll(5, TimeUnit.SECONDS).getType()).isEqualTo(EventType.PersistentWatchRemoved);
            create(other, "/watch/unseen", CreateMode.PERSISTENT);
            client.exists("/watch", false);
            assertThat(events).isEmpty();
        }
    }

    @Test
    void aclsBindThoseWhoAreNotMeant() throws Exception {
        try (ZooKeeper owner = connect();
                ZooKeeper stranger = connect()) {
            owner.addAuthInfo("digest", "owner:pw".getBytes(StandardCharsets.UTF_8));
            owner.create("/acl", DATA, ZooDefs.Ids.CREATOR_ALL_ACL, CreateMode.PERSISTENT);
            assertThatThrownBy(() -> stranger.getData("/acl", false, null))
                    .isInstanceOf(KeeperException.NoAuthException.class);
            owner.setACL("/acl", ZooDefs.Ids.READ_ACL_UNSAFE, 0);
            assertThat(stranger.getData("/acl", false, null)).isEqualTo(DATA);
            assertThat(stranger.getACL("/acl", null)).isEqualTo(ZooDefs.Ids.READ_ACL_UNSAFE);
        }
    }

    @Test
    void ephemeralsGoWithTheirSession() throws Exception {
        try (ZooKeeper observer = connect()) {
            ZooKeeper owner = connect();
            create(owner, "/mine", CreateMode.EPHEMERAL);
            assertThat(owner.getEphemerals()).containsExactly("/mine");
            assertThat(observer.exists("/mine", false).getEphemeralOwner()).isEqualTo(owner.getSessionId());
            owner.close();
            assertThat(observer.exists("/mine", false)).isNull();
        }
    }

    @Test
    void containersAndTtlNodesAreSwept() throws Exception {
        try (ZooKeeper client = connect()) {
            create(client, "/container", CreateMode.CONTAINER);
            create(client, "/container/child", CreateMode.PERSISTENT);
            client.delete("/container/child", -1);
            client.create("/ttl", DATA, ZooDefs.Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT_WITH_TTL, new Stat(), 300);
            await().atMost(20, TimeUnit.SECONDS).untilAsserted(() -> {
                assertThat(client.exists("/container", false)).isNull();
                assertThat(client.exists("/ttl", false)).isNull();
            });
        }
    }

    @Test
    void aSessionOutlivesItsServersRestartWithItsWatches() throws Exception {
        var events = new LinkedBlockingQueue<WatchedEvent>();
        Path own = directory.resolve("restarted");
        RunningServer first = ZabraServer.setup(own).start();
        ZooKeeper client = connect(first, event -> {});
        create(client, "/kept", CreateMode.EPHEMERAL);
        client.exists("/later", event -> {
            // Also told of the lost connection and the new one.
            if (event.getType() != EventType.None) {
                events.add(event);
            }
        });
        long id = client.getSessionId();
        first.kill();
        try (RunningServer second = first.restart();
                ZooKeeper other = connect(second, event -> {})) {
            create(other, "/later", CreateMode.PERSISTENT);
            assertThat(events.poll(15, TimeUnit.SECONDS).getType()).isEqualTo(EventType.NodeCreated);
            assertThat(client.getSessionId()).isEqualTo(id);
            assertThat(other.exists("/kept", false).getEphemeralOwner()).isEqualTo(id);
            client.close();
        }
    }

    @Test
    void aSessionEndedByAnotherHolderIsExpiredForTheFirst() throws Exception {
        var expired = new CompletableFuture<Boolean>();
        try (ZooKeeper observer = connect()) {
            ZooKeeper owner = connect();
            create(owner, "/lost", CreateMode.EPHEMERAL);
            // A second client takes the session over and ends it, as the expiry of a lost client would.
            var thief = new ZooKeeper(
                    server.connectString(),
                    TIMEOUT_MS,
                    event -> expired.complete(true),
                    owner.getSessionId(),
                    owner.getSessionPasswd());
            expired.get(10, TimeUnit.SECONDS);
            thief.close();
            await().atMost(10, TimeUnit.SECONDS).until(() -> observer.exists("/lost", false) == null);
            await().atMost(10, TimeUnit.SECONDS).until(() -> owner.getState() == ZooKeeper.States.CLOSED);
        }
    }
}
