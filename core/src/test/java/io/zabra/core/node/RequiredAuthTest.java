// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.node;

import static io.zabra.core.node.TestWorld.create;
import static org.assertj.core.api.Assertions.assertThat;

import io.zabra.core.base.NodeConfig;
import io.zabra.core.node.TestWorld.Peer;
import io.zabra.core.node.TestWorld.Sent;
import io.zabra.core.session.CloseReason;
import io.zabra.core.session.Tag;
import io.zabra.wire.client.AuthRequest;
import io.zabra.wire.client.OpCode;
import io.zabra.wire.client.PingRequest;
import io.zabra.wire.client.ReconfigRequest;
import io.zabra.wire.data.ErrorCode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class RequiredAuthTest {

    private static final int REFUSED = ErrorCode.SESSION_CLOSED_REQUIRE_SASL_AUTH.number();

    @Test
    void closesAConnectionThatDidNotAuthenticateAsRequired() {
        TestWorld world = new TestWorld(config(false, List.of("digest")));
        Peer peer = world.connect();
        world.send(peer, create("/a", 0));
        assertThat(peer.take())
                .containsExactly(new Sent.Reply(1, 0, REFUSED, null), new Sent.Closed(CloseReason.AUTH_FAILED));
        world.flush();
        assertThat(world.node.tree().find("/a")).isNull();
        Peer silent = world.connect();
        world.send(silent, new PingRequest());
        assertThat(silent.take()).contains(new Sent.Closed(CloseReason.AUTH_FAILED));
        Peer garbled = world.connect();
        world.step(new Input.Malformed(garbled.client, new Tag(1, OpCode.MULTI, 0, 8), true));
        assertThat(garbled.take()).contains(new Sent.Closed(CloseReason.AUTH_FAILED));
    }

    @Test
    void servesAConnectionThatDid() {
        TestWorld world = new TestWorld(config(false, List.of("digest")));
        Peer peer = world.connect();
        byte[] password = "user:secret".getBytes(StandardCharsets.UTF_8);
        assertThat(world.call(peer, new AuthRequest(0, "digest", password)).error())
                .isZero();
        assertThat(world.call(peer, create("/a", 0)).error()).isZero();
    }

    @Test
    void reconfigIsDisabledOrUnimplemented() {
        var reconfig = new ReconfigRequest(null, null, "server.1=a:1:2;3", -1);
        TestWorld off = new TestWorld(config(false, List.of()));
        assertThat(off.call(off.connect(), reconfig).error()).isEqualTo(ErrorCode.RECONFIG_DISABLED.number());
        TestWorld on = new TestWorld(config(true, List.of()));
        assertThat(on.call(on.connect(), reconfig).error()).isEqualTo(ErrorCode.UNIMPLEMENTED.number());
    }

    private static NodeConfig config(boolean reconfig, List<String> schemes) {
        NodeConfig base = NodeConfig.defaults();
        var tree = new NodeConfig.Tree(false, false, false, true, "", true, "SHA1", reconfig, schemes);
        return new NodeConfig(1, base.sessions(), tree, base.snapshots(), base.sweep(), base.throttle(), base.limits());
    }
}
