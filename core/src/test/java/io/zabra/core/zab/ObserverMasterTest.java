// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.zab;

import static io.zabra.core.zab.Bench.entry;
import static io.zabra.core.zab.Bench.proposal;
import static io.zabra.core.zab.Bench.z;
import static org.assertj.core.api.Assertions.assertThat;

import io.zabra.core.feed.PeerLink;
import io.zabra.core.log.Epochs;
import io.zabra.wire.client.OpCode;
import io.zabra.wire.quorum.Dialect;
import io.zabra.wire.quorum.QuorumPacket;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What a follower does for the observers behind it, step by step. It has the records 1:1 and 1:2, and follows in
/// epoch 2.
class ObserverMasterTest {

    private static final int SET_DATA = OpCode.SET_DATA.number();
    private static final int SYNC = OpCode.SYNC.number();
    private static final int CREATE_SESSION = OpCode.CREATE_SESSION.number();

    private final Bench bench = Bench.with(1_000, z(1, 1), z(1, 1), z(1, 2));
    private final PeerLink leader = bench.link("leader");
    private final PeerLink a = bench.link("a");
    private final Learner follower =
            new Learner(bench.self(false), 3, bench.history, new Epochs(1, 1), Bench.TIMING, bench, bench);

    @BeforeEach
    void follow() {
        take(new PeerInput.LeaderConnected(leader));
        says(leader, new QuorumPacket.LeaderInfo(2, 0x10000));
        take(new PeerInput.EpochsDurable(new Epochs(2, 1)));
        says(leader, new QuorumPacket.Diff(z(1, 2)), new QuorumPacket.NewLeader(z(2, 0), null));
        assertThat(bench.observersMayCome).isFalse();
        take(new PeerInput.EpochsDurable(new Epochs(2, 2)));
        says(leader, new QuorumPacket.UpToDate());
        assertThat(bench.observersMayCome).isTrue();
        bench.said();
    }

    private void take(PeerInput input) {
        follower.take(input, bench.now());
        follower.flush(bench.now());
    }

    private void says(PeerLink link, QuorumPacket... packets) {
        for (QuorumPacket packet : packets) {
            follower.take(new PeerInput.Received(link, packet), bench.now());
        }
        follower.flush(bench.now());
    }

    private void introduce(PeerLink link, boolean observer, long sid, Dialect dialect) {
        take(new PeerInput.LearnerConnected(link));
        says(link, new QuorumPacket.LearnerInfo(observer, 1, sid, 0x10000, 0, dialect));
    }

    /// An observer that has everything.
    private void join(PeerLink link, long sid, Dialect dialect) {
        introduce(link, true, sid, dialect);
        says(link, new QuorumPacket.AckEpoch(z(1, 2), 1));
        says(link, new QuorumPacket.Ack(z(2, 0)));
        assertThat(bench.said()).last().asString().endsWith("< UPTODATE");
    }

    private static QuorumPacket request(int cxid, int op) {
        return new QuorumPacket.Forward(7, cxid, op, new byte[10], List.of());
    }

    private void committed(long zxid) {
        says(leader, proposal(zxid));
        bench.history.durable(zxid);
        says(leader, new QuorumPacket.Commit(zxid));
    }

    @Test
    void anObserverGetsWhatItLacksFromTheFollowersOwnLog() {
        introduce(a, true, 4, Dialect.ZABRA);
        assertThat(bench.said()).containsExactly("a< LEADERINFO 2");
        says(a, new QuorumPacket.AckEpoch(z(1, 1), 1));
        assertThat(bench.said()).containsExactly("a< DIFF 1:2", "a< INFORM 1:2", "a< NEWLEADER 2:0");
        says(a, new QuorumPacket.Ack(z(2, 0)));
        assertThat(bench.said()).containsExactly("a< UPTODATE");
        assertThat(follower.observers()).isEqualTo(1);
    }

    @Test
    void anObserverThatHasNothingGetsTheFollowersTree() {
        introduce(a, true, 4, Dialect.ZABRA);
        says(a, new QuorumPacket.AckEpoch(-1, -1));
        assertThat(bench.said()).containsExactly("a< LEADERINFO 2", "a< SNAP 1:2", "a< snapshot", "a< NEWLEADER 2:0");
    }

    @Test
    void anObserverIsToldWhatIsCommittedAndNothingElse() {
        join(a, 4, Dialect.ZABRA);
        says(leader, proposal(z(2, 1)), proposal(z(2, 2)));
        assertThat(bench.said()).containsExactly("disk append 2:1", "disk append 2:2");
        says(leader, new QuorumPacket.Commit(z(2, 1)));
        assertThat(bench.said()).containsExactly("a< INFORM 2:1");
    }

