// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.node;

import static io.zabra.core.node.TestWorld.create;
import static org.assertj.core.api.Assertions.assertThat;

import io.zabra.core.base.NodeConfig;
import io.zabra.core.node.TestWorld.Peer;
import io.zabra.core.node.TestWorld.Sent;
import io.zabra.core.session.CloseReason;
import io.zabra.wire.client.AddWatchRequest;
import io.zabra.wire.client.AuthRequest;
import io.zabra.wire.client.CloseSessionRequest;
import io.zabra.wire.client.CreateRequest;
import io.zabra.wire.client.ExistsRequest;
import io.zabra.wire.client.MultiRequest;
import io.zabra.wire.client.MultiResponse;
import io.zabra.wire.client.OpCode;
import io.zabra.wire.client.OpResult;
import io.zabra.wire.client.Request;
import io.zabra.wire.client.SetAclRequest;
import io.zabra.wire.client.SetDataRequest;
import io.zabra.wire.client.SetWatchesRequest;
import io.zabra.wire.data.Acl;
import io.zabra.wire.data.ErrorCode;
import io.zabra.wire.data.Id;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What one client may make of the memory and the log of everybody.
class LimitsTest {

    private static final int TXN_BYTES_MAX = 10_000;
    private static final List<Acl> AUTH = List.of(new Acl(Acl.ALL, new Id("auth", "")));

    private final TestWorld world =
            new TestWorld(with(new NodeConfig.Limits(1_000, 100_000, TXN_BYTES_MAX, 1_000, 1_000_000, 100_000)));

