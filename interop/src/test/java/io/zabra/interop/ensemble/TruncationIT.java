// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.interop.ensemble;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.zabra.interop.process.OnZabra;
import io.zabra.wire.quorum.PeerState;
import io.zabra.wire.quorum.QuorumPacket;
import org.junit.jupiter.api.Test;

/// Goal: what was never committed, and was cut off by a leader, is gone for good: from the log, from the tree that
/// clients read, and from what a restart brings back.
@OnZabra
class TruncationIT extends LedByTheTest {

    @Test
    void aServerThatHasLedWithARecordForgetsItWhenItIsCutOff() throws Exception {
        beginFirstEpoch();
        propose(z(1, 1), "/a");
        leader.send(new QuorumPacket.Commit(z(1, 1)));
        propose(z(1, 2), "/ghost");
        leader.hangUp();

        // It is elected, leads without followers, and gives up.
        voter.look(0, 0);
        await().atMost(PATIENCE).until(() -> voter.state() == PeerState.FOLLOWING);
        assertThat(voter.vote().zxid()).isEqualTo(z(1, 2));
        await().atMost(PATIENCE).until(() -> member.said("Elected leader=1\\b.*Looking epoch=1"));

        assertThat(followMe(5, 6).lastZxid()).isEqualTo(z(1, 2));
        enter(6, new QuorumPacket.Trunc(z(1, 1)));
        assertThat(childrenOfTheRoot(z(6, 1))).containsExactlyInAnyOrder("a", "zookeeper");

        restart();
        assertThat(followMe(6, 7).lastZxid()).isEqualTo(z(6, 1));
        enter(7, new QuorumPacket.Diff(z(6, 1)));
        assertThat(childrenOfTheRoot(z(7, 1))).containsExactlyInAnyOrder("a", "zookeeper");
    }

    /// Where the leader cuts there is no record: it is the beginning of an epoch, of which one record is there.
    @Test
    void theOnlyRecordOfAnEpochIsCutOff() throws Exception {
        beginFirstEpoch();
        propose(z(1, 1), "/ghost");
        leader.hangUp();

        assertThat(followMe(5, 6).lastZxid()).isEqualTo(z(1, 1));
        enter(6, new QuorumPacket.Trunc(z(1, 0)));
        assertThat(childrenOfTheRoot(z(6, 1))).containsExactly("zookeeper");

        restart();
        assertThat(followMe(6, 7).lastZxid()).isEqualTo(z(6, 1));
        enter(7, new QuorumPacket.Diff(z(6, 1)));
        assertThat(childrenOfTheRoot(z(7, 1))).containsExactly("zookeeper");
    }
}