    /// It comes from another follower, which was faster.
    @Test
    void anObserverThatIsAheadWaitsUntilTheFollowerHasAllOfThat() {
        introduce(a, true, 4, Dialect.ZABRA);
        says(a, new QuorumPacket.AckEpoch(z(2, 2), -1));
        says(leader, proposal(z(2, 1)), proposal(z(2, 2)), new QuorumPacket.Commit(z(2, 1)));
        assertThat(bench.said()).containsExactly("a< LEADERINFO 2", "disk append 2:1", "disk append 2:2");
        says(leader, new QuorumPacket.Commit(z(2, 2)));
        assertThat(bench.said()).containsExactly("a< DIFF 2:2", "a< NEWLEADER 2:0");
    }

    @Test
    void whoVotesHasToGoToTheLeader() {
        introduce(a, false, 2, Dialect.ZABRA);
        assertThat(bench.said()).containsExactly("a closed");
    }

    @Test
    void whoHasAcceptedALaterEpochHasToGoElsewhere() {
        take(new PeerInput.LearnerConnected(a));
        says(a, new QuorumPacket.LearnerInfo(true, 3, 4, 0x10000, 0, Dialect.APACHE));
        assertThat(bench.said()).containsExactly("a closed");
    }

    @Test
    void whatClientsAskForGoesToTheLeader() {
        join(a, 4, Dialect.ZABRA);
        says(a, request(5, SET_DATA));
        assertThat(bench.said()).containsExactly("leader< REQUEST 5 op 5");
        says(a, new QuorumPacket.PingReply(0, List.of(new QuorumPacket.Touch(7, 1_000))));
        assertThat(bench.said()).containsExactly("session 7 lives");
    }

    @Test
    void aSyncIsAnsweredBehindTheTransactionsThatItIsFor() {
        join(a, 4, Dialect.ZABRA);
        follower.forward(1, 1, OpCode.SYNC, new byte[0], List.of());
        says(a, request(5, SYNC));
        follower.forward(1, 2, OpCode.SYNC, new byte[0], List.of());
        bench.said();
        bench.stuck.add("a");
        committed(z(2, 1));
        bench.said();
        says(leader, new QuorumPacket.Sync(), new QuorumPacket.Sync(), new QuorumPacket.Sync());
        assertThat(bench.said()).containsExactly("synced 2:1", "synced 2:1");
        bench.stuck.clear();
        follower.flush(bench.now());
        assertThat(bench.said()).containsExactly("a< INFORM 2:1", "a< SYNC");
    }

    /// They wait for the outcome of their requests in the order of these.
    @Test
    void whatAnObserverOfApachesAsksBehindASyncGoesToTheLeaderWhenThatIsAnswered() {
        join(a, 4, Dialect.APACHE);
        says(a, request(5, SYNC), request(6, SET_DATA), request(7, SYNC), request(8, SET_DATA));
        assertThat(bench.said()).containsExactly("leader< REQUEST 5 op 9");
        says(leader, new QuorumPacket.Sync());
        assertThat(bench.said()).containsExactly("a< SYNC", "leader< REQUEST 6 op 5", "leader< REQUEST 7 op 9");
        says(leader, new QuorumPacket.Sync());
        assertThat(bench.said()).containsExactly("a< SYNC", "leader< REQUEST 8 op 5");
    }

    @Test
    void sessionsAreClaimedFromTheLeaderAndTheAnswerGoesToWhoAsked() {
        join(a, 4, Dialect.ZABRA);
        says(a, new QuorumPacket.Revalidate(7, 1_000));
        follower.revalidate(8, 1_000);
        assertThat(bench.said()).containsExactly("leader< REVALIDATE 7", "leader< REVALIDATE 8");
        says(leader, new QuorumPacket.Revalidated(8, true), new QuorumPacket.Revalidated(7, true));
        assertThat(bench.said()).containsExactly("session 8 true", "session 7 is of 4", "a< REVALIDATE 7 true");
    }

