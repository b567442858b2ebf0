// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.zabra.core.base.NodeConfig;
import io.zabra.core.log.Zxid;
import io.zabra.core.node.EnsembleWorld.Machine;
import io.zabra.core.node.TestWorld.Peer;
import io.zabra.core.node.TestWorld.Sent;
import io.zabra.core.session.CloseReason;
import io.zabra.core.session.SessionIds;
import io.zabra.core.zab.Ensemble;
import io.zabra.wire.client.CloseSessionRequest;
import io.zabra.wire.client.ExistsRequest;
import io.zabra.wire.client.GetDataRequest;
import io.zabra.wire.client.SetDataRequest;
import io.zabra.wire.client.SyncRequest;
import io.zabra.wire.data.ErrorCode;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Members without a leader that serve clients which want to read only.
class ReadOnlyTest {

    private static final int AFTER_MS = 2_000;

    private final EnsembleWorld world = new EnsembleWorld(3, new NodeConfig.Reads(List.of("/lin"), AFTER_MS));
    private Machine left;
    private long sessionId;

    @BeforeEach
    void onlyOneIsLeft() {
        world.pass(2_000);
        left = world.followers().getFirst();
        Peer peer = left.connect();
        left.call(peer, TestWorld.create("/a", 0));
        sessionId = peer.client.sessionId();
        world.machines.values().stream().filter(each -> each != left).toList().forEach(each -> each.up = false);
        // Its leader has not closed the connection: it is given up after `syncLimit`.
        world.pass(6_000);
    }

    @Test
    void nobodyIsServedBeforeItsTime() {
        Peer early = left.begin(0, new byte[16], true);
        assertThat(early.sent).isEmpty();
        world.pass(AFTER_MS);
        assertThat(early.take()).containsExactly(new Sent.Closed(CloseReason.NO_LEADER));
        assertThat(left.begin(0, new byte[16], true).take()).first().isInstanceOf(Sent.Connected.class);
    }

    @Test
    void readsAreAnsweredAndWritesAreNot() {
        world.pass(AFTER_MS);
        Peer peer = left.begin(0, new byte[16], true);
        assertThat(((Sent.Connected) peer.take().getFirst()).response().readOnly())
                .isTrue();
        assertThat(left.call(peer, new GetDataRequest("/a", false)).error()).isZero();
        int refused = ErrorCode.NOT_READ_ONLY.number();
        assertThat(left.call(peer, new SetDataRequest("/a", new byte[0], -1)).error())
                .isEqualTo(refused);
        assertThat(left.call(peer, TestWorld.create("/b", 0)).error()).isEqualTo(refused);
        assertThat(left.call(peer, new SyncRequest("/a")).error()).isEqualTo(refused);
        assertThat(left.call(peer, new ExistsRequest("/lin", false)).error())
                .as("nobody can tell whether it is there")
                .isEqualTo(refused);
        assertThat(left.call(peer, new ExistsRequest("/a", false)).error()).isZero();
    }

    /// An empty disk is no reason to say that there is nothing.
    @Test
    void aMemberThatHasNothingServesNobody() {
        EnsembleWorld fresh = new EnsembleWorld(3, new NodeConfig.Reads(List.of(), AFTER_MS));
        Machine alone = fresh.machines.values().iterator().next();
        fresh.machines.values().stream().filter(each -> each != alone).forEach(each -> each.up = false);
        fresh.pass(2 * AFTER_MS);
        assertThat(alone.begin(0, new byte[16], true).take()).containsExactly(new Sent.Closed(CloseReason.NO_LEADER));
    }

    @Test
    void whoWantsToWriteIsTurnedAway() {
        world.pass(AFTER_MS);
        assertThat(left.begin(0, new byte[16], false).take()).containsExactly(new Sent.Closed(CloseReason.NO_LEADER));
    }

    @Test
    void aSessionOfTheEnsembleGoesOnAndIsEndedByNobodyHere() {
        world.pass(AFTER_MS);
        Peer peer = left.begin(sessionId, SessionIds.password(sessionId), true);
        assertThat(((Sent.Connected) peer.take().getFirst()).response().sessionId())
                .isEqualTo(sessionId);
        world.pass(60_000);
        assertThat(peer.take()).isEmpty();
        assertThat(left.call(peer, new CloseSessionRequest()).error()).isEqualTo(ErrorCode.NOT_READ_ONLY.number());
        assertThat(left.node.sessions().find(sessionId)).isNotNull();
    }

