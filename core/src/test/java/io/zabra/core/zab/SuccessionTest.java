// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.zab;

import static io.zabra.core.zab.Bench.z;
import static org.assertj.core.api.Assertions.assertThat;

import io.zabra.core.election.ElectionTiming;
import io.zabra.core.election.Vote;
import io.zabra.core.feed.PeerLink;
import io.zabra.core.log.Entry;
import io.zabra.core.log.Epochs;
import io.zabra.core.log.Proposal;
import io.zabra.core.quorum.Membership;
import io.zabra.core.request.Stamp;
import io.zabra.core.tree.DataTree;
import io.zabra.core.tree.Paths;
import io.zabra.core.tree.TreeOptions;
import io.zabra.wire.client.OpCode;
import io.zabra.wire.txn.LoggedTxn;
import io.zabra.wire.txn.SetDataTxn;
import io.zabra.wire.txn.TxnHeader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Who may have a vote.
class SuccessionTest extends LeaderFixture {

    private static final Membership ALL_VOTE = Membership.parse("""
        server.1=h:1:2:participant
        server.2=h:1:2:participant
        server.3=h:1:2:participant
        server.4=h:1:2:participant
        version=900\
        """);

    private static final int RECORDS = 400;

    private boolean mayHaveAVote() {
        return leader.succession().isSynced(ALL_VOTE);
    }

    @Test
    void anObserverMayHaveAVoteOnceItLacksNoMoreThanIsInMemory() {
        serves();
        joins(b, 2, z(1, 2));
        assertThat(mayHaveAVote()).isFalse();
        joins(o, 4, z(1, 2));
        assertThat(mayHaveAVote()).isTrue();
        bench.stuck.add("o");
        List<Entry> lacking = new ArrayList<>();
        for (int i = 1; i <= RECORDS; i++) {
            proposes();
            lacking.add(new Entry(z(2, i), Bench.entry(z(2, i))));
        }
        diskHas(z(2, RECORDS));
        gets(a, ack(2, RECORDS));
        gets(b, ack(2, RECORDS));
        assertThat(mayHaveAVote()).isFalse();
        bench.stuck.clear();
        leader.flush(now());
        leader.take(new PeerInput.LogRead(z(1, 2), lacking), now());
        leader.flush(now());
        assertThat(mayHaveAVote()).isTrue();
    }

    /// Else an observer that takes nothing would keep the clients of this server waiting.
    @Test
    void aLeaderThatHasNoVoteAnyMoreIsDoneWhenTheVotersHaveGone() {
        String others = "server.1=h:1:2:participant\nserver.2=h:1:2:participant\nserver.4=h:1:2:observer\n";
        Membership before = Membership.parse(others + "server.3=h:1:2:participant");
        var may = new Ensemble.Changes(true, 2, null);
        var config = new Ensemble.Config(3, before, may, Bench.TIMING, ElectionTiming.DEFAULT);
        Members members = new Members(config, DataTree.fresh(TreeOptions.defaults()), bench.history, bench);
        leader = new Leader(members, bench.history, new Epochs(1, 1), Bench.TIMING, bench, bench);
        serves();
        joins(b, 2, z(1, 2));
        joins(o, 4, z(1, 2));
        Stamp stamp = leader.proposals().next(now());
        String list = others + "server.3=h:1:2:observer\nversion=" + Long.toHexString(stamp.zxid());
        var header = new TxnHeader(1, 1, stamp.zxid(), 7, OpCode.RECONFIG.number());
        byte[] data = Membership.parse(list).text().getBytes(StandardCharsets.UTF_8);
        LoggedTxn change = new LoggedTxn(header, new SetDataTxn(Paths.CONFIG, data, 1), null);
        leader.succession().begin(change);
        leader.proposals().propose(new Proposal(change, null), bench);
        diskHas(stamp.zxid());
        gets(a, ack(2, 1));
        gets(b, ack(2, 1));
        members.applied(stamp.zxid());
        leader.membersChanged(now());
        leader.flush(now());
        assertThat(leader.successor()).isEqualTo(new Vote(2, stamp.zxid(), 0));
        for (PeerLink voter : List.of(a, b)) {
            assertThat(leader.over()).isNull();
            leader.take(new PeerInput.Disconnected(voter), now());
            leader.flush(now());
        }
        assertThat(leader.over()).isEqualTo("the members have changed");
    }
}
