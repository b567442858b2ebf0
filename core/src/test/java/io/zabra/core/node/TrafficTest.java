// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.node;

import static io.zabra.core.node.TestWorld.create;
import static org.assertj.core.api.Assertions.assertThat;

import io.zabra.core.base.NodeConfig;
import io.zabra.core.node.TestWorld.Peer;
import io.zabra.wire.client.CloseSessionRequest;
import io.zabra.wire.client.CreateRequest;
import io.zabra.wire.client.DeleteRequest;
import io.zabra.wire.client.ExistsRequest;
import io.zabra.wire.client.GetChildren2Request;
import io.zabra.wire.client.GetChildrenRequest;
import io.zabra.wire.client.GetDataRequest;
import io.zabra.wire.client.MultiReadRequest;
import io.zabra.wire.client.MultiRequest;
import io.zabra.wire.client.OpCode;
import io.zabra.wire.client.SetDataRequest;
import io.zabra.wire.data.Acl;
import io.zabra.wire.data.ErrorCode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class TrafficTest {

    private final TestWorld world = new TestWorld();

    @Test
    void readsAndWritesAreCountedWithApachesIdeaOfTheirBytes() {
        Peer peer = world.connect();
        world.call(peer, create("/app", 0));
        world.call(peer, create("/app/child", 1));
        world.call(peer, new SetDataRequest("/app", new byte[100], -1));
        world.call(peer, new MultiRequest(List.of(create("/app/m", 0), new DeleteRequest("/app/m", -1))));
        world.call(peer, new DeleteRequest("/none", -1));
        world.call(peer, new GetDataRequest("/app", false));
        world.call(peer, new ExistsRequest("/app/child", false));
        world.call(peer, new ExistsRequest("/none", false));
        world.call(peer, new GetChildrenRequest("/app", false));
        world.call(peer, new GetChildren2Request("/app", false));
        world.call(
                peer,
                new MultiReadRequest(
                        List.of(new GetDataRequest("/app", false), new GetChildrenRequest("/app", false))));
        world.call(peer, new CloseSessionRequest());
        assertThat(world.meter.counted)
                .containsExactly(
                        "written /app 5",
                        "written /app/child 11",
                        "written /app 104",
                        "written /app/m 7",
                        "written /app/m 6",
                        "read /app 172",
                        "read /app/child 78",
                        "read /app 77",
                        "read /app 77",
                        "read /app 172",
                        "read /app 77",
                        "written /app/child 10");
    }

    @Test
    void theWatchesThatOneChangeFiresAreCountedTogether() {
        Peer peer = world.connect();
        Peer other = world.connect();
        for (Peer watcher : List.of(peer, other)) {
            world.call(watcher, new ExistsRequest("/a", true));
            world.call(watcher, new GetChildrenRequest("/", true));
        }
        world.call(peer, create("/a", 0));
        world.call(peer, new ExistsRequest("/a", true));
        world.call(peer, new SetDataRequest("/a", new byte[1], -1));
        assertThat(world.meter.counted)
                .filteredOn(line -> line.startsWith("fired"))
                .containsExactly("fired 1 2", "fired 4 2", "fired 3 1");
    }

    @Test
    void writesThatAQuotaForbidsAreCounted() {
        NodeConfig base = NodeConfig.defaults();
        NodeConfig.Tree tree = base.tree();
        TestWorld guarded = new TestWorld(new NodeConfig(
                1,
                base.sessions(),
                new NodeConfig.Tree(
                        tree.extendedTypes(),
                        true,
                        tree.skipAcl(),
                        tree.digest(),
                        tree.superDigest(),
                        tree.digestEnabled(),
                        tree.digestAlgorithm(),
                        tree.reconfigEnabled(),
                        tree.requiredSchemes()),
                base.snapshots(),
                base.sweep(),
                base.throttle(),
                base.limits()));
        Peer peer = guarded.connect();
        guarded.call(peer, create("/app", 0));
        guarded.call(peer, create("/zookeeper/quota/app", 0));
        byte[] limits = "count=-1,bytes=-1=;byteHardLimit=-1;countHardLimit=1".getBytes(StandardCharsets.UTF_8);
        guarded.call(
                peer, new CreateRequest(OpCode.CREATE, "/zookeeper/quota/app/zookeeper_limits", limits, Acl.OPEN, 0));
        guarded.call(peer, create("/zookeeper/quota/app/zookeeper_stats", 0));
        guarded.meter.counted.clear();
        assertThat(guarded.call(peer, create("/app/x", 0)).error()).isEqualTo(ErrorCode.QUOTA_EXCEEDED.number());
        guarded.call(peer, new MultiRequest(List.of(new DeleteRequest("/app", -1), create("/app/y", 0))));
        guarded.call(peer, new MultiRequest(List.of(new SetDataRequest("/app", null, -1), create("/app/z", 0))));
        assertThat(guarded.meter.counted).containsExactly("exceeded /app/x", "exceeded /app/z");
        assertThat(guarded.node.tree().quotas()).singleElement().satisfies(quota -> {
            assertThat(quota.root()).isEqualTo("/app");
            assertThat(quota.count()).isEqualTo(1);
            assertThat(quota.countHard()).isEqualTo(1);
        });
    }
}
