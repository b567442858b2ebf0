// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.interop.mixed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.zabra.interop.cluster.Cluster;
import io.zabra.interop.cluster.ClusterMember;
import io.zabra.interop.cluster.Layout;
import io.zabra.interop.process.OnZabra;
import io.zabra.interop.process.Product;
import io.zabra.interop.raw.Frame;
import io.zabra.interop.raw.Handshake;
import io.zabra.interop.raw.Jute;
import io.zabra.interop.raw.Ops;
import io.zabra.interop.raw.RawClient;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Goal: a session is one session at all members, whichever product they are: it moves, is refused to strangers, keeps
/// its watches, and ends or expires everywhere.
@OnZabra
class SessionsIT {

    private static final int TIMEOUT_MS = 8_000;
    private static final int SESSION_MOVED = -118;

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource(names = {"APACHE", "ZABRA"})
    void aSessionIsTheSameAtAllMembers(Product leading) throws Exception {
        Layout layout = leading == Product.APACHE
                ? Layout.of(Product.ZABRA, Product.APACHE, Product.APACHE)
                : Layout.of(Product.APACHE, Product.ZABRA, Product.ZABRA);
        try (Cluster cluster = Cluster.start(layout, folder)) {
            ClusterMember leader = Leadership.of(cluster, leading);
            // The follower of the other product, the leader, and a follower of the leader's product.
            ClusterMember other = cluster.member(1);
            ClusterMember same = cluster.member(leader.id() == 2 ? 3 : 2);
            for (List<ClusterMember> way : List.of(
                    List.of(other, leader), List.of(leader, other), List.of(other, same), List.of(same, other))) {
                moves(way.getFirst(), way.getLast());
                isRefusedWithAnotherPassword(way.getFirst(), way.getLast());
                keepsItsWatches(way.getFirst(), way.getLast());
                isSyncedAndClosed(way.getFirst(), way.getLast());
            }
            expiresUnderTheNextLeader(cluster, other, leader);
            Trees.assertSame(cluster);
        }
    }

    private static void moves(ClusterMember from, ClusterMember to) {
        RawClient old = RawClient.open(from.address(), Handshake.fresh(TIMEOUT_MS));
        old.callOk(Ops.CREATE, Ops.create("/moving", Ops.EMPTY, 1));
        try (RawClient moved = again(old, to)) {
            assertThat(moved.session().sessionId()).isEqualTo(old.session().sessionId());
            moved.callOk(Ops.SET_DATA, Ops.setData("/moving", new byte[] {1}, -1));
            assertThat(errorOf(old, Ops.SET_DATA, Ops.setData("/moving", new byte[] {2}, -1)))
                    .as("a write of the connection at %s, after the move to %s", from, to)
                    .isEqualTo(SESSION_MOVED);
            assertThat(moved.callOk(Ops.GET_DATA, Ops.read("/moving", false))
                            .reader()
                            .buffer())
                    .containsExactly(1);
            moved.callOk(Ops.CLOSE_SESSION, Ops.EMPTY);
        }
        old.abort();
    }

    /// The error of the answer; [#SESSION_MOVED] too if the server has closed the connection instead.
    private static int errorOf(RawClient client, int op, byte[] body) {
        Frame answer = client.call(op, body);
        return answer == null ? SESSION_MOVED : answer.error();
    }

    private static RawClient again(RawClient old, ClusterMember at) {
        Handshake.Answer session = old.session();
        return RawClient.open(
                at.address(), Handshake.fresh(TIMEOUT_MS).ofSession(session.sessionId(), session.password()));
    }

    private static void isRefusedWithAnotherPassword(ClusterMember from, ClusterMember to) {
        try (RawClient owner = RawClient.open(from.address(), Handshake.fresh(TIMEOUT_MS));
                RawClient thief = RawClient.dial(to.address())) {
            Handshake.Answer refused = thief.shakeHands(
                    Handshake.fresh(TIMEOUT_MS).ofSession(owner.session().sessionId(), new byte[16]));
            assertThat(refused == null || !refused.accepted()).isTrue();
            owner.callOk(Ops.CLOSE_SESSION, Ops.EMPTY);
        }
    }

    private static void keepsItsWatches(ClusterMember from, ClusterMember to) {
        RawClient old = RawClient.open(from.address(), Handshake.fresh(TIMEOUT_MS));
        old.callOk(Ops.CREATE, Ops.create("/watched", Ops.EMPTY, 0));
        Frame seen = old.callOk(Ops.GET_DATA, Ops.read("/watched", true));
        try (RawClient moved = again(old, to);
                RawClient writer = RawClient.open(from.address(), Handshake.fresh(TIMEOUT_MS))) {
            byte[] watches = new Jute()
                    .int64(seen.zxid())
                    .strings(List.of("/watched"))
                    .strings(List.of())
                    .strings(List.of())
                    .toBytes();
            moved.queue(-8, Ops.SET_WATCHES, watches);
            moved.flush();
            assertThat(next(moved).error()).isZero();
            writer.callOk(Ops.SET_DATA, Ops.setData("/watched", new byte[] {1}, -1));
            assertThat(next(moved).isEvent()).isTrue();
            writer.callOk(Ops.DELETE, Ops.delete("/watched", -1));
            writer.callOk(Ops.CLOSE_SESSION, Ops.EMPTY);
            moved.callOk(Ops.CLOSE_SESSION, Ops.EMPTY);
        }
        old.abort();
    }

    private static Frame next(RawClient client) {
        @Nullable Frame frame = client.read();
        assertThat(frame).isNotNull();
        return frame;
    }

    private static void isSyncedAndClosed(ClusterMember writing, ClusterMember reading) {
        try (RawClient reader = RawClient.open(reading.address(), Handshake.fresh(TIMEOUT_MS))) {
            try (RawClient writer = RawClient.open(writing.address(), Handshake.fresh(TIMEOUT_MS))) {
                for (int i = 0; i < 20; i++) {
                    writer.callOk(Ops.CREATE, Ops.create("/seen" + i, Ops.EMPTY, 1));
                    reader.callOk(Ops.SYNC, Ops.path("/"));
                    reader.callOk(Ops.GET_DATA, Ops.read("/seen" + i, false));
                }
                writer.callOk(Ops.CLOSE_SESSION, Ops.EMPTY);
            }
            reader.callOk(Ops.SYNC, Ops.path("/"));
            assertThat(reader.callOk(Ops.GET_CHILDREN, Ops.read("/", false))
                            .reader()
                            .strings())
                    .noneMatch(name -> name.startsWith("seen"));
            reader.callOk(Ops.CLOSE_SESSION, Ops.EMPTY);
        }
    }

    private static void expiresUnderTheNextLeader(Cluster cluster, ClusterMember member, ClusterMember leader) {
        RawClient silent = RawClient.open(member.address(), Handshake.fresh(2_000));
        silent.callOk(Ops.CREATE, Ops.create("/expires", Ops.EMPTY, 1));
        silent.abort();
        leader.kill();
        cluster.leader(leader);
        cluster.start(leader);
        cluster.awaitAllServing();
        for (ClusterMember each : cluster.members()) {
            try (RawClient reader = RawClient.open(each.address(), Handshake.fresh(TIMEOUT_MS))) {
                await().atMost(Cluster.PATIENCE)
                        .until(() -> !reader.callOk(Ops.GET_CHILDREN, Ops.read("/", false))
                                .reader()
                                .strings()
                                .contains("expires"));
            }
        }
    }
}
