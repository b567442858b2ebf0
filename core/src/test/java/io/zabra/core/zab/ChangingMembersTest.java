// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.zab;

import static io.zabra.core.zab.Bench.z;
import static org.assertj.core.api.Assertions.assertThat;

import io.zabra.core.election.ElectionTiming;
import io.zabra.core.log.History;
import io.zabra.core.quorum.Membership;
import io.zabra.core.quorum.Quorums;
import io.zabra.core.tree.DataTree;
import io.zabra.core.tree.TreeOptions;
import io.zabra.wire.client.OpCode;
import io.zabra.wire.txn.LoggedTxn;
import io.zabra.wire.txn.SetDataTxn;
import io.zabra.wire.txn.TxnHeader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// What one server takes for the members, by what it hears in elections and finds in its log.
class ChangingMembersTest {

    private static final String SERVERS = "server.1=h:1:2\nserver.2=h:1:2\nserver.3=h:1:2";
    private static final Membership FILE = members(0);

    private static Membership members(long version) {
        return Membership.parse(SERVERS + "\nversion=" + Long.toHexString(version));
    }

    private static Members of(@Nullable Membership next) {
        Bench bench = new Bench(History.Start.at(0));
        var config =
                new Ensemble.Config(2, FILE, new Ensemble.Changes(true, 1, next), Bench.TIMING, ElectionTiming.DEFAULT);
        return new Members(config, DataTree.fresh(TreeOptions.defaults()), bench.history, bench);
    }

    private static LoggedTxn change(long zxid) {
        return change(members(zxid));
    }

    /// Else each vote of one that knows less begins the election anew, without end.
    @Test
    void whoHasHeardOfAMembershipDoesNotListenToOlderOnesAnyMore() {
        Members members = of(null);
        assertThat(members.heard(members(z(5, 2))).newest().version()).isEqualTo(z(5, 2));
        assertThat(members.heard(members(z(4, 0))).newest().version()).isEqualTo(z(5, 2));
        assertThat(members.heard(members(z(5, 3))).newest().version()).isEqualTo(z(5, 3));
    }

    /// Seed 80 of the ensembles of five: it had missed that it was removed, and was needed to come back.
    @Test
    void whoIsToHaveAVoteAgainListensToThoseThatHaveRemovedIt() {
        Members members = of(members(z(4, 0)));
        members.established(4, z(4, 0));
        Membership without = Membership.parse("server.8=h:1:2\nserver.9=h:1:2\nversion=500000001");
        Membership back = Membership.parse(SERVERS + "\nserver.8=h:1:2\nversion=500000002");
        assertThat(members.heard(without).heard()).isNull();
        assertThat(members.rumoured(back, 5, 4, z(4, 9)).rumoured()).isEqualTo(back);
        assertThat(members.heard(without).heard()).isEqualTo(without);
        assertThat(members.electing().isVoter(9)).isTrue();
        assertThat(members.quorums().isVoter(9)).isFalse();
    }

    @Test
    void ofRumouredMembershipsTheNewestCountsWhileItMayStillBecomeSomething() {
        Members members = of(null);
        Membership rumour = Membership.parse(SERVERS + "\nserver.4=h:1:2\nversion=500000002");
        assertThat(members.rumoured(rumour, 4, 5, z(4, 9)))
                .as("this server has been in a later epoch")
                .isEqualTo(members.quorums());
        assertThat(members.rumoured(rumour, 5, 5, z(5, 2)))
                .as("its log goes on without it")
                .isEqualTo(members.quorums());
        assertThat(members.rumoured(rumour, 5, 5, z(5, 1)).rumoured()).isEqualTo(rumour);
        assertThat(members.rumoured(members(z(5, 1)), 5, 5, 0).rumoured()).isEqualTo(rumour);
        assertThat(members.quorums().rumoured()).isNull();
        members.forgetHeard();
        assertThat(members.electing()).isEqualTo(members.quorums());
    }

