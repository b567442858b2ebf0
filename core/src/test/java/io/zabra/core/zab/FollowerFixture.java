// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.zab;

import static io.zabra.core.zab.Bench.z;

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

/// Server 1 of 1 to 3, which has applied 1:1 and comes to follow server 3, the leader of epoch 2.
abstract class FollowerFixture {

    final Bench bench = Bench.with(1_000, z(1, 1), z(1, 1));
    final PeerLink link = bench.link("leader");
    final Ensemble ensemble;

    FollowerFixture(Membership members, Ensemble.Changes changes) {
        ensemble = new Ensemble(
                new Ensemble.Config(1, members, changes, Bench.TIMING, ElectionTiming.DEFAULT),
                bench.history,
                new Epochs(1, 1),
                bench,
                bench);
    }

    void take(PeerInput input) {
        ensemble.take(input, bench.now());
        ensemble.flush(bench.now());
    }

    void gets(QuorumPacket packet) {
        take(new PeerInput.Received(link, packet));
    }

    void diskHas(long zxid) {
        ensemble.durable(zxid, bench.now());
        ensemble.flush(bench.now());
    }

    /// It has found the leader, accepted its epoch, and lacks nothing.
    void accepts() {
        comes();
        gets(new QuorumPacket.Diff(z(1, 1)));
    }

    /// It has found the leader, and accepted its epoch.
    void comes() {
        ensemble.flush(bench.now());
        for (long sid = 2; sid <= 3; sid++) {
            PeerState state = sid == 3 ? PeerState.LEADING : PeerState.FOLLOWING;
            take(new PeerInput.Heard(sid, new Notification(state, 3, z(1, 1), 1, 1, "")));
        }
        take(new PeerInput.LeaderConnected(link));
        gets(new QuorumPacket.LeaderInfo(2, 0x10000));
        take(new PeerInput.EpochsDurable(new Epochs(2, 1)));
    }

    /// The members change.
    ///
    /// @param list with its version, as `/zookeeper/config` has it
    static QuorumPacket change(long zxid, String list) {
        var txn = new SetDataTxn("/zookeeper/config", list.getBytes(StandardCharsets.UTF_8), -1);
        var header = new TxnHeader(7, 1, zxid, 7, OpCode.RECONFIG.number());
        return new QuorumPacket.Proposal(zxid, new LoggedTxn(header, txn, null).encode());
    }
}
