// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.zabra.core.log.Entry;
import io.zabra.core.node.EnsembleWorld.Machine;
import io.zabra.core.node.TestWorld.Peer;
import io.zabra.core.node.TestWorld.Sent;
import io.zabra.core.session.CloseReason;
import io.zabra.core.session.SessionIds;
import io.zabra.core.session.Tag;
import io.zabra.core.zab.PeerInput;
import io.zabra.wire.WireWriter;
import io.zabra.wire.client.CheckVersionRequest;
import io.zabra.wire.client.CloseSessionRequest;
import io.zabra.wire.client.ExistsRequest;
import io.zabra.wire.client.GetDataRequest;
import io.zabra.wire.client.OpCode;
import io.zabra.wire.client.PathResponse;
import io.zabra.wire.client.PingRequest;
import io.zabra.wire.client.Request;
import io.zabra.wire.client.SetDataRequest;
import io.zabra.wire.client.SyncRequest;
import io.zabra.wire.client.WatcherEvent;
import io.zabra.wire.data.ErrorCode;
import io.zabra.wire.quorum.QuorumPacket;
import io.zabra.wire.txn.ErrorTxn;
import io.zabra.wire.txn.LoggedTxn;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Clients of the members of an ensemble, wherever they are connected.
class MembersTest {

    private static final int EPHEMERAL = 1;

    private EnsembleWorld world = new EnsembleWorld(3);

    @BeforeEach
    void elect() {
        world.pass(2_000);
    }

    private void anew() {
        world = new EnsembleWorld(3);
        elect();
    }

    @Test
    void oneLeadsAndTheOthersFollow() {
        assertThat(world.leader().sid).isEqualTo(3);
        assertThat(world.followers()).hasSize(2);
    }

    @Test
    void aWriteThroughAFollowerIsSeenThereAtOnceAndEverywhereSoon() {
        Machine follower = world.followers().getFirst();
        Peer peer = follower.connect();
        assertThat(follower.call(peer, TestWorld.create("/a", 0)).error()).isZero();
        assertThat(follower.call(peer, new GetDataRequest("/a", false)).error()).isZero();
        for (Machine each : world.machines.values()) {
            assertThat(each.node.tree().find("/a")).isNotNull();
            assertThat(each.node.tree().digest()).isEqualTo(follower.node.tree().digest());
        }
    }

    @Test
    void aReadThroughAFollowerWaitsForItsOwnSessionsWrites() {
        Machine follower = world.followers().getFirst();
        Peer peer = follower.connect();
        peer.take();
        follower.send(peer, TestWorld.create("/a", 0));
        follower.send(peer, new ExistsRequest("/a", false));
        follower.send(peer, new SetDataRequest("/a", new byte[] {2}, 7));
        follower.send(peer, new ExistsRequest("/b", false));
        assertThat(peer.sent).isEmpty();
        world.settle();
        assertThat(peer.take().stream().map(sent -> ((Sent.Reply) sent).error()))
                .containsExactly(0, 0, ErrorCode.BAD_VERSION.number(), ErrorCode.NO_NODE.number());
    }

    @Test
    void sequenceNumbersAreOneOrderOverAllMembers() {
        Machine one = world.followers().getFirst();
        Machine two = world.followers().getLast();
        Machine leader = world.leader();
        List<Machine> members = List.of(one, two, leader, one, leader, two);
        for (int i = 0; i < members.size(); i++) {
            Machine member = members.get(i);
            Sent.Reply reply = member.call(member.connect(), TestWorld.create("/s", 2));
            assertThat(((PathResponse) reply.body()).path()).isEqualTo("/s%010d".formatted(i));
        }
    }

    @Test
    void aWatchAtOneMemberFiresForAWriteAtAnother() {
        Machine here = world.followers().getFirst();
        Machine there = world.followers().getLast();
        Peer watching = here.connect();
        here.call(watching, new ExistsRequest("/a", true));
        watching.take();
        there.call(there.connect(), TestWorld.create("/a", 0));
        assertThat(watching.take())
                .hasSize(1)
                .first()
                .isInstanceOfSatisfying(
                        Sent.Told.class, told -> assertThat(told.event().type()).isEqualTo(WatcherEvent.NODE_CREATED));
    }

