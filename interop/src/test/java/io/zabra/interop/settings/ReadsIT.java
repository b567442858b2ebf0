// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.interop.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.zabra.interop.cluster.Cluster;
import io.zabra.interop.cluster.ClusterMember;
import io.zabra.interop.cluster.Layout;
import io.zabra.interop.process.OnZabra;
import io.zabra.interop.process.Product;
import io.zabra.interop.process.RunningEnsemble;
import io.zabra.interop.process.RunningServer;
import io.zabra.interop.process.ServerSetup;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.ZooDefs.Ids;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.ZooKeeper.States;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// How fresh the reads of members are, with Apache's client.
@OnZabra
class ReadsIT {

    private static final int TIMEOUT_MS = 30_000;
    private static final int ROUNDS = 2_000;
    private static final int CUTS = 10;
    private static final int CUT_MS = 200;
    private static final String PORT = "zabra.linearizableClientPort";
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    @Test
    void aLinearizableReadAtAFollowerShowsWhatWasAcknowledgedElsewhere() throws Exception {
        ServerSetup setup = ServerSetup.of(Product.ZABRA, folder).withConfig("zabra.linearizableReads", "/fresh");
        try (RunningEnsemble ensemble = RunningEnsemble.start(setup);
                ZooKeeper writer = connect(ensemble.leader(), false);
                ZooKeeper reader = connect(ensemble.follower(), false)) {
            writer.create("/fresh", number(0), Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
            for (int i = 1; i <= ROUNDS; i++) {
                writer.setData("/fresh", number(i), -1);
                assertThat(read(reader, "/fresh")).isEqualTo(i);
            }
        }
    }

    /// A follower that hears nothing of its leader for a moment knows nothing of what others were told meanwhile.
    @Test
    void whoConnectsToThePortForLinearizableReadsReadsNothingOld() throws Exception {
        Layout layout = Layout.of(Product.ZABRA, Product.ZABRA, Product.ZABRA).withSetting(PORT, Layout.ANY_PORT);
        try (Cluster cluster = Cluster.start(layout, folder)) {
            ClusterMember leader = cluster.leader();
            ClusterMember follower = cluster.follower();
            try (ZooKeeper writer = connect("127.0.0.1:" + leader.address().getPort(), false);
                    ZooKeeper plain = connect("127.0.0.1:" + follower.address().getPort(), false);
                    ZooKeeper fresh = connect("127.0.0.1:" + follower.port(PORT), false)) {
                writer.create("/a", number(0), Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
                for (int i = 1; i <= CUTS; i++) {
                    int before = i - 1;
                    await().atMost(PATIENCE).until(() -> read(plain, "/a") == before);
                    cluster.network().cut(leader.id(), follower.id());
                    writer.setData("/a", number(i), -1);
                    assertThat(read(plain, "/a")).isEqualTo(before);
                    CompletableFuture<Integer> answer = new CompletableFuture<>();
                    fresh.getData("/a", false, (_, _, _, data, _) -> answer.complete(number(data)), null);
                    Thread.sleep(CUT_MS);
                    assertThat(answer).isNotDone();
                    cluster.network().heal();
                    assertThat(answer.get(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                            .isEqualTo(i);
                }
                for (int i = CUTS + 1; i <= ROUNDS; i++) {
                    writer.setData("/a", number(i), -1);
                    assertThat(read(fresh, "/a")).isEqualTo(i);
                }
            }
        }
    }

    private static int read(ZooKeeper client, String path) throws Exception {
        return number(client.getData(path, false, null));
    }

    private static int number(byte[] data) {
        return ByteBuffer.wrap(data).getInt();
    }

    @Test
    void theLastMemberServesThoseWhoWantToRead() throws Exception {
        ServerSetup setup = ServerSetup.of(Product.ZABRA, folder).withConfig("readonlymode.enabled", "true");
        try (RunningEnsemble ensemble = RunningEnsemble.start(setup)) {
            RunningServer leader = ensemble.leader();
            RunningServer left = ensemble.follower();
            try (ZooKeeper client = connect(left, true)) {
                client.create("/a", number(1), Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
                assertThat(client.getState()).isEqualTo(States.CONNECTED);
                assertThat(left.fourLetterWord("isro")).isEqualTo("rw");
                ensemble.killAllBut(left);
                await().atMost(PATIENCE).until(() -> client.getState() == States.CONNECTEDREADONLY);
                assertThat(read(client, "/a")).isOne();
                assertThatThrownBy(() -> client.setData("/a", number(2), -1))
                        .isInstanceOf(KeeperException.NotReadOnlyException.class);
                assertThat(left.fourLetterWord("isro")).isEqualTo("ro");
                assertThat(left.fourLetterWord("srvr")).contains("Mode: read-only", "READ-ONLY mode");
                try (ZooKeeper second = connect(left, true)) {
                    assertThat(second.exists("/a", false)).isNotNull();
                }
                ensemble.restart(leader);
                await().atMost(PATIENCE).until(() -> client.getState() == States.CONNECTED);
                client.setData("/a", number(2), -1);
                assertThat(left.fourLetterWord("isro")).isEqualTo("rw");
            }
        }
    }

    private static ZooKeeper connect(RunningServer server, boolean reads) throws Exception {
        return connect(server.connectString(), reads);
    }

    private static ZooKeeper connect(String servers, boolean reads) throws Exception {
        ZooKeeper client = new ZooKeeper(servers, TIMEOUT_MS, event -> {}, reads);
        await().atMost(PATIENCE).until(() -> client.getState().isConnected());
        return client;
    }

    private static byte[] number(int i) {
        return ByteBuffer.allocate(Integer.BYTES).putInt(i).array();
    }
}
