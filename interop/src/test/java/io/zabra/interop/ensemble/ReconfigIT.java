// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.interop.ensemble;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.zabra.interop.process.Product;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.admin.ZooKeeperAdmin;
import org.apache.zookeeper.data.Stat;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// The members change while they serve, as Apache's client for administrators asks for it: with members of Zabra's
/// alone, and beside Apache's.
class ReconfigIT extends WithChangingMembers {

    private void goThroughChanges(Product joining) throws Exception {
        assertThat(ids(config(1))).containsExactly(1L, 2L, 3L);
        join(4, joining);
        String added = change(voter(4), null);
        assertThat(ids(added)).containsExactly(1L, 2L, 3L, 4L);
        for (long sid = 1; sid <= 4; sid++) {
            filesTell(sid, added);
        }
        long first = leader();
        String removed = change(null, Long.toString(first));
        assertThat(ids(removed)).doesNotContain(first).hasSize(3);
        await().atMost(LIMIT).until(() -> leader() != first);
        awaitServing();
        writes(leader(), "/without-" + first);
        change(voter(first), null);
        long second = leader();
        change(null, Long.toString(second));
        await().atMost(LIMIT).until(() -> leader() != second);
        awaitServing();
        long observer = members.keySet().stream()
                .filter(sid -> sid != leader() && sid != second)
                .findFirst()
                .orElseThrow();
        change(line(observer, "observer"), null);
        await().atMost(LIMIT).until(() -> members.get(observer).mode().equals("observer"));
        writes(observer, "/observed");
        awaitServing();
        String last = change(voter(observer), null);
        await().atMost(LIMIT).until(() -> members.get(observer).mode().equals("follower"));
        awaitServing();
        for (long sid : members.keySet()) {
            assertThat(version(config(sid))).isEqualTo(version(last));
        }
        filesTell(observer, last);
    }

    @Test
    void membersComeAndGoAndTheLeaderToo() throws Exception {
        start(Product.ZABRA, Product.ZABRA, Product.ZABRA);
        goThroughChanges(Product.ZABRA);
    }

    @Test
    void membersComeAndGoBesideApaches() throws Exception {
        start(Product.ZABRA, Product.ZABRA, Product.APACHE);
        goThroughChanges(Product.APACHE);
        // Each product goes on where the other was.
        for (long sid : ids(config(leader()))) {
            MemberProcess member = members.get(sid);
            Product other = sid <= 2 ? Product.APACHE : Product.ZABRA;
            String before = config(sid);
            member.kill();
            member.startAgainAs(other);
            awaitServing();
            assertThat(version(config(sid))).isEqualTo(version(before));
        }
    }

    @Test
    void allMayBeReplacedAtOnceAndComeUpAgain() throws Exception {
        start(Product.ZABRA, Product.ZABRA, Product.ZABRA);
        for (long sid = 4; sid <= 5; sid++) {
            join(sid, Product.ZABRA);
        }
        String all = String.join(",", voter(3), voter(4), voter(5));
        try (ZooKeeperAdmin admin = admin(3, true)) {
            assertThat(ids(text(admin.reconfigure(null, null, all, -1, new Stat()))))
                    .containsExactly(3L, 4L, 5L);
        }
        for (long sid : List.of(1L, 2L)) {
            members.remove(sid).close();
        }
        awaitServing();
        for (MemberProcess member : members.values()) {
            member.kill();
        }
        for (MemberProcess member : members.values()) {
            member.startAgain();
        }
        awaitServing();
        assertThat(ids(config(3))).containsExactly(3L, 4L, 5L);
        writes(4, "/again");
    }

    @Test
    void clientsFindTheirMemberAtItsNewPort() throws Exception {
        start(Product.ZABRA, Product.ZABRA, Product.ZABRA);
        long moved = notLeader();
        Ports old = ports.get(moved);
        Ports free = Ports.free();
        ports.put(moved, new Ports(old.quorum(), old.election(), free.client()));
        String after = change(voter(moved), null);
        filesTell(moved, after);
        var connected = new CountDownLatch(1);
        try (var client = new ZooKeeperAdmin("127.0.0.1:" + free.client(), TIMEOUT_MS, _ -> connected.countDown())) {
            assertThat(connected.await(LIMIT.toMillis(), TimeUnit.MILLISECONDS)).isTrue();
            assertThat(version(text(client.getConfig(false, new Stat())))).isEqualTo(version(after));
        }
    }

    @Test
    void whatCannotBeIsRefusedAsByApache() throws Exception {
        for (Product product : List.of(Product.ZABRA, Product.APACHE)) {
            end();
            members.clear();
            ports.clear();
            start(product, product, product);
            try (ZooKeeperAdmin admin = admin(1, true);
                    ZooKeeperAdmin stranger = admin(1, false)) {
                String version = version(text(admin.getConfig(false, new Stat())));
                refused(KeeperException.BadVersionException.class, admin, new Asked(voter(4), null, null, 7));
                Asked portless = new Asked("server.4=127.0.0.1:7:8", null, null, -1);
                refused(KeeperException.BadArgumentsException.class, admin, portless);
                refused(KeeperException.BadArgumentsException.class, admin, new Asked(null, "1,2", null, -1));
                refused(KeeperException.BadArgumentsException.class, admin, new Asked(null, null, "nonsense=1", -1));
                String absent = String.join(",", voter(4), voter(5), voter(6));
                refused(KeeperException.NewConfigNoQuorum.class, admin, new Asked(null, null, absent, -1));
                refused(KeeperException.NoAuthException.class, stranger, new Asked(null, "3", null, -1));
                assertThat(version(text(admin.getConfig(false, new Stat())))).isEqualTo(version);
                assertThat(withoutThird(admin, Long.parseLong(version, 16))).containsExactly(1L, 2L);
            }
        }
    }

    /// If the third leads, its successor need not know the connection any more.
    private static List<Long> withoutThird(ZooKeeperAdmin admin, long version) throws Exception {
        try {
            return ids(text(admin.reconfigure(null, "3", null, version, new Stat())));
        } catch (KeeperException.ConnectionLossException _) {
            await().atMost(Duration.ofSeconds(30)).until(() -> admin.getState().isConnected());
            return ids(text(admin.getConfig(false, new Stat())));
        }
    }

    /// What an administrator asks for; null for nothing.
    private record Asked(
            @Nullable String joining,
            @Nullable String leaving,
            @Nullable String members,
            long version) {}

    private static void refused(Class<? extends KeeperException> expected, ZooKeeperAdmin admin, Asked asked) {
        assertThatThrownBy(() -> admin.reconfigure(
                        asked.joining(), asked.leaving(), asked.members(), asked.version(), new Stat()))
                .as(asked.toString())
                .isInstanceOf(expected);
    }
}
