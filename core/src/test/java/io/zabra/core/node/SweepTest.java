// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.zabra.core.base.NodeConfig;
import io.zabra.core.node.TestWorld.Peer;
import io.zabra.wire.client.CreateRequest;
import io.zabra.wire.client.CreateTtlRequest;
import io.zabra.wire.client.DeleteRequest;
import io.zabra.wire.client.OpCode;
import io.zabra.wire.client.PingRequest;
import io.zabra.wire.client.SetDataRequest;
import io.zabra.wire.data.Acl;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What the sweeper finds is judged again behind all that is on its way: it may have given the znode new time, or
/// replaced it.
class SweepTest {

    private static final int INTERVAL_MS = 3_000;
    private static final int TTL = 5;

    private final TestWorld world = new TestWorld(extended());
    private final Peer peer = world.connect();

    @Test
    void aZnodeWhoseTimeIsOverIsRemoved() {
        createWithTime("/t");
        pass(2 * INTERVAL_MS);
        assertThat(exists("/t")).isFalse();
    }

    /// Found by the simulator, seed 542.
    @Test
    void aZnodeThatGetsNewTimeByAWriteOnItsWayStays() {
        createWithTime("/t");
        pass(INTERVAL_MS - 200);
        world.send(peer, new SetDataRequest("/t", new byte[] {7}, -1));
        tickUntilSwept();
        assertThat(exists("/t")).isTrue();
        pass(2 * INTERVAL_MS);
        assertThat(exists("/t")).isFalse();
    }

    @Test
    void aContainerThatIsMadeAnewByWritesOnTheirWayStays() {
        world.call(peer, container());
        world.call(peer, TestWorld.create("/c/x", 0));
        pass(INTERVAL_MS - 500);
        world.call(peer, new DeleteRequest("/c/x", -1));
        world.send(peer, new DeleteRequest("/c", -1));
        world.send(peer, container());
        tickUntilSwept();
        assertThat(exists("/c")).isTrue();
        pass(2 * INTERVAL_MS);
        assertThat(exists("/c")).isTrue();
    }

    /// The sweep begins while writes wait for the disk.
    private void tickUntilSwept() {
        int waiting = world.unflushed.size();
        for (int i = 0; i < 20 && world.unflushed.size() == waiting; i++) {
            world.nowMs += 100;
            world.step(new Input.Tick());
        }
        assertThat(world.unflushed).hasSize(waiting + 1);
        world.flush();
    }

    private void createWithTime(String path) {
        assertThat(world.call(peer, new CreateTtlRequest(path, new byte[0], Acl.OPEN, TTL, 2_000))
                        .error())
                .isZero();
    }

    private static CreateRequest container() {
        return new CreateRequest(OpCode.CREATE_CONTAINER, "/c", new byte[0], Acl.OPEN, 4);
    }

    private void pass(int ms) {
        world.send(peer, new PingRequest());
        world.pass(ms);
        world.send(peer, new PingRequest());
    }

    private boolean exists(String path) {
        return world.node.tree().find(path) != null;
    }

    private static NodeConfig extended() {
        NodeConfig defaults = NodeConfig.defaults();
        return new NodeConfig(
                1,
                defaults.sessions(),
                new NodeConfig.Tree(true, false, false, true, "", true, "SHA1", false, List.of()),
                defaults.snapshots(),
                new NodeConfig.Sweep(INTERVAL_MS, 10_000, 0),
                defaults.throttle(),
                defaults.limits());
    }
}