    @Test
    void aRumourThatChangesNothingBeginsNoElectionAnew() {
        Members members = of(null);
        Quorums before = members.electing();
        assertThat(members.rumoured(members(z(5, 2)), 5, 1, 0).sameMembersAs(before))
                .isTrue();
    }

    /// The list of the files has got a version in an epoch that nobody else has entered; later ones do not follow it.
    @Test
    void aFirstVersionThatMayHaveComeToNothingIsNotCommittedByARecordOnTrial() {
        Members members = of(members(z(2, 0)));
        members.onTrial();
        members.proposed(change(z(4, 7)));
        assertThat(members.committed()).isEqualTo(FILE);
        assertThat(members.quorums().all()).isEqualTo(List.of(FILE, members(z(4, 7))));
    }

    @Test
    void aFirstVersionIsCommittedByTheNextChangeInTheEpochThatStands() {
        Members members = of(null);
        members.begins(2);
        members.proposed(change(z(2, 7)));
        assertThat(members.committed().version()).isEqualTo(z(2, 0));
    }

    private static final Membership OTHERS =
            Membership.parse("server.3=h:1:2\nserver.4=h:1:2\nserver.5=h:1:2\nversion=500000001");

    private static LoggedTxn change(Membership then) {
        byte[] list = then.text().getBytes(StandardCharsets.UTF_8);
        TxnHeader header = new TxnHeader(1, 1, then.version(), 7, OpCode.RECONFIG.number());
        return new LoggedTxn(header, new SetDataTxn("/zookeeper/config", list, 1), null);
    }

    private static boolean decide(Members members, Long... sids) {
        return members.electing().isQuorum(List.of(sids)::contains)
                && members.quorums().isQuorum(List.of(sids)::contains);
    }

    private static Members unchanging(@Nullable Membership ignored) {
        Bench bench = new Bench(History.Start.at(0));
        var may = new Ensemble.Changes(false, 1, ignored);
        var config = new Ensemble.Config(2, FILE, may, Bench.TIMING, ElectionTiming.DEFAULT);
        return new Members(config, DataTree.fresh(TreeOptions.defaults()), bench.history, bench);
    }

    /// Else servers 1 and 2 could begin an ensemble of their own, beside that of 3, 4 and 5.
    @Test
    void whoGoesOnWithoutAChangeDecidesNothingWithoutTheNewMembers() {
        Members members = unchanging(null);
        members.onTrial();
        members.proposed(change(members(z(3, 7))));
        members.entered(members(z(5, 0)).text().getBytes(StandardCharsets.UTF_8));
        assertThat(decide(members, 1L, 2L)).isTrue();
        members.proposed(change(OTHERS));
        assertThat(decide(members, 1L, 2L)).isFalse();
        members.applied(OTHERS.version());
        assertThat(members.committed()).isEqualTo(FILE);
        assertThat(members.decided()).isEqualTo(OTHERS);
        assertThat(decide(members, 1L, 2L)).isFalse();
        assertThat(decide(members, 2L, 3L, 4L)).isTrue();
        assertThat(decide(unchanging(OTHERS), 1L, 2L))
                .as("it remembers that over a start")
                .isFalse();
    }

    @Test
    void whatIsIgnoredCountsNoMoreOnceItIsUndoneOrTheLeaderHasTheListThatIsHere() {
        Members undone = unchanging(null);
        undone.onTrial();
        undone.entered(FILE.text().getBytes(StandardCharsets.UTF_8));
        undone.proposed(change(OTHERS));
        undone.truncated(z(5, 0));
        assertThat(decide(undone, 1L, 2L)).isTrue();
        Members led = unchanging(OTHERS);
        led.entered(FILE.text().getBytes(StandardCharsets.UTF_8));
        assertThat(decide(led, 1L, 2L)).isTrue();
        led.entered(OTHERS.text().getBytes(StandardCharsets.UTF_8));
        assertThat(decide(led, 1L, 2L)).as("its leader has another").isFalse();
    }
}