    @Test
    void whoClosesItsSessionIsToldAndItsZnodesAreGone() {
        Machine follower = world.followers().getFirst();
        Peer peer = follower.connect();
        follower.call(peer, TestWorld.create("/e", EPHEMERAL));
        peer.take();
        follower.send(peer, new CloseSessionRequest());
        world.settle();
        assertThat(peer.take()).last().isEqualTo(new Sent.Closed(CloseReason.SESSION_CLOSED));
        world.machines.values().forEach(each -> {
            assertThat(each.node.tree().find("/e")).isNull();
            assertThat(each.node.sessions().count()).isZero();
        });
    }

    @Test
    void aSessionMovesToAnotherMemberAndItsOldConnectionIsOfNoUse() {
        Machine first = world.followers().getFirst();
        Machine second = world.followers().getLast();
        Peer before = first.connect();
        long id = before.client.sessionId();
        Peer after = second.begin(id, SessionIds.password(id));
        world.pass(50);
        assertThat(after.take()).first().isInstanceOf(Sent.Connected.class);
        assertThat(second.call(after, TestWorld.create("/a", 0)).error()).isZero();
        before.take();
        first.send(before, TestWorld.create("/b", 0));
        world.settle();
        assertThat(before.take()).last().isEqualTo(new Sent.Closed(CloseReason.SESSION_MOVED));
        assertThat(world.leader().node.tree().find("/b")).isNull();
    }

    /// Some clients number their requests anew with each connection.
    @Test
    void whatAFormerConnectionAskedForIsNoAnswerToThisOne() {
        for (boolean leaderDies : new boolean[] {false, true}) {
            anew();
            Machine leader = world.leader();
            Machine first = world.followers().getFirst();
            Machine second = world.followers().getLast();
            Peer before = first.connect();
            long id = before.client.sessionId();
            world.followers().forEach(each -> each.mute = true);
            first.send(before, TestWorld.create("/old", 0));
            world.settle();
            Peer after = second.begin(id, SessionIds.password(id));
            int xid = second.send(after, TestWorld.create("/new", 0));
            assertThat(xid).isEqualTo(before.xid);
            world.settle();
            world.machines.values().forEach(each -> each.mute = false);
            if (leaderDies) {
                leader.die();
                world.pass(3_000);
            } else {
                leader.call(leader.connect(), TestWorld.create("/other", 0));
            }
            assertThat(after.take())
                    .filteredOn(Sent.Reply.class::isInstance)
                    .singleElement()
                    .extracting(reply -> ((Sent.Reply) reply).body())
                    .isEqualTo(new PathResponse("/new"));
            assertThat(world.leader().node.tree().find("/new")).isNotNull();
        }
    }

    @Test
    void aSessionThatNobodyKnowsIsRefused() {
        Machine follower = world.followers().getFirst();
        Peer peer = follower.begin(77, SessionIds.password(77));
        world.pass(50);
        assertThat(peer.take()).last().isEqualTo(new Sent.Closed(CloseReason.SESSION_INVALID));
    }

    @Test
    void aSessionLivesWhileItsMemberHearsOfItAndNoLonger() {
        Machine follower = world.followers().getFirst();
        Peer talking = follower.connect();
        Peer silent = follower.connect();
        long lost = silent.client.sessionId();
        for (int i = 0; i < 30; i++) {
            world.pass(1_000);
            follower.step(new Input.Submit(talking.client, new Tag(-2, OpCode.PING, 0, 8), new PingRequest()));
        }
        assertThat(world.leader().node.sessions().find(lost)).isNull();
        assertThat(world.leader().node.sessions().find(talking.client.sessionId()))
                .isNotNull();
        assertThat(silent.take()).last().isEqualTo(new Sent.Closed(CloseReason.SESSION_EXPIRED));
    }

