// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.interop.ensemble;

import static org.assertj.core.api.Assertions.assertThat;

import io.zabra.interop.process.OnZabra;
import io.zabra.interop.process.Product;
import io.zabra.wire.quorum.QuorumPacket;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/// Goal: a folder in which a server of Apache's has logged a difference twice can be taken over as any other.
/// Method: a server of 3.8 is sent a difference and loses its leader before it is up to date, twice; then Zabra starts
/// in its folder.
@OnZabra
class LoggedAgainIT extends LedByTheTest {

    @Override
    Product product() {
        return Product.APACHE_3_8;
    }

    @Test
    void whatWasLoggedTwiceIsThereOnce() throws Exception {
        beginFirstEpoch();
        leader.hangUp();
        followMe(5, 6);
        sendDifference(6);
        // It does not know what it has logged.
        assertThat(followMe(6, 7).lastZxid()).isZero();
        sendDifference(7);
        member.kill();
        assertThat(member.said("Current zxid \\d+ is <= \\d+")).isTrue();

        member.startAgainAs(Product.ZABRA);
        assertThat(followMe(7, 8).lastZxid()).isEqualTo(z(1, 3));
        assertThat(member.said("RepeatsRemoved .*records=3")).isTrue();
        enter(8, new QuorumPacket.Diff(z(1, 3)));
        assertThat(childrenOfTheRoot(z(8, 1))).containsExactlyInAnyOrder("a", "b", "c", "zookeeper");
    }

    /// And no word that the server is up to date.
    private void sendDifference(long epoch) throws IOException {
        leader.send(new QuorumPacket.Diff(z(1, 3)));
        leader.send(proposal(z(1, 1), "/a"), new QuorumPacket.Commit(z(1, 1)));
        leader.send(proposal(z(1, 2), "/b"), new QuorumPacket.Commit(z(1, 2)));
        leader.send(proposal(z(1, 3), "/c"), new QuorumPacket.Commit(z(1, 3)));
        leader.send(newLeader(epoch));
        assertThat(leader.read(QuorumPacket.Ack.class).zxid()).isEqualTo(z(epoch, 0));
        leader.hangUp();
    }
}
