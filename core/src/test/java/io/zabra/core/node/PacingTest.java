// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.zabra.core.node.TestWorld.Peer;
import io.zabra.core.node.TestWorld.Sent;
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