    /// To the leader, both are clients of the follower.
    @Test
    void whatAClientsFormerServerStillSendsFails() {
        join(a, 4, Dialect.ZABRA);
        bench.moved = true;
        says(a, request(5, OpCode.CLOSE_SESSION), request(6, CREATE_SESSION));
        assertThat(bench.said())
                .containsExactly("request 5 is outdated", "leader< REQUEST 5 op 5", "leader< REQUEST 6 op -10");
        says(a, request(1_000, OpCode.CLOSE_SESSION));
        assertThat(bench.said()).contains("a closed").doesNotContain("leader< REQUEST 1000 op 5");
    }

    /// The leader may have granted the session to this server by then. Seed 571 of the ensembles of three.
    @Test
    void whatAClientsFormerServerSendsWhileASessionIsClaimedFails() {
        join(a, 4, Dialect.ZABRA);
        follower.revalidate(7, 1_000);
        bench.said();
        says(a, request(5, OpCode.CLOSE_SESSION));
        assertThat(bench.said()).containsExactly("request 5 is outdated", "leader< REQUEST 5 op 5");
        says(leader, new QuorumPacket.Revalidated(7, false));
        bench.said();
        says(a, request(6, OpCode.CLOSE_SESSION));
        assertThat(bench.said()).containsExactly("leader< REQUEST 6 op -11");
    }

    private static QuorumPacket request(int cxid, OpCode op) {
        return request(cxid, op.number());
    }

    @Test
    void oneThatTakesNothingHoldsUpNobody() {
        PeerLink b = bench.link("b");
        join(a, 4, Dialect.ZABRA);
        join(b, 5, Dialect.ZABRA);
        bench.stuck.add("a");
        committed(z(2, 1));
        assertThat(bench.said())
                .containsExactlyInAnyOrder("disk append 2:1", "apply 2:1", "b< INFORM 2:1", "leader< ACK 2:1");
        for (int i = 0; i < 5; i++) {
            bench.nowMs += 100;
            says(b, new QuorumPacket.PingReply(0, List.of()));
            says(leader, new QuorumPacket.Ping(0));
            follower.tick(bench.now());
        }
        assertThat(bench.said()).contains("a closed").doesNotContain("b closed");
        assertThat(follower.over()).isNull();
        bench.stuck.clear();
        join(a, 4, Dialect.ZABRA);
    }

    @Test
    void aChangeOfMembersIsPassedOnAsOne() {
        join(a, 4, Dialect.ZABRA);
        says(leader, proposal(z(2, 1)), new QuorumPacket.CommitAndActivate(z(2, 1), 2));
        assertThat(bench.said()).contains("a< INFORMANDACTIVATE 2:1 2");
    }

    @Test
    void whatIsNotInMemoryIsReadFromTheDisk() {
        Bench forgetful = Bench.with(0, z(1, 2), z(1, 1), z(1, 2));
        var seat = new ObserverMaster(
                forgetful.self(false).members(),
                forgetful.history,
                Bench.TIMING,
                forgetful,
                forgetful,
                new Uplink(forgetful, _ -> {}));
        seat.begin(2);
        PeerLink far = forgetful.link("far");
        seat.take(new PeerInput.LearnerConnected(far), forgetful.now());
        QuorumPacket info = new QuorumPacket.LearnerInfo(true, 1, 4, 0x10000, 0, Dialect.ZABRA);
        seat.take(new PeerInput.Received(far, info), forgetful.now());
        seat.take(new PeerInput.Received(far, new QuorumPacket.AckEpoch(z(1, 1), 1)), forgetful.now());
        seat.flush(null);
        assertThat(forgetful.said()).containsExactly("far< LEADERINFO 2", "far< DIFF 1:2", "disk read 1:1..1:2");
        var entries = List.of(new io.zabra.core.log.Entry(z(1, 2), entry(z(1, 2))));
        seat.take(new PeerInput.LogRead(z(1, 1), entries), forgetful.now());
        seat.flush(null);
        assertThat(forgetful.said()).containsExactly("far< INFORM 1:2", "far< NEWLEADER 2:0");
    }

    @Test
    void observersAreLetGoWithTheRole() {
        join(a, 4, Dialect.ZABRA);
        follower.end();
        assertThat(bench.said()).contains("a closed");
        assertThat(bench.observersMayCome).isFalse();
        take(new PeerInput.LearnerConnected(bench.link("late")));
        assertThat(bench.said()).contains("late closed");
    }

    @Test
    void observersAreLetGoWhenTheTreeIsWrong() {
        join(a, 4, Dialect.ZABRA);
        bench.divergedAt = z(2, 1);
        committed(z(2, 1));
        assertThat(bench.said()).contains("a closed", "leader closed");
        assertThat(bench.observersMayCome).isFalse();
    }
}
