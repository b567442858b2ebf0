// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.zabra.core.base.NodeConfig;
import io.zabra.core.log.Zxid;
import io.zabra.core.node.EnsembleWorld.Machine;
import io.zabra.core.node.TestWorld.Peer;
import io.zabra.core.node.TestWorld.Sent;
import io.zabra.core.tree.DataTree;
import io.zabra.core.tree.TreeOptions;
import io.zabra.wire.client.PathResponse;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Known flaw F-36: the numbers of an epoch are used up.
class EpochEndTest {

    private static final int SEQUENTIAL = 2;
    private static final int WRITES = 60;

    private static String path(Sent sent) {
        return ((PathResponse) ((Sent.Reply) sent).body()).path();
    }

    @Test
    void clientsOfAllMembersNoticeNothingButAPause() {
        EnsembleWorld world = new EnsembleWorld(3, NodeConfig.defaults().sessions(), NodeConfig.Reads.DEFAULT, 20);
        world.pass(2_000);
        List<Machine> members = List.copyOf(world.machines.values());
        List<Peer> peers = members.stream().map(Machine::connect).toList();
        peers.forEach(Peer::take);
        for (int i = 0; i < WRITES; i++) {
            for (int m = 0; m < members.size(); m++) {
                members.get(m).send(peers.get(m), TestWorld.create("/s", SEQUENTIAL));
            }
            world.settle(i % 7);
        }
        world.pass(10_000);
        List<String> paths = new ArrayList<>();
        for (Peer peer : peers) {
            List<String> own = peer.take().stream().map(EpochEndTest::path).toList();
            assertThat(own).hasSize(WRITES).isSorted();
            paths.addAll(own);
        }
        assertThat(paths).hasSize(3 * WRITES).doesNotHaveDuplicates();
        assertThat(paths.stream().max(String::compareTo)).contains("/s%010d".formatted(3 * WRITES - 1));
        assertThat(Zxid.epoch(world.leader().node.lastApplied())).isGreaterThan(3);
    }

    @Test
    void aServerThatStandsAloneGoesOnInTheNextEpoch() {
        DataTree tree = DataTree.fresh(TreeOptions.defaults());
        tree.beginEpoch(0x1_FFFF_FFFDL);
        TestWorld world = new TestWorld(NodeConfig.defaults(), tree);
        Peer peer = world.connect();
        peer.take();
        for (int i = 0; i < 3; i++) {
            assertThat(world.call(peer, TestWorld.create("/s", SEQUENTIAL)).error())
                    .isZero();
        }
        assertThat(world.node.lastApplied()).isEqualTo(0x2_0000_0002L);
    }
}
