// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.interop.ensemble;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.zabra.interop.process.OnZabra;
import io.zabra.interop.process.Product;
import io.zabra.wire.quorum.PeerState;
import io.zabra.wire.quorum.QuorumPacket;
import io.zabra.wire.txn.LoggedTxn;
import io.zabra.wire.txn.SetDataTxn;
import io.zabra.wire.txn.TxnHeader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import org.apache.zookeeper.ZooDefs;
import org.junit.jupiter.api.Test;

/// Servers that are no members: not yet, or not any more. They follow without a vote, over restarts too.
@OnZabra
class NoMemberIT extends WithChangingMembers {

    private static final int RECONFIG = ZooDefs.OpCode.reconfig;

    @Test
    void aNewcomerStartsAgainBeforeItIsAdded() throws Exception {
        start(Product.ZABRA, Product.ZABRA, Product.ZABRA);
        join(4, Product.ZABRA);
        await().atMost(LIMIT).until(() -> members.get(4L).said("WithoutVote.*server=4"));
        assertThat(ids(config(4))).containsExactly(1L, 2L, 3L);
        members.get(4L).kill();
        members.get(4L).startAgain();
        awaitServing();
        assertThat(ids(change(voter(4), null))).containsExactly(1L, 2L, 3L, 4L);
        members.get(4L).kill();
        members.get(4L).startAgain();
        awaitServing();
        filesTell(4, config(4));
        assertThat(Files.readString(members.get(4L).folder().resolve("zoo.cfg")))
                .doesNotContain("zabra.self");
    }

    @Test
    void whatIsRemovedFollowsOnAndMayBeAddedAgain() throws Exception {
        start(Product.ZABRA, Product.ZABRA, Product.ZABRA);
        long removed = notLeader();
        String after = change(null, Long.toString(removed));
        MemberProcess member = members.get(removed);
        await().atMost(LIMIT)
                .until(() -> Files.readString(member.folder().resolve("zoo.cfg"))
                        .contains("zabra.self=127.0.0.1:" + ports.get(removed).quorum()));
        member.kill();
        member.startAgain();
        awaitServing();
        assertThat(member.mode()).isEqualTo("follower");
        assertThat(version(config(removed))).isEqualTo(version(after));
        writes(removed, "/by-the-removed");
        assertThat(ids(change(voter(removed), null))).containsExactly(1L, 2L, 3L);
    }

    /// Of the servers 1 and 2, 2 was removed. It knows that, 1 has the record only, and waits for a word of 2.
    @Test
    void whatWasRemovedTellsThoseWhoDoNotKnowYet() throws Exception {
        List<String> both = List.of(voter(1), voter(2), "standaloneEnabled=false");
        try (LeaderScript leader = new LeaderScript(ports.get(2L));
                Voter voter = Voter.start(2, 0, 0, ports)) {
            start(1, Product.ZABRA, both);
            await().atMost(LIMIT).until(() -> voter.state() == PeerState.LEADING);
            removeThisLeader(leader);
            members.get(1L).kill();
        }
        members.get(1L).startAgain();
        await().atMost(LIMIT).until(() -> members.get(1L).timesSaid(" Looking") > 1);
        assertThat(members.get(1L).mode()).isEmpty();
        start(2, Product.ZABRA, both);
        // As if it had been there until the end.
        MemberProcess second = members.get(2L);
        second.kill();
        second.startAgainWith(List.of(voter(1)), "100000001", voter(2));
        awaitServing();
        assertThat(members.get(1L).mode()).isEqualTo("leader");
        assertThat(ids(config(1))).containsExactly(1L);
        assertThat(second.mode()).isEqualTo("follower");
    }

    private void removeThisLeader(LeaderScript leader) throws IOException {
        leader.accept();
        leader.read(QuorumPacket.LearnerInfo.class);
        leader.send(new QuorumPacket.LeaderInfo(1, QuorumPacket.PROTOCOL_VERSION));
        leader.read(QuorumPacket.AckEpoch.class);
        byte[] first = (voter(1) + "\n" + voter(2) + "\nversion=100000000").getBytes(StandardCharsets.UTF_8);
        leader.send(new QuorumPacket.Diff(0), new QuorumPacket.NewLeader(1L << 32, first));
        leader.read(QuorumPacket.Ack.class);
        leader.send(new QuorumPacket.UpToDate());
        leader.read(QuorumPacket.Ack.class);
        long zxid = (1L << 32) + 1;
        byte[] without = (voter(1) + "\nversion=" + Long.toHexString(zxid)).getBytes(StandardCharsets.UTF_8);
        var header = new TxnHeader(1, 0, zxid, 1_700_000_000_000L, RECONFIG);
        var txn = new SetDataTxn("/zookeeper/config", without, 1);
        leader.send(new QuorumPacket.Proposal(zxid, new LoggedTxn(header, txn, null).encode()));
        assertThat(leader.read(QuorumPacket.Ack.class).zxid()).isEqualTo(zxid);
    }
}
