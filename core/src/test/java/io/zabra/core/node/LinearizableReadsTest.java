// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.zabra.core.base.NodeConfig;
import io.zabra.core.node.EnsembleWorld.Machine;
import io.zabra.core.node.TestWorld.Peer;
import io.zabra.core.node.TestWorld.Sent;
import io.zabra.core.request.LinearizableReads;
import io.zabra.wire.client.ExistsRequest;
import io.zabra.wire.client.GetAclRequest;
import io.zabra.wire.client.GetAllChildrenNumberRequest;
import io.zabra.wire.client.GetChildren2Request;
import io.zabra.wire.client.GetChildrenRequest;
import io.zabra.wire.client.GetDataRequest;
import io.zabra.wire.client.GetEphemeralsRequest;
import io.zabra.wire.client.MultiReadRequest;
import io.zabra.wire.client.PingRequest;
import io.zabra.wire.client.Request;
import io.zabra.wire.client.SetDataRequest;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Reads that show every write that was acknowledged before.
class LinearizableReadsTest {

    private final EnsembleWorld world = new EnsembleWorld(3, new NodeConfig.Reads(List.of("/lin"), -1));

    @BeforeEach
    void elect() {
        world.pass(2_000);
    }

    @Test
    void aLeaderThatNobodyFollowsAnyMoreAnswersNoSuchRead() {
        Machine leader = world.leader();
        Peer peer = leader.connect();
        world.followers().forEach(Machine::die);
        peer.take();
        int plain = leader.send(peer, new ExistsRequest("/other", false));
        leader.send(peer, new ExistsRequest("/lin", false));
        leader.send(peer, new ExistsRequest("/other", false));
        world.settle();
        assertThat(peer.take())
                .as("the first only: the last waits behind the one before")
                .extracting(sent -> ((Sent.Reply) sent).xid())
                .containsExactly(plain);
    }

    @Test
    void aClientMayWantAllItsReadsToBeLinearizable() {
        Machine follower = world.followers().getFirst();
        Peer one = follower.connectLinearizable();
        Peer other = follower.connect();
        other.take();
        assertThat(follower.call(one, TestWorld.create("/a", 0)).error()).isZero();
        assertThat(world.questions).isZero();
        assertThat(follower.call(one, new GetDataRequest("/a", false)).error()).isZero();
        assertThat(world.questions).isOne();
        assertThat(follower.call(one, new PingRequest()).error()).isZero();
        assertThat(follower.call(other, new GetDataRequest("/a", false)).error())
                .isZero();
        assertThat(world.questions).isOne();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void eachMemberAnswersThemWithWhatIsCommitted(boolean atLeader) {
        Machine here = atLeader ? world.leader() : world.followers().getFirst();
        Machine there = world.followers().getLast();
        Peer reader = here.connect();
        there.call(there.connect(), TestWorld.create("/lin", 0));
        assertThat(here.call(reader, new GetDataRequest("/lin", false)).error()).isZero();
    }

    @Test
    void thoseThatComeTogetherShareTwoQuestionsAndAreAnsweredInOrder() {
        Machine follower = world.followers().getFirst();
        Peer peer = follower.connect();
        follower.call(peer, TestWorld.create("/lin", 0));
        Peer other = follower.connect();
        peer.take();
        other.take();
        List<Integer> asked = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            asked.add(follower.send(peer, new GetDataRequest("/lin", false)));
            follower.send(other, new GetDataRequest("/lin", false));
        }
        asked.add(follower.send(peer, new SetDataRequest("/lin", new byte[0], -1)));
        asked.add(follower.send(peer, new GetDataRequest("/lin", false)));
        world.settle();
        assertThat(peer.take()).extracting(sent -> ((Sent.Reply) sent).xid()).containsExactlyElementsOf(asked);
        assertThat(other.take()).hasSize(20);
        assertThat(world.questions).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theyWriteNothingToAnyLog(boolean atLeader) {
        Machine here = atLeader ? world.leader() : world.followers().getFirst();
        Peer peer = here.connect();
        here.call(peer, TestWorld.create("/lin", 0));
        world.settle();
        List<Long> before = ends();
        for (int i = 0; i < 20; i++) {
            here.call(peer, new GetDataRequest("/lin", false));
        }
        assertThat(world.questions).as("of learners").isEqualTo(atLeader ? 0 : 20);
        assertThat(ends()).isEqualTo(before);
    }

    private List<Long> ends() {
        return world.machines.values().stream()
                .map(each -> each.node.history().lastAppended())
                .toList();
    }

    @Test
    void aClientThatLeavesMeanwhileHarmsNobody() {
        Machine follower = world.followers().getFirst();
        Peer leaving = follower.connect();
        Peer staying = follower.connect();
        staying.take();
        follower.send(leaving, new ExistsRequest("/lin", false));
        follower.send(leaving, new ExistsRequest("/lin", false));
        follower.send(staying, new ExistsRequest("/lin", false));
        follower.step(new Input.Disconnect(leaving.client));
        world.settle();
        assertThat(staying.take()).hasSize(1);
    }

    @Test
    void aPathIncludesAllBelowAndNothingBeside() {
        var reads = new LinearizableReads(List.of("/a/b"));
        for (String path : List.of("/a/b", "/a/b/c", "/a/b/c/d")) {
            assertThat(readsOf(path)).as(path).allMatch(reads::include);
        }
        for (String path : List.of("/a/bc", "/b", "/a/c")) {
            assertThat(readsOf(path)).as(path).noneMatch(reads::include);
        }
        // What counts all below is about such a path too.
        assertThat(reads.include(new GetAllChildrenNumberRequest("/a"))).isTrue();
        assertThat(reads.include(new GetEphemeralsRequest("/"))).isTrue();
        assertThat(reads.include(new GetEphemeralsRequest(null))).isTrue();
        assertThat(reads.include(new GetDataRequest("/a", false))).isFalse();
        assertThat(reads.include(new PingRequest())).isFalse();
    }

    @Test
    void theRootIncludesEverything() {
        var reads = new LinearizableReads(List.of("/"));
        assertThat(readsOf("/")).allMatch(reads::include);
        assertThat(readsOf("/x/y")).allMatch(reads::include);
    }

    private static List<Request> readsOf(String path) {
        return List.of(
                new GetDataRequest(path, false),
                new ExistsRequest(path, true),
                new GetChildrenRequest(path, false),
                new GetChildren2Request(path, false),
                new GetAclRequest(path),
                new GetAllChildrenNumberRequest(path),
                new GetEphemeralsRequest(path),
                new MultiReadRequest(
                        List.of(new GetDataRequest("/elsewhere", false), new GetDataRequest(path, false))));
    }
}
