// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.zabra.core.feed.PeerLink;
import io.zabra.core.node.EnsembleWorld.Machine;
import io.zabra.core.node.TestWorld.Peer;
import io.zabra.core.node.TestWorld.Sent;
import io.zabra.core.session.SessionIds;
import io.zabra.core.tree.FrozenTree;
import io.zabra.core.zab.PeerInput;
import io.zabra.wire.client.OpCode;
import io.zabra.wire.client.PathResponse;
import io.zabra.wire.quorum.Dialect;
import io.zabra.wire.quorum.QuorumPacket;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A client has moved from an observer to the follower that the observer learns from, and what it had asked for there
/// comes late. It counts its requests anew on each connection.
class OutdatedRequestsTest {

    private static final long OBSERVER = 9;

    private final EnsembleWorld world = new EnsembleWorld(3);
    private final List<QuorumPacket> told = new ArrayList<>();
    private final PeerLink link = new PeerLink() {
        @Override
        public void send(QuorumPacket packet) {
            told.add(packet);
        }

        @Override
        public void snapshot(FrozenTree tree, SortedMap<Long, Integer> sessions) {
            throw new AssertionError("it has all");
        }

        @Override
        public void close() {
            told.clear();
        }

        @Override
        public long unsentBytes() {
            return 0;
        }
    };

    private Machine follower = world.machines.get(1L);
    private Peer client = new Peer();

    @BeforeEach
    void aClientMovesToTheFollower() {
        world.pass(2_000);
        follower = world.followers().getFirst();
        long id = follower.connect().client.sessionId();
        client = follower.begin(id, SessionIds.password(id));
        world.pass(50);
        client.take();
        follower.step(new Input.Peer(new PeerInput.LearnerConnected(link)));
        long zxid = follower.node.lastApplied();
        says(new QuorumPacket.LearnerInfo(true, 1, OBSERVER, QuorumPacket.PROTOCOL_VERSION, 0, Dialect.ZABRA));
        says(new QuorumPacket.AckEpoch(zxid, 1));
        says(new QuorumPacket.Ack(1L << 32));
        assertThat(told).last().isInstanceOf(QuorumPacket.UpToDate.class);
    }

    private void says(QuorumPacket packet) {
        follower.step(new Input.Peer(new PeerInput.Received(link, packet)));
    }

    private void asksLate(int xid) {
        says(new QuorumPacket.Forward(client.client.sessionId(), xid, OpCode.CREATE.number(), new byte[10], List.of()));
    }

    private void createsNew() {
        follower.send(client, TestWorld.create("/new", 0));
    }

    private void isTold() {
        world.pass(200);
        assertThat(client.take())
                .filteredOn(Sent.Reply.class::isInstance)
                .extracting(reply -> ((Sent.Reply) reply).body())
                .containsExactly(new PathResponse("/new"), new PathResponse("/other"));
    }

    @Test
    void itsFailureAnswersNothingThatIsAskedForHereAfterwards() {
        asksLate(client.xid + 1);
        createsNew();
        follower.send(client, TestWorld.create("/other", 0));
        isTold();
    }

    @Test
    void itsFailureAnswersNothingThatIsAskedForHereBefore() {
        createsNew();
        asksLate(client.xid);
        follower.send(client, TestWorld.create("/other", 0));
        isTold();
    }

    @Test
    void whatNeverReachedTheLeaderIsNotWaitedFor() {
        Machine leader = world.leader();
        leader.up = false;
        asksLate(client.xid + 1);
        world.settle();
        leader.die();
        createsNew();
        follower.send(client, TestWorld.create("/other", 0));
        world.pass(1_500);
        isTold();
    }
}
