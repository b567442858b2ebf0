// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.interop.mixed;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.Watcher.Event.KeeperState;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.Stat;
import org.jspecify.annotations.Nullable;

/// Apache's client, which creates znodes without a pause in one session and holds an ephemeral one all along.
///
/// Of a write without an answer nobody knows whether it was done: it is tried again until the znode is there.
public final class Writer implements AutoCloseable {

    private static final int TIMEOUT_MS = 30_000;
    private static final int PAUSE_MS = 25;

    private final String root;
    private final ZooKeeper client;
    private final CountDownLatch connected = new CountDownLatch(1);
    private final Thread thread;
    private final List<String> lost = new ArrayList<>();
    private long session;
    private volatile int written;
    private volatile boolean stopped;
    private volatile @Nullable String failure;

    private Writer(String servers, String root) throws IOException {
        this.root = root;
        client = new ZooKeeper(servers, TIMEOUT_MS, event -> {
            if (event.getState() == KeeperState.SyncConnected) {
                connected.countDown();
            } else if (event.getState() == KeeperState.Expired || event.getState() == KeeperState.AuthFailed) {
                failure = root + ": " + event;
            }
        });
        thread = Thread.ofPlatform().name("writer" + root).unstarted(this::run);
    }

    public static Writer start(String servers, String root) throws Exception {
        Writer writer = new Writer(servers, root);
        writer.connected.await();
        writer.create("", CreateMode.PERSISTENT);
        writer.create("/held", CreateMode.EPHEMERAL);
        writer.session = writer.client.getSessionId();
        writer.thread.start();
        return writer;
    }

    private void run() {
        try {
            while (!stopped && failure == null) {
                create("/" + written, CreateMode.PERSISTENT);
                written++;
                Thread.sleep(PAUSE_MS);
            }
        } catch (KeeperException | InterruptedException e) {
            failure = root + " after " + written + ": " + e;
        }
    }

    private void create(String name, CreateMode mode) throws KeeperException, InterruptedException {
        while (true) {
            try {
                client.create(
                        root + name,
                        root.getBytes(java.nio.charset.StandardCharsets.UTF_8),
                        ZooDefs.Ids.OPEN_ACL_UNSAFE,
                        mode);
                return;
            } catch (KeeperException.NodeExistsException done) {
                return;
            } catch (KeeperException.ConnectionLossException unknown) {
                Thread.sleep(20);
            }
        }
    }

    /// How many were answered; fails if the session is lost.
    public int written() {
        if (failure != null) {
            throw new IllegalStateException(failure);
        }
        return written;
    }

    /// Ends writing, and says what is missing or is not as it should be.
    public List<String> stop() throws Exception {
        stopped = true;
        thread.join();
        if (failure != null) {
            lost.add(failure);
            return lost;
        }
        if (client.getSessionId() != session) {
            lost.add(root + ": another session");
        }
        Stat held = client.exists(root + "/held", false);
        if (held == null || held.getEphemeralOwner() != session) {
            lost.add(root + "/held");
        }
        TreeSet<String> there = new TreeSet<>(client.getChildren(root, false));
        for (int i = 0; i < written; i++) {
            if (!there.remove(Integer.toString(i))) {
                lost.add(root + "/" + i);
            }
        }
        there.remove("held");
        there.forEach(name -> lost.add(root + "/" + name + " was never written"));
        return lost;
    }

    @Override
    public void close() throws InterruptedException {
        stopped = true;
        client.close();
    }
}