    @Test
    void aMultiThatExpandsIntoATransactionTooLargeToBeReadBackIsRefused() {
        Peer peer = authenticated(20);
        List<Request> ops = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            ops.add(new CreateRequest(OpCode.CREATE, "/n" + i, null, AUTH, 0));
        }
        Sent.Reply reply = world.call(peer, new MultiRequest(ops));
        assertThat(reply.body()).isInstanceOfSatisfying(MultiResponse.class, multi -> {
            assertThat(multi.results().getFirst()).isEqualTo(new OpResult.Failed(0));
            assertThat(multi.results()).contains(new OpResult.Failed(ErrorCode.MARSHALLING_ERROR.number()));
            assertThat(multi.results().getLast())
                    .isEqualTo(new OpResult.Failed(ErrorCode.RUNTIME_INCONSISTENCY.number()));
        });
        assertThat(world.node.tree().find("/n0")).isNull();
        assertThat(world.largestEntry).isLessThanOrEqualTo(TXN_BYTES_MAX);
        assertThat(world.call(peer, new MultiRequest(ops.subList(0, 3))).error())
                .isZero();
        assertThat(world.node.tree().find("/n2")).isNotNull();
    }

    @Test
    void oneRequestWhoseAclExpandsTooFarIsRefused() {
        Peer peer = authenticated(90);
        CreateRequest tooLong = new CreateRequest(OpCode.CREATE, "/a", null, AUTH, 0);
        assertThat(world.call(peer, tooLong).error()).isEqualTo(ErrorCode.MARSHALLING_ERROR.number());
        assertThat(world.call(peer, create("/a", 0)).error()).isZero();
        assertThat(world.call(peer, new SetAclRequest("/a", AUTH, -1)).error())
                .isEqualTo(ErrorCode.MARSHALLING_ERROR.number());
        assertThat(world.largestEntry).isLessThanOrEqualTo(TXN_BYTES_MAX);
    }

    @Test
    void aTransactionMayBeAsLargeAsTheLimitLessTheMarkOfTheLog() {
        Peer peer = world.connect();
        world.call(peer, create("/a", 0));
        int error = 0;
        for (int bytes = TXN_BYTES_MAX - 200; error == 0; bytes++) {
            error = world.call(peer, new SetDataRequest("/a", new byte[bytes], -1))
                    .error();
        }
        assertThat(error).isEqualTo(ErrorCode.MARSHALLING_ERROR.number());
        assertThat(world.largestEntry).isBetween(TXN_BYTES_MAX - 30, TXN_BYTES_MAX - 20);
    }

    @Test
    void theEndOfASessionFitsIntoTheLogHoweverManyZnodesItOwns() {
        Peer peer = world.connect();
        for (int i = 0; i < 50; i++) {
            assertThat(world.call(peer, create("/" + "e".repeat(1_000) + i, 1)).error())
                    .isZero();
        }
        assertThat(world.node.tree().ephemeralCount()).isEqualTo(50);
        world.call(peer, new CloseSessionRequest());
        assertThat(world.node.tree().ephemeralCount()).isZero();
        assertThat(world.largestEntry).isLessThanOrEqualTo(TXN_BYTES_MAX);
    }

    @Test
    @Timeout(60)
    void manySessionsMayExpireAtOnce() {
        TestWorld all = new TestWorld();
        for (int i = 0; i < 20_000; i++) {
            Peer peer = all.begin(0, new byte[16], 0);
            all.flush();
            all.send(peer, create("/a" + i, 1));
            all.send(peer, create("/b" + i, 1));
        }
        all.pass(15_000);
        assertThat(all.node.sessions().count()).isZero();
        assertThat(all.node.tree().ephemeralCount()).isZero();
        assertThat(all.node.tree().nodeCount()).isEqualTo(5);
    }

    @Test
    void watchesAreRefusedWhenTheirPathsTakeTooMuchMemory() {
        Peer peer = world.connect();
        int granted = 0;
        while (world.call(peer, new ExistsRequest("/" + granted + "x".repeat(5_000), true))
                        .error()
                == ErrorCode.NO_NODE.number()) {
            granted++;
        }
        assertThat(granted).isBetween(15, 20);
        assertThat(world.call(peer, new ExistsRequest("/" + "x".repeat(5_000), false))
                        .error())
                .isEqualTo(ErrorCode.NO_NODE.number());
        assertThat(world.call(peer, new AddWatchRequest("/" + "x".repeat(5_000), 0))
                        .error())
                .isEqualTo(ErrorCode.THROTTLED_OP.number());
    }

    @Test
    void aClientWhoseWatchesCannotAllBeRestoredIsClosedAndNotLeftInTheBelief() {
        Peer peer = world.connect();
        List<String> paths = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            paths.add("/" + i + "x".repeat(5_000));
        }
        world.send(peer, new SetWatchesRequest(0, List.of(), paths.subList(0, 10), List.of()));
        assertThat(peer.take()).hasSize(1).allMatch(sent -> sent instanceof Sent.Reply reply && reply.error() == 0);
        world.send(peer, new SetWatchesRequest(0, List.of(), paths, List.of()));
        assertThat(peer.take()).endsWith(new Sent.Closed(CloseReason.LIMIT));
        assertThat(world.node.watches().count()).isZero();
    }

    @Test
    void whatWaitsBehindAnUnfinishedWriteIsLimitedInBytes() {
        Peer peer = world.connect();
        world.send(peer, create("/a", 0));
        for (int i = 0; i < 9; i++) {
            world.send(peer, new ExistsRequest("/" + "x".repeat(10_000), false));
        }
        assertThat(peer.take()).isEmpty();
        world.flush();
        assertThat(peer.take()).hasSize(10).allMatch(sent -> sent instanceof Sent.Reply);

        world.send(peer, create("/b", 0));
        for (int i = 0; i < 10; i++) {
            world.send(peer, new ExistsRequest("/" + "x".repeat(10_000), false));
        }
        assertThat(peer.take()).containsExactly(new Sent.Closed(CloseReason.LIMIT));
    }

    @Test
    void credentialsAreLimitedInNumberAndLength() {
        Peer many = authenticated(99);
        assertThat(world.call(many, digest("one-more")).error()).isEqualTo(ErrorCode.AUTH_FAILED.number());
        assertThat(many.take()).containsExactly(new Sent.Closed(CloseReason.AUTH_FAILED));

        Peer lengthy = world.connect();
        assertThat(world.call(lengthy, digest("x".repeat(60_000))).error()).isZero();
        assertThat(world.call(lengthy, digest("x".repeat(60_000))).error())
                .as("the same again")
                .isZero();
        assertThat(world.call(lengthy, digest("y".repeat(6_000))).error()).isEqualTo(ErrorCode.AUTH_FAILED.number());
    }

    private static AuthRequest digest(String user) {
        return new AuthRequest(0, "digest", (user + ":p").getBytes(StandardCharsets.UTF_8));
    }

    private Peer authenticated(int users) {
        Peer peer = world.connect();
        for (int i = 0; i < users; i++) {
            assertThat(world.call(peer, digest("user" + i + "x".repeat(100))).error())
                    .isZero();
        }
        return peer;
    }

    static NodeConfig with(NodeConfig.Limits limits) {
        NodeConfig base = NodeConfig.defaults();
        return new NodeConfig(1, base.sessions(), base.tree(), base.snapshots(), base.sweep(), base.throttle(), limits);
    }
}
