// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.zab;

import static io.zabra.core.zab.Bench.z;
import static org.assertj.core.api.Assertions.assertThat;

import io.zabra.core.log.Epochs;
import io.zabra.core.quorum.Membership;
import io.zabra.wire.quorum.QuorumPacket;
import org.junit.jupiter.api.Test;

/// What clients see of the members, and when. Server 1 of 1 to 3 follows server 3, which leads epoch 2 and changes the
/// members in it.
class ShownMembersTest extends FollowerFixture {

    private static final String SERVERS = "server.1=h:1:2\nserver.2=h:1:2\nserver.3=h:1:2\n";

    ShownMembersTest() {
        super(Membership.parse(SERVERS + "version=100000000"), new Ensemble.Changes(true, 1, null));
    }

    private static QuorumPacket change(long zxid) {
        return change(zxid, SERVERS + "server.4=h:1:2\nversion=" + Long.toHexString(zxid));
    }

    private void entersEpoch() {
        accepts();
        gets(new QuorumPacket.NewLeader(z(2, 0), null));
        take(new PeerInput.EpochsDurable(new Epochs(2, 2)));
    }

    /// The leader says that it is decided before the disk here has the records that come before it.
    @Test
    void membersAreShownWhenTheTreeHasComeToThem() {
        entersEpoch();
        gets(Bench.proposal(z(2, 1)));
        gets(change(z(2, 2)));
        gets(new QuorumPacket.Commit(z(2, 2)));
        bench.shown.clear();
        gets(new QuorumPacket.UpToDate());
        assertThat(ensemble.members().version()).isEqualTo(z(2, 2));
        assertThat(ensemble.serves()).isTrue();
        assertThat(bench.shown).isEmpty();
        diskHas(z(2, 1));
        assertThat(bench.shown).isEmpty();
        diskHas(z(2, 2));
        assertThat(bench.shown).containsExactly(z(2, 2));
        diskHas(z(2, 2));
        assertThat(bench.shown).as("told once").hasSize(1);
    }

    @Test
    void membersOfTheBeginningOfAnEpochWaitForNoRecord() {
        entersEpoch();
        bench.shown.clear();
        gets(new QuorumPacket.UpToDate());
        assertThat(bench.shown).isNotEmpty().containsOnly(z(1, 0));
    }
}
