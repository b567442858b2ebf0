// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.interop.ensemble;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.zabra.interop.process.Product;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.Watcher.Event.KeeperState;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.admin.ZooKeeperAdmin;
import org.apache.zookeeper.data.Stat;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;

/// For tests of members that change: servers that may be told to, and Apache's client for administrators.
abstract class WithChangingMembers {

    static final Duration LIMIT = Duration.ofSeconds(60);
    static final int TIMEOUT_MS = 20_000;

    final Map<Long, Ports> ports = new TreeMap<>();
    final Map<Long, MemberProcess> members = new TreeMap<>();

    @AfterEach
    void end() throws InterruptedException {
        for (MemberProcess member : members.values()) {
            member.close();
        }
    }

    String line(long sid, String role) {
        Ports own = ports.computeIfAbsent(sid, _ -> Ports.free());
        return "server." + sid + "=127.0.0.1:" + own.quorum() + ":" + own.election() + ":" + role + ";127.0.0.1:"
                + own.client();
    }

    String voter(long sid) {
        return line(sid, "participant");
    }

    void start(Product... products) throws Exception {
        List<String> lines = new ArrayList<>();
        for (long sid = 1; sid <= products.length; sid++) {
            lines.add(voter(sid));
        }
        for (int i = 0; i < products.length; i++) {
            start(i + 1, products[i], lines);
        }
        awaitServing();
    }

    /// Starts a server that is no member yet, and knows the first three of them.
    void join(long sid, Product product) throws Exception {
        start(sid, product, List.of(voter(1), voter(2), voter(3), voter(sid)));
        awaitServing();
    }

    void start(long sid, Product product, List<String> lines) throws Exception {
        members.put(sid, MemberProcess.startOf(sid, product, ports.get(sid).client(), lines));
    }

    void awaitServing() {
        await().atMost(LIMIT)
                .until(() ->
                        members.values().stream().noneMatch(each -> each.mode().isEmpty()));
    }

    long leader() {
        await().atMost(LIMIT)
                .until(() ->
                        members.values().stream().anyMatch(each -> each.mode().equals("leader")));
        return members.values().stream()
                .filter(each -> each.mode().equals("leader"))
                .findFirst()
                .orElseThrow()
                .sid();
    }

    long notLeader() {
        long leader = leader();
        return members.keySet().stream()
                .filter(sid -> sid != leader)
                .findFirst()
                .orElseThrow();
    }

    ZooKeeperAdmin admin(long sid, boolean superUser) throws Exception {
        var connected = new CountDownLatch(1);
        var admin = new ZooKeeperAdmin(members.get(sid).address(), TIMEOUT_MS, event -> {
            if (event.getState() == KeeperState.SyncConnected) {
                connected.countDown();
            }
        });
        assertThat(connected.await(LIMIT.toMillis(), TimeUnit.MILLISECONDS)).isTrue();
        if (superUser) {
            admin.addAuthInfo("digest", "super:secret".getBytes(StandardCharsets.UTF_8));
        }
        return admin;
    }

    /// Changes the members through a server that will not leave its role for it.
    String change(@Nullable String joining, @Nullable String leaving) throws Exception {
        try (ZooKeeperAdmin admin = admin(notLeader(), true)) {
            return text(admin.reconfigure(joining, leaving, null, -1, new Stat()));
        }
    }

    static String text(byte[] config) {
        return new String(config, StandardCharsets.UTF_8);
    }

    String config(long sid) throws Exception {
        try (ZooKeeperAdmin admin = admin(sid, false)) {
            return text(admin.getConfig(false, new Stat()));
        }
    }

    static List<Long> ids(String config) {
        return config.lines()
                .filter(line -> line.startsWith("server."))
                .map(line -> Long.parseLong(line.substring("server.".length(), line.indexOf('='))))
                .sorted()
                .toList();
    }

    static String version(String config) {
        return config.substring(config.lastIndexOf('=') + 1);
    }

    void writes(long sid, String path) throws Exception {
        try (ZooKeeperAdmin client = admin(sid, false)) {
            client.create(path, new byte[0], ZooDefs.Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
        }
    }

    /// The files beside the configuration tell the same as the server.
    void filesTell(long sid, String config) throws Exception {
        var folder = members.get(sid).folder();
        var dynamic = folder.resolve("zoo.cfg.dynamic." + version(config));
        await().atMost(LIMIT)
                .until(() -> Files.exists(dynamic)
                        && Files.readString(folder.resolve("zoo.cfg"))
                                .contains("dynamicConfigFile=" + dynamic.toRealPath()));
        List<String> expected = new ArrayList<>(
                config.lines().filter(line -> !line.startsWith("version")).toList());
        expected.sort(null);
        assertThat(Files.readString(dynamic)).isEqualTo(String.join("\n", expected));
        await().atMost(LIMIT).until(() -> !Files.exists(folder.resolve("zoo.cfg.dynamic.next")));
    }
}
