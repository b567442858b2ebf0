// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.node;

import static io.zabra.core.node.TestWorld.create;
import static org.assertj.core.api.Assertions.assertThat;

import io.zabra.core.base.NodeConfig;
import io.zabra.core.effect.Event;
import io.zabra.core.node.TestWorld.Peer;
import io.zabra.core.node.TestWorld.Sent;
import io.zabra.core.session.CloseReason;
import io.zabra.core.session.Tag;
import io.zabra.wire.client.AuthRequest;
import io.zabra.wire.client.CloseSessionRequest;
import io.zabra.wire.client.ConnectRequest;
import io.zabra.wire.client.ExistsRequest;
import io.zabra.wire.client.PingRequest;
import io.zabra.wire.client.Request;
import io.zabra.wire.data.ErrorCode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class ThrottleTest {

    private static final NodeConfig.Throttle TWO = new NodeConfig.Throttle(2, 100, true, true, false, 0);

    private final TestWorld world = world(TWO);

    @Test
    void requestsAboveTheLimitWaitUntilOthersAreAnswered() {
        Peer peer = world.connect();
        Peer other = world.connect();
        send(peer, create("/a", 0));
        send(peer, create("/b", 0));
        send(peer, create("/c", 0));
        send(other, new ExistsRequest("/a", false));
        assertThat(world.unflushed).as("what is in work").hasSize(2);
        assertThat(world.node.outstanding()).isEqualTo(4);
        assertThat(world.node.outstandingBytes()).isEqualTo(400);
        assertThat(other.sent).as("a read waits behind what came before it").isEmpty();

        world.flush();
        assertThat(replies(peer)).containsExactly(0, 0, 0);
        assertThat(replies(other)).containsExactly(0);
        assertThat(world.node.outstanding()).isZero();
        assertThat(world.node.outstandingBytes()).isZero();
        assertThat(world.meter.stalls).isPositive();
    }

    @Test
    void withoutALimitNothingWaitsAndNothingIsCounted() {
        TestWorld open = new TestWorld();
        Peer peer = open.connect();
        for (int i = 0; i < 10; i++) {
            open.send(peer, create("/n" + i, 0));
        }
        assertThat(open.unflushed).hasSize(10);
        assertThat(open.meter.admitted).isZero();
    }

    @Test
    void sessionsAreMadeInTheirTurn() {
        Peer peer = world.connect();
        send(peer, create("/a", 0));
        send(peer, create("/b", 0));
        Peer late = world.begin(0, new byte[16], 0);
        assertThat(world.node.sessions().count()).isEqualTo(1);
        world.flush();
        assertThat(late.take()).singleElement().isInstanceOf(Sent.Connected.class);
    }

    @Test
    void requestsOfAClosedConnectionAreDroppedButNotTheEndOfItsSession() {
        Peer busy = world.connect();
        Peer writer = world.connect();
        Peer closer = world.connect();
        fill(busy);
        send(writer, create("/dropped", 0));
        send(writer, create("/dropped2", 0));
        send(closer, new CloseSessionRequest());
        world.step(new Input.Disconnect(writer.client));
        world.step(new Input.Disconnect(closer.client));
        world.flush();
        assertThat(world.node.tree().find("/dropped")).isNull();
        assertThat(world.node.tree().find("/dropped2")).isNull();
        assertThat(world.events)
                .filteredOn(Event.StaleRequestDropped.class::isInstance)
                .hasSize(1);
        assertThat(world.node.sessions().count()).as("busy and writer are left").isEqualTo(2);
    }

    @Test
    void requestsOfAClosedConnectionAreDoneIfTheyAreNotToBeDropped() {
        for (NodeConfig.Throttle kind : List.of(
                new NodeConfig.Throttle(2, 100, false, true, false, 0),
                new NodeConfig.Throttle(2, 100, true, false, false, 0))) {
            TestWorld kept = world(kind);
            Peer busy = kept.connect();
            Peer writer = kept.connect();
            send(kept, busy, create("/a", 0));
            send(kept, busy, create("/b", 0));
            send(kept, writer, create("/done", 0));
            kept.step(new Input.Disconnect(writer.client));
            kept.flush();
            assertThat(kept.node.tree().find("/done")).isNotNull();
            assertThat(kept.meter.staleRequests).isEqualTo(kind.staleConnections() ? 1 : 0);
        }
    }

    @Test
    void aRequestOlderThanTheTimeoutOfItsSessionIsDroppedWithItsConnection() {
        TestWorld strict = world(new NodeConfig.Throttle(2, 100, true, true, true, 0));
        Peer busy = strict.connect();
        Peer waiting = strict.connect();
        send(strict, busy, create("/a", 0));
        send(strict, busy, create("/b", 0));
        send(strict, waiting, create("/late", 0));
        strict.nowMs += 10_001;
        strict.step(new Input.Tick());
        assertThat(waiting.take()).containsExactly(new Sent.Closed(CloseReason.STALE));
        strict.flush();
        assertThat(strict.node.tree().find("/late")).isNull();
    }

    @Test
    void theFirstRequestThatWaitsIsLookedAtAfterEachStallTime() {
        TestWorld patient = world(new NodeConfig.Throttle(2, 5_000, true, true, false, 0));
        Peer busy = patient.connect();
        Peer gone = patient.connect();
        send(patient, busy, create("/a", 0));
        send(patient, busy, create("/b", 0));
        send(patient, gone, create("/c", 0));
        patient.step(new Input.Disconnect(gone.client));
        patient.nowMs += 4_900;
        patient.step(new Input.Tick());
        assertThat(patient.node.outstanding()).isGreaterThan(2);
        patient.nowMs += 100;
        patient.step(new Input.Tick());
        assertThat(patient.node.outstanding()).isEqualTo(2);
    }

    @Test
    void aRequestThatWaitedTooLongIsAnsweredInItsTurnThatItWasThrottled() {
        TestWorld hurried = world(new NodeConfig.Throttle(0, 100, true, true, false, 50));
        Peer peer = hurried.connect();
        send(hurried, peer, create("/a", 0));
        long receivedNs = hurried.nowMs * 1_000_000;
        hurried.nowMs += 51;
        submit(hurried, peer, create("/late", 0), receivedNs);
        submit(hurried, peer, new PingRequest(), receivedNs);
        send(hurried, peer, new ExistsRequest("/a", false));
        assertThat(peer.sent).as("behind the first write").isEmpty();
        hurried.flush();
        assertThat(replies(peer)).containsExactly(0, ErrorCode.THROTTLED_OP.number(), 0, 0);
        assertThat(hurried.node.tree().find("/late")).isNull();
        assertThat(hurried.events)
                .contains(new Event.RequestThrottled(
                        peer.client.sessionId(), create("/", 0).op(), 51));
        assertThat(hurried.meter.longestWaitMs).isEqualTo(51);
    }

    @Test
    void theRefusalOfALateRequestDoesNotOvertakeWhatWaitsForASlowClient() {
        TestWorld hurried = world(new NodeConfig.Throttle(0, 100, true, true, false, 50));
        Peer slow = hurried.connect();
        long receivedNs = hurried.nowMs * 1_000_000;
        slow.ready = false;
        send(hurried, slow, new ExistsRequest("/", false));
        hurried.nowMs += 51;
        submit(hurried, slow, new ExistsRequest("/", false), receivedNs);
        send(hurried, slow, new ExistsRequest("/", false));
        assertThat(slow.take()).isEmpty();
        slow.ready = true;
        hurried.step(new Input.LinkReady(slow.client));
        assertThat(slow.take().stream().map(sent -> ((Sent.Reply) sent).xid())).containsExactly(1, 2, 3);
    }

    @Test
    void aSlowClientDoesNotFillTheThrottle() {
        Peer slow = world.connect();
        Peer other = world.connect();
        send(slow, create("/a", 0));
        send(slow, new ExistsRequest("/a", false));
        for (int i = 0; i < 5; i++) {
            send(slow, new ExistsRequest("/a", false));
        }
        slow.ready = false;
        world.flush();
        send(other, new ExistsRequest("/a", false));
        assertThat(replies(other)).containsExactly(0);
    }

    @Test
    void theEndOfASessionIsNeverTooLate() {
        TestWorld hurried = world(new NodeConfig.Throttle(0, 100, true, true, false, 50));
        Peer peer = hurried.connect();
        long receivedNs = hurried.nowMs * 1_000_000;
        hurried.nowMs += 51;
        submit(hurried, peer, new CloseSessionRequest(), receivedNs);
        hurried.flush();
        assertThat(peer.take()).endsWith(new Sent.Closed(CloseReason.SESSION_CLOSED));
    }

    @Test
    void anIdentityIsProvedBeforeTheRequestsBehindIt() {
        Peer busy = world.connect();
        Peer peer = world.connect();
        fill(busy);
        send(peer, new AuthRequest(0, "digest", "ben:secret".getBytes(StandardCharsets.UTF_8)));
        send(peer, new ExistsRequest("/", false));
        assertThat(peer.client.credentials()).hasSize(1);
        world.flush();
        assertThat(replies(peer)).containsExactly(0, 0);
        assertThat(peer.client.credentials()).hasSize(2);
    }

    @Test
    void whoWaitsInTheThrottleDoesNotExpire() {
        Peer busy = world.connect();
        Peer waiting = world.connect();
        fill(busy);
        for (int i = 0; i < 200; i++) {
            world.nowMs += 100;
            world.step(new Input.Tick());
            send(waiting, new PingRequest());
        }
        assertThat(world.events)
                .noneSatisfy(event ->
                        assertThat(event).isEqualTo(new Event.SessionExpired(waiting.client.sessionId(), 10_000)));
    }

    @Test
    void aSessionIsResumedWithoutWaiting() {
        Peer busy = world.connect();
        Peer peer = world.connect();
        fill(busy);
        Peer again = new Peer();
        byte[] password = io.zabra.core.session.SessionIds.password(peer.client.sessionId());
        world.step(new Input.Connect(
                again.client, new ConnectRequest(0, 0, 10_000, peer.client.sessionId(), password, false, true)));
        assertThat(again.take()).singleElement().isInstanceOf(Sent.Connected.class);
    }

    private void fill(Peer busy) {
        send(busy, create("/busy1", 0));
        send(busy, create("/busy2", 0));
    }

    private void send(Peer peer, Request request) {
        send(world, peer, request);
    }

    private static void send(TestWorld world, Peer peer, Request request) {
        submit(world, peer, request, world.nowMs * 1_000_000);
    }

    private static void submit(TestWorld world, Peer peer, Request request, long receivedNs) {
        world.step(new Input.Submit(peer.client, new Tag(++peer.xid, request.op(), receivedNs, 100), request));
    }

    private static List<Integer> replies(Peer peer) {
        return peer.take().stream().map(sent -> ((Sent.Reply) sent).error()).toList();
    }

    private static TestWorld world(NodeConfig.Throttle throttle) {
        NodeConfig base = NodeConfig.defaults();
        return new TestWorld(new NodeConfig(
                1, base.sessions(), base.tree(), base.snapshots(), base.sweep(), throttle, base.limits()));
    }
}
