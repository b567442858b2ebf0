// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.interop.ensemble;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.zabra.interop.process.OnZabra;
import io.zabra.wire.quorum.PeerState;
import io.zabra.wire.quorum.QuorumPacket;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/// Goal: what a learner told its leader holds after SIGKILL: the epoch that it accepted, the epoch that it entered with
/// all that belongs to it, and each transaction that it acknowledged.
/// Method: it is killed right after each word of the hand-shake, and tells the next leader what it has.
@OnZabra
class PromisesIT extends LedByTheTest {

    @Test
    void anAcceptedEpochIsKept() throws Exception {
        beginFirstEpoch();
        propose(z(1, 1), "/a");
        leader.send(new QuorumPacket.Commit(z(1, 1)));
        leader.hangUp();
        followMe(5, 6);
        restart();
        tells(6, 1, z(1, 1));
    }

    @Test
    void anEpochThatWasEnteredIsKeptWithItsHistory() throws Exception {
        beginFirstEpoch();
        leader.hangUp();
        followMe(5, 6);
        leader.send(new QuorumPacket.Diff(z(1, 2)), proposal(z(1, 1), "/a"), new QuorumPacket.Commit(z(1, 1)));
        leader.send(proposal(z(1, 2), "/b"), new QuorumPacket.Commit(z(1, 2)), newLeader(6));
        assertThat(leader.read(QuorumPacket.Ack.class).zxid()).isEqualTo(z(6, 0));
        restart();
        tells(6, 6, z(1, 2));
    }

    /// Nobody was told whether it has entered it: then it may have, but only with the whole history.
    @Test
    void anEpochIsEnteredWithItsHistoryOrNotAtAll() throws Exception {
        beginFirstEpoch();
        leader.hangUp();
        followMe(5, 6);
        leader.send(new QuorumPacket.Diff(z(1, 2)), proposal(z(1, 1), "/a"), new QuorumPacket.Commit(z(1, 1)));
        leader.send(proposal(z(1, 2), "/b"), new QuorumPacket.Commit(z(1, 2)), newLeader(6));
        restart();
        voter.look(z(6, 1), 6);
        await().atMost(PATIENCE).until(() -> voter.state() == PeerState.LEADING);
        QuorumPacket.AckEpoch told = accepts(7);
        assertThat(told.currentEpoch()).isIn(1, 6);
        assertThat(told.lastZxid()).isLessThanOrEqualTo(z(1, 2));
        if (told.currentEpoch() == 6) {
            assertThat(told.lastZxid()).isEqualTo(z(1, 2));
        }
    }

    @Test
    void whatWasAcknowledgedIsKept() throws Exception {
        beginFirstEpoch();
        for (int i = 1; i <= 20; i++) {
            propose(z(1, i), "/n" + i);
        }
        restart();
        tells(1, 1, z(1, 20));
    }

    private void tells(long accepted, int current, long last) throws IOException {
        voter.look(z(6, 1), 6);
        await().atMost(PATIENCE).until(() -> voter.state() == PeerState.LEADING);
        leader.accept();
        assertThat(leader.read(QuorumPacket.LearnerInfo.class).acceptedEpoch()).isEqualTo(accepted);
        leader.send(new QuorumPacket.LeaderInfo(7, QuorumPacket.PROTOCOL_VERSION));
        QuorumPacket.AckEpoch told = leader.read(QuorumPacket.AckEpoch.class);
        assertThat(told.currentEpoch()).isEqualTo(current);
        assertThat(told.lastZxid()).isEqualTo(last);
    }
}
