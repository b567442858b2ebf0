// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.zab;

import static io.zabra.core.zab.Bench.z;
import static org.assertj.core.api.Assertions.assertThat;

import io.zabra.core.election.ElectionTiming;
import io.zabra.core.feed.PeerLink;
import io.zabra.core.log.Epochs;
import io.zabra.core.quorum.Membership;
import io.zabra.wire.client.OpCode;
import io.zabra.wire.quorum.Notification;
import io.zabra.wire.quorum.PeerState;
import io.zabra.wire.quorum.QuorumPacket;
import io.zabra.wire.txn.LoggedTxn;
import io.zabra.wire.txn.SetDataTxn;
import io.zabra.wire.txn.TxnHeader;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/// What clients see of the members, and when. Server 1 of 1 to 3 follows server 3, which leads epoch 2 and changes the
/// members in it.
class ShownMembersTest {

    private static final String SERVERS = "server.1=h:1:2\nserver.2=h:1:2\nserver.3=h:1:2\n";

    private final Bench bench = Bench.with(1_000, z(1, 1), z(1, 1));
    private final PeerLink link = bench.link("leader");
    private final Ensemble ensemble = new Ensemble(
            new Ensemble.Config(
                    1,
                    Membership.parse(SERVERS + "version=100000000"),
                    new Ensemble.Changes(true, 1, null),
                    Bench.TIMING,
                    ElectionTiming.DEFAULT),
            bench.history,
            new Epochs(1, 1),
            bench,
            bench);

    private void take(PeerInput input) {
        ensemble.take(input, bench.now());
        ensemble.flush(bench.now());
    }

    private void gets(QuorumPacket packet) {
        take(new PeerInput.Received(link, packet));
    }

    private void diskHas(long zxid) {
        ensemble.durable(zxid, bench.now());
        ensemble.flush(bench.now());
    }

    private static QuorumPacket change(long zxid) {
        String list = SERVERS + "server.4=h:1:2\nversion=" + Long.toHexString(zxid);
        var txn = new SetDataTxn("/zookeeper/config", list.getBytes(StandardCharsets.UTF_8), -1);
        var header = new TxnHeader(7, 1, zxid, 7, OpCode.RECONFIG.number());
        return new QuorumPacket.Proposal(zxid, new LoggedTxn(header, txn, null).encode());
    }

    private void entersEpoch() {
        ensemble.flush(bench.now());
        for (long sid = 2; sid <= 3; sid++) {
            PeerState state = sid == 3 ? PeerState.LEADING : PeerState.FOLLOWING;
            take(new PeerInput.Heard(sid, new Notification(state, 3, z(1, 1), 1, 1, "")));
        }
        take(new PeerInput.LeaderConnected(link));
        gets(new QuorumPacket.LeaderInfo(2, 0x10000));
        take(new PeerInput.EpochsDurable(new Epochs(2, 1)));
        gets(new QuorumPacket.Diff(z(1, 1)));
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
