// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.zab;

import static io.zabra.core.zab.Bench.z;

import io.zabra.core.base.Now;
import io.zabra.core.feed.PeerLink;
import io.zabra.core.log.Epochs;
import io.zabra.core.log.Proposal;
import io.zabra.core.quorum.Membership;
import io.zabra.core.quorum.Quorums;
import io.zabra.core.request.Stamp;
import io.zabra.wire.client.OpCode;
import io.zabra.wire.quorum.Dialect;
import io.zabra.wire.quorum.QuorumPacket;
import io.zabra.wire.txn.LoggedTxn;
import io.zabra.wire.txn.SetDataTxn;
import io.zabra.wire.txn.TxnHeader;
import java.util.List;

/// A leader to try its rules on: server 3 of voters 1 to 3; server 4 observes. It has the records 1:1 and 1:2, of which
/// 1:1 is applied, and has accepted and entered epoch 1.
abstract class LeaderFixture {

    static final QuorumPacket SYNC = new QuorumPacket.Forward(1, 1, OpCode.SYNC.number(), new byte[0], List.of());

    final Bench bench = Bench.with(10_000, z(1, 1), z(1, 1), z(1, 2));
    Leader leader = leader(bench);
    final PeerLink a = bench.link("a");
    final PeerLink b = bench.link("b");
    final PeerLink o = bench.link("o");

    static Leader leader(Bench bench) {
        return leader(bench, new Epochs(1, 1));
    }

    static Leader leader(Bench bench, Epochs epochs) {
        StringBuilder text = new StringBuilder();
        for (int sid = 1; sid <= 4; sid++) {
            text.append("server." + sid + "=h:1:2:" + (sid < 4 ? "participant" : "observer") + "\n");
        }
        Quorums quorums = Quorums.of(Membership.parse(text + "version=0"));
        return new Leader(new Members(3, quorums, bench), bench.history, epochs, Bench.TIMING, bench, bench);
    }

    Now now() {
        return bench.now();
    }

    void gets(PeerLink from, QuorumPacket... packets) {
        for (QuorumPacket packet : packets) {
            leader.take(new PeerInput.Received(from, packet), now());
        }
        leader.flush(now());
    }

    void comes(PeerLink link, long sid, long accepted) {
        leader.take(new PeerInput.LearnerConnected(link), now());
        gets(link, new QuorumPacket.LearnerInfo(sid == 4, accepted, sid, 0x10000, 0));
    }

    void diskHas(Epochs epochs) {
        leader.take(new PeerInput.EpochsDurable(epochs), now());
        leader.flush(now());
    }

    void diskHas(long zxid) {
        bench.history.durable(zxid);
        leader.durable(now());
        leader.flush(now());
    }

    void comes(PeerLink link, long sid, long accepted, Dialect dialect) {
        leader.take(new PeerInput.LearnerConnected(link), now());
        gets(link, new QuorumPacket.LearnerInfo(false, accepted, sid, 0x10000, 0, dialect));
    }

    /// Answers a ping.
    void confirms(PeerLink link) {
        gets(link, new QuorumPacket.PingReply(0, List.of()));
    }

    static QuorumPacket accepts(long last, int current) {
        return new QuorumPacket.AckEpoch(last, current);
    }

    static QuorumPacket ack(long epoch, long counter) {
        return new QuorumPacket.Ack(z(epoch, counter));
    }

    /// Leads epoch 2, with follower 1.
    void serves() {
        leader.begin(now());
        comes(a, 1, 1);
        diskHas(new Epochs(2, 1));
        gets(a, accepts(z(1, 2), 1));
        diskHas(new Epochs(2, 2));
        gets(a, ack(2, 0));
        bench.said();
    }

    void proposes() {
        Stamp stamp = leader.proposals().next(now());
        var txn = new LoggedTxn(new TxnHeader(1, 1, stamp.zxid(), 7, 5), new SetDataTxn("/a", null, 1), null);
        leader.proposals().propose(new Proposal(txn, null), bench);
        leader.flush(now());
    }

    void joins(PeerLink link, long sid, long last) {
        comes(link, sid, 1);
        gets(link, accepts(last, 1));
        gets(link, ack(2, 0));
    }
}