    @Test
    void afterASyncEverythingThatWasAcknowledgedIsThere() {
        Machine here = world.followers().getFirst();
        Peer peer = here.connect();
        Machine there = world.followers().getLast();
        there.call(there.connect(), TestWorld.create("/a", 0));
        assertThat(here.call(peer, new SyncRequest("/a")).error()).isZero();
        assertThat(here.call(peer, new ExistsRequest("/a", false)).error()).isZero();
        Machine leader = world.leader();
        assertThat(leader.call(leader.connect(), new SyncRequest("/a")).error()).isZero();
    }

    @Test
    void whatOneConnectionAsksIsAnsweredInOrderThoughASyncTakesLongerThanTheWriteBehindIt() {
        for (Machine here : world.machines.values()) {
            Peer peer = here.connect();
            peer.take();
            // The second sync waits until the round of the first is over; by then the write is committed.
            List<Integer> asked = List.of(
                    here.send(peer, new SyncRequest("/")),
                    here.send(peer, new SyncRequest("/")),
                    here.send(peer, TestWorld.create("/a" + here.sid, 0)),
                    here.send(peer, new ExistsRequest("/a" + here.sid, false)));
            world.settle();
            assertThat(peer.take())
                    .as("server %d", here.sid)
                    .extracting(sent -> ((Sent.Reply) sent).xid() + " " + ((Sent.Reply) sent).error())
                    .isEqualTo(asked.stream().map(xid -> xid + " 0").toList());
        }
    }

    @Test
    void aLeaderWithoutAQuorumConfirmsNoSync() {
        Machine leader = world.leader();
        Peer peer = leader.connect();
        world.followers().forEach(Machine::die);
        peer.take();
        leader.send(peer, new SyncRequest("/"));
        world.settle();
        assertThat(peer.take()).isEmpty();
        world.pass(15_000);
        assertThat(peer.take()).last().isEqualTo(new Sent.Closed(CloseReason.NO_LEADER));
        assertThat(leader.serves()).isFalse();
    }

    @Test
    void whenTheLeaderDiesTheOthersGoOnWithAllThatWasAcknowledged() {
        Machine follower = world.followers().getFirst();
        Peer peer = follower.connect();
        long id = peer.client.sessionId();
        follower.call(peer, TestWorld.create("/a", EPHEMERAL));
        peer.take();
        world.leader().die();
        world.pass(3_000);
        assertThat(peer.take()).isEmpty();
        Machine next = world.leader();
        assertThat(next.node.tree().find("/a")).isNotNull();
        assertThat(Long.compare(next.node.lastApplied() >>> 32, 2)).isZero();
        Machine other = world.followers().getFirst();
        Peer again = other.begin(id, SessionIds.password(id));
        world.pass(100);
        assertThat(again.take()).first().isInstanceOf(Sent.Connected.class);
        assertThat(other.call(again, TestWorld.create("/b", 0)).error()).isZero();
    }

    /// Seed 187 of the ensembles of three: the time without a leader was counted.
    @Test
    void aSessionHasItsFullTimeoutFromTheBeginningOfAnEpoch() {
        Machine leader = world.leader();
        long id = leader.connect().client.sessionId();
        List<Machine> followers = world.followers();
        followers.forEach(each -> each.up = false);
        world.pass(40_000);
        assertThat(leader.serves()).isFalse();
        followers.forEach(each -> each.up = true);
        while (!leader.serves()) {
            world.pass(50);
        }
        world.pass(5_000);
        assertThat(leader.node.sessions().find(id)).isNotNull();
        world.pass(10_000);
        assertThat(leader.node.sessions().find(id)).isNull();
    }

    /// Known flaw F-22. It is in the log of one server or of none, and that decides.
    @Test
    void aSessionThatWasNotCommittedBeforeTheLeaderDiedIsKnownToAllOrToNobody() {
        for (boolean one : new boolean[] {false, true}) {
            anew();
            List<Machine> others = world.followers();
            others.getLast().mute = true;
            others.getFirst().mute = true;
            others.getFirst().deaf = true;
            others.getLast().deaf = !one;
            Machine leader = world.leader();
            Peer peer = leader.begin(0, new byte[16]);
            long id = peer.client.sessionId();
            world.machines.values().forEach(each -> assertThat(knows(each, id)).isFalse());
            assertThat(peer.sent).isEmpty();
            leader.die();
            for (Machine each : others) {
                each.mute = false;
                each.deaf = false;
                each.hearLate();
            }
            world.pass(3_000);
            others.forEach(each -> assertThat(knows(each, id)).isEqualTo(one));
            Peer again = world.followers().getFirst().begin(id, SessionIds.password(id));
            world.pass(50);
            assertThat(again.take())
                    .first()
                    .isInstanceOfSatisfying(
                            Sent.Connected.class,
                            sent -> assertThat(sent.response().sessionId()).isEqualTo(one ? id : 0));
        }
    }

