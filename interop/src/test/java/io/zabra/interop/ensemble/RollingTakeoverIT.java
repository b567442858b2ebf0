// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.interop.ensemble;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.zabra.interop.process.OnZabra;
import io.zabra.interop.process.Product;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.Stat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Goal: an ensemble of Apache's servers becomes one of ours while it serves, and the other way round.
/// Method: one member after the other is stopped and started as the other product, on the same configuration and data.
/// A client of Apache's holds a session all along, writes before, while and after each change, and reads it all from
/// each member in the end.
@OnZabra
class RollingTakeoverIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int WRITES = 20;

    private final List<MemberProcess> members = new ArrayList<>();
    private final List<String> written = new ArrayList<>();

    @AfterEach
    void stop() throws InterruptedException {
        for (MemberProcess member : members) {
            member.close();
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Product.class,
            names = {"APACHE", "APACHE_3_8"})
    void membersAreReplacedOneByOneAndBack(Product apache) throws Exception {
        Map<Long, Ports> all = new TreeMap<>();
        for (long sid = 1; sid <= 3; sid++) {
            all.put(sid, Ports.free());
        }
        for (long sid : all.keySet()) {
            members.add(MemberProcess.start(sid, apache, all));
        }
        awaitAll();
        String servers = members.stream().map(MemberProcess::address).collect(Collectors.joining(","));
        try (ZooKeeper client = new ZooKeeper(servers, 30_000, _ -> {})) {
            write(client);
            client.create("/held", new byte[0], ZooDefs.Ids.OPEN_ACL_UNSAFE, CreateMode.EPHEMERAL);
            long session = client.getSessionId();
            for (MemberProcess member : members) {
                replace(member, Product.ZABRA, client);
            }
            assertThat(members).allMatch(MemberProcess::isOurs);
            for (MemberProcess member : members.reversed()) {
                replace(member, apache, client);
            }
            assertThat(members).noneMatch(MemberProcess::isOurs);
            assertThat(client.getSessionId()).isEqualTo(session);
            assertThat(client.exists("/held", false).getEphemeralOwner()).isEqualTo(session);
        }
        for (MemberProcess member : members) {
            try (ZooKeeper client = new ZooKeeper(member.address(), 30_000, _ -> {})) {
                client.sync("/");
                for (String path : written) {
                    assertThat(client.exists(path, false))
                            .as("%s at %s", path, member.sid())
                            .isNotNull();
                }
            }
        }
    }

    private void replace(MemberProcess member, Product product, ZooKeeper client) throws Exception {
        member.replaceBy(product);
        write(client);
        awaitAll();
        write(client);
    }

    /// Of a write without an answer it is not known whether it was done: it is tried until the node is there.
    private void write(ZooKeeper client) throws InterruptedException, KeeperException {
        for (int i = 0; i < WRITES; i++) {
            String path = "/n" + written.size();
            boolean done = false;
            while (!done) {
                try {
                    client.create(path, new byte[100], ZooDefs.Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
                    done = true;
                } catch (KeeperException.NodeExistsException twice) {
                    done = true;
                } catch (KeeperException.ConnectionLossException lost) {
                    Thread.sleep(100);
                }
            }
            written.add(path);
            Stat stat = new Stat();
            client.getData(path, false, stat);
            assertThat(stat.getDataLength()).isEqualTo(100);
        }
    }

    private void awaitAll() {
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(members.stream().map(MemberProcess::mode))
                        .containsExactlyInAnyOrder("leader", "follower", "follower"));
    }
}