    @Test
    void aSessionThatThisMemberDoesNotKnowIsNotCalledExpired() {
        world.pass(AFTER_MS);
        Peer peer = left.begin(77, SessionIds.password(77), true);
        assertThat(peer.take()).containsExactly(new Sent.Closed(CloseReason.NO_LEADER));
    }

    /// Nobody else knows of it.
    @Test
    void aLocalSessionOfHereGoesOnUntilItsTimeOutAndIsThenCalledExpired() {
        EnsembleWorld others = worldOfLocalSessions();
        Machine alone = others.followers().getFirst();
        long local = alone.connect().client.sessionId();
        others.machines.values().stream().filter(each -> each != alone).toList().forEach(each -> each.up = false);
        others.pass(6_000 + AFTER_MS);
        Peer peer = alone.begin(local, SessionIds.password(local), true);
        assertThat(granted(peer)).isEqualTo(local);
        assertThat(alone.call(peer, TestWorld.create("/e", 1)).error()).isEqualTo(ErrorCode.NOT_READ_ONLY.number());
        alone.step(new Input.Disconnect(peer.client));
        assertThat(granted(alone.begin(local, SessionIds.password(local), true)))
                .as("its connection has ended, it has not")
                .isEqualTo(local);
        others.pass(60_000);
        assertThat(granted(alone.begin(local, SessionIds.password(local), true)))
                .as("it has expired")
                .isZero();
    }

    /// The next leader may have what makes it known to all, and the ephemeral znode behind that: only then can it end.
    @Test
    void aLocalSessionThatOthersWereAskedToKnowIsNotClosedHere() {
        EnsembleWorld others = worldOfLocalSessions();
        Machine alone = others.leader();
        Peer owner = alone.connect();
        long local = owner.client.sessionId();
        others.machines.values().stream().filter(each -> each != alone).toList().forEach(each -> each.up = false);
        alone.send(owner, TestWorld.create("/e", 1));
        others.pass(6_000 + AFTER_MS);
        Peer peer = alone.begin(local, SessionIds.password(local), true);
        assertThat(granted(peer)).isEqualTo(local);
        assertThat(alone.call(peer, new CloseSessionRequest()).error()).isEqualTo(ErrorCode.NOT_READ_ONLY.number());
        others.machines.values().forEach(each -> each.up = true);
        others.pass(10_000);
        assertThat(alone.node.sessions().established())
                .as("it has begun after all")
                .containsKey(local);
    }

    private static EnsembleWorld worldOfLocalSessions() {
        EnsembleWorld world = new EnsembleWorld(
                3,
                new NodeConfig.Sessions(1_000, 4_000, 40_000, true, true),
                new NodeConfig.Reads(List.of(), AFTER_MS),
                Zxid.COUNTER_MAX);
        world.pass(2_000);
        return world;
    }

    private static long granted(Peer peer) {
        return ((Sent.Connected) peer.take().getFirst()).response().sessionId();
    }

    @Test
    void aSessionOfHereEndsWithItsConnection() {
        world.pass(AFTER_MS);
        int known = left.node.sessions().count();
        Peer leaving = left.begin(0, new byte[16], true);
        Peer closing = left.begin(0, new byte[16], true);
        assertThat(left.node.sessions().count()).isEqualTo(known + 2);
        left.step(new Input.Disconnect(leaving.client));
        closing.take();
        left.send(closing, new CloseSessionRequest());
        assertThat(closing.take()).last().isEqualTo(new Sent.Closed(CloseReason.SESSION_CLOSED));
        assertThat(left.node.sessions().count()).isEqualTo(known);
    }

    @Test
    void whenThereIsALeaderAgainItServesAll() {
        world.pass(AFTER_MS);
        Peer reading = left.begin(0, new byte[16], true);
        Ensemble ensemble = Objects.requireNonNull(left.node.membership());
        assertThat(ensemble.isReadOnly()).isTrue();
        reading.take();
        world.machines.values().forEach(each -> each.up = true);
        world.pass(20_000);
        assertThat(reading.take()).last().isEqualTo(new Sent.Closed(CloseReason.NO_LEADER));
        assertThat(ensemble.isReadOnly()).isFalse();
        assertThat(left.serves()).isTrue();
        Peer writing = left.connect();
        assertThat(left.call(writing, TestWorld.create("/b", 0)).error()).isZero();
    }
}
