// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.zabra.core.base.NodeConfig;
import io.zabra.core.node.TestWorld.Peer;
import io.zabra.core.node.TestWorld.Sent;
import io.zabra.core.session.CloseReason;
import io.zabra.wire.client.ExistsRequest;
import io.zabra.wire.client.GetDataRequest;
import io.zabra.wire.client.GetDataResponse;
import io.zabra.wire.client.MultiReadRequest;
import io.zabra.wire.client.MultiResponse;
import io.zabra.wire.client.OpResult;
import io.zabra.wire.client.SetDataRequest;
import io.zabra.wire.data.ErrorCode;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A client that does not take its replies gets no more of them until it does, and nothing changes for others.
class PacingTest {

    private final TestWorld world = new TestWorld();
    private Peer peer;

    @BeforeEach
    void connect() {
        peer = world.connect();
        world.call(peer, TestWorld.create("/a", 0));
    }

    @Test
    void requestsWaitUntilTheClientHasCaughtUp() {
        peer.ready = false;
        int first = world.send(peer, new GetDataRequest("/a", false));
        int second = world.send(peer, new SetDataRequest("/a", new byte[] {2}, -1));
        int third = world.send(peer, new GetDataRequest("/a", false));
        world.flush();
        assertThat(peer.take()).isEmpty();

        peer.ready = true;
        // Whoever comes now must not overtake.
        int fourth = world.send(peer, new ExistsRequest("/a", false));
        world.step(new Input.LinkReady(peer.client));
        world.flush();
        assertThat(xids(peer.take())).containsExactly(first, second, third, fourth);
    }

    @Test
    void aReadSeesWhatWasThereBeforeTheSessionsNextWrite() {
        world.send(peer, new SetDataRequest("/a", new byte[] {2}, -1));
        world.send(peer, new GetDataRequest("/a", false));
        world.send(peer, new SetDataRequest("/a", new byte[] {3}, -1));
        world.send(peer, new GetDataRequest("/a", false));
        peer.ready = false;
        world.flush();

        List<Sent> sent = peer.take();
        assertThat(xids(sent)).hasSize(3);
        assertThat(((GetDataResponse) ((Sent.Reply) sent.get(1)).body()).data()).containsExactly(2);
        peer.ready = true;
        world.step(new Input.LinkReady(peer.client));
        assertThat(((GetDataResponse) ((Sent.Reply) peer.take().getFirst()).body()).data())
                .containsExactly(3);
    }

    @Test
    void othersAreServedMeanwhile() {
        Peer other = world.connect();
        peer.ready = false;
        world.send(peer, new GetDataRequest("/a", false));
        world.call(other, new SetDataRequest("/a", new byte[] {7}, -1));

        peer.ready = true;
        world.step(new Input.LinkReady(peer.client));
        assertThat(((GetDataResponse) ((Sent.Reply) peer.take().getFirst()).body()).data())
                .containsExactly(7);
    }

    @Test
    void whatWaitsForItsOwnClientCountsForNobodyElse() {
        stall(peer, 50, "/a");
        assertThat(peer.take()).as("the answer to the write").hasSize(1);
        assertThat(world.node.outstanding()).isZero();
        assertThat(world.node.outstandingBytes()).isZero();

        peer.ready = true;
        world.step(new Input.LinkReady(peer.client));
        assertThat(peer.take()).hasSize(50);
        world.send(peer, new SetDataRequest("/a", new byte[] {3}, -1));
        world.send(peer, new GetDataRequest("/a", false));
        assertThat(world.node.outstanding()).isEqualTo(2);
        world.flush();
        assertThat(world.node.outstanding()).isZero();
    }

    @Test
    void theBytesOfReadsThatWaitBehindAWriteCount() {
        world.send(peer, new SetDataRequest("/a", new byte[] {2}, -1));
        world.send(peer, new ExistsRequest("/" + "x".repeat(10_000), false));
        assertThat(world.node.outstandingBytes()).isBetween(10_000L, 10_300L);
        world.flush();
        assertThat(world.node.outstandingBytes()).isZero();
    }

    @Test
    void ofClientsThatKeepTooMuchWaitingTogetherTheOneWithMostIsDisconnected() {
        NodeConfig.Limits limits = new NodeConfig.Limits(1_000, 100_000, 1 << 20, 1_000, 1_000_000, 100_000);
        TestWorld small = new TestWorld(LimitsTest.with(limits));
        Peer little = small.connect();
        Peer most = small.connect();
        Peer last = small.connect();
        String path = "/" + "x".repeat(1_000);
        stall(small, little, 20, path);
        stall(small, most, 60, path);
        assertThat(most.take()).hasSize(1);
        stall(small, last, 30, path);
        assertThat(most.take()).containsExactly(new Sent.Closed(CloseReason.LIMIT));
        for (Peer each : List.of(little, last)) {
            each.take();
            each.ready = true;
            small.step(new Input.LinkReady(each.client));
            assertThat(each.take()).hasSizeBetween(20, 30).allMatch(Sent.Reply.class::isInstance);
        }
    }

    private void stall(Peer slow, int reads, String path) {
        stall(world, slow, reads, path);
    }

    /// Lets `reads` wait for a client, behind whose write they came while it took replies.
    private static void stall(TestWorld world, Peer slow, int reads, String path) {
        world.send(slow, new SetDataRequest("/", new byte[] {2}, -1));
        for (int i = 0; i < reads; i++) {
            world.send(slow, new ExistsRequest(path, false));
        }
        slow.ready = false;
        world.flush();
    }

    @Test
    void goesOnlyAsFarAsTheClientKeepsUp() {
        peer.ready = false;
        world.send(peer, new GetDataRequest("/a", false));
        world.send(peer, new GetDataRequest("/a", false));
        world.step(new Input.LinkReady(peer.client));
        assertThat(peer.take()).isEmpty();
    }

    @Test
    void aMultiReadGetsSomeResultsOfManyLargeOnes() {
        world.call(peer, new SetDataRequest("/a", new byte[1 << 20], -1));
        var body = (MultiResponse) world.call(
                        peer, new MultiReadRequest(Collections.nCopies(100, new GetDataRequest("/a", false))))
                .body();
        assertThat(body.results()).hasSize(100);
        assertThat(body.results().subList(0, 17)).allMatch(OpResult.DataRead.class::isInstance);
        assertThat(body.results().subList(17, 100)).containsOnly(new OpResult.Failed(ErrorCode.THROTTLED_OP.number()));
    }

    @Test
    void aClientThatLeavesIsForgotten() {
        peer.ready = false;
        world.send(peer, new GetDataRequest("/a", false));
        world.step(new Input.Disconnect(peer.client));
        peer.ready = true;
        world.step(new Input.LinkReady(peer.client));
        assertThat(peer.take()).isEmpty();
    }

    private static List<Integer> xids(List<Sent> sent) {
        return sent.stream().map(each -> ((Sent.Reply) each).xid()).toList();
    }
}