    private static boolean knows(Machine machine, long sessionId) {
        return machine.node.sessions().established().containsKey(sessionId);
    }

    /// Known flaw F-24: Apache's followers forward what they are sent, and no server could read it back.
    @Test
    void aCheckByItselfBecomesNoTransaction() {
        Machine leader = world.leader();
        Peer peer = world.followers().getFirst().connect();
        long before = leader.node.history().lastAppended();
        gets(leader, peer, new CheckVersionRequest("/", -1));
        List<Entry> logged = leader.node.history().after(before, Long.MAX_VALUE, 1_000);
        assertThat(logged).hasSize(1);
        assertThat(LoggedTxn.read(logged.getFirst().bytes()).txn())
                .isEqualTo(new ErrorTxn(ErrorCode.UNIMPLEMENTED.number()));
    }

    @Test
    void whatCannotBeUnderstoodOfALearnerHarmsNobody() {
        Machine leader = world.leader();
        for (OpCode op : OpCode.values()) {
            for (int length = 0; length <= 6; length++) {
                for (byte fill : new byte[] {0, 1, -1}) {
                    byte[] body = new byte[length];
                    Arrays.fill(body, fill);
                    long session = op == OpCode.CREATE_SESSION
                            ? 77
                            : leader.connect().client.sessionId();
                    var forward = new QuorumPacket.Forward(session, 9, op.number(), body, List.of());
                    leader.step(new Input.Peer(new PeerInput.Received(leader.pipes.getFirst(), forward)));
                }
            }
        }
        Peer peer = leader.connect();
        assertThat(leader.call(peer, TestWorld.create("/after", 0)).error()).isZero();
    }

    /// Known flaw L-13: the leader's own clients wait until there is room.
    @Test
    void whatLearnersForwardCountsAsUnderWay() {
        Machine leader = world.leader();
        Peer peer = world.followers().getFirst().connect();
        world.followers().forEach(each -> each.mute = true);
        gets(leader, peer, new SetDataRequest("/", new byte[5_000], -1));
        assertThat(leader.node.outstandingBytes()).isBetween(5_000L, 5_100L);
        world.followers().forEach(each -> each.mute = false);
        leader.call(leader.connect(), TestWorld.create("/a", 0));
        assertThat(leader.node.outstandingBytes()).isZero();
    }

    /// Sockets of clients are not read while that is too much.
    @Test
    void whatIsForwardedCountsAsUnderWayUntilItIsAnswered() {
        Machine follower = world.followers().getFirst();
        Peer peer = follower.connect();
        follower.send(peer, TestWorld.create("/a", 0));
        follower.send(peer, TestWorld.create("/b", 0));
        assertThat(follower.node.outstandingBytes()).isEqualTo(200);
        world.settle();
        assertThat(follower.node.outstandingBytes()).isZero();
    }

    private static void gets(Machine leader, Peer from, Request request) {
        WireWriter body = new WireWriter();
        request.write(body);
        var forward = new QuorumPacket.Forward(
                from.client.sessionId(), 9, request.op().number(), body.toByteArray(), List.of());
        leader.step(new Input.Peer(new PeerInput.Received(leader.pipes.getFirst(), forward)));
    }

    @Test
    void aMemberWithoutALeaderServesNobody() {
        world.machines.get(1L).die();
        world.machines.get(2L).die();
        world.pass(15_000);
        Peer peer = world.machines.get(3L).begin(0, new byte[16]);
        assertThat(peer.take()).containsExactly(new Sent.Closed(CloseReason.NO_LEADER));
    }
}
