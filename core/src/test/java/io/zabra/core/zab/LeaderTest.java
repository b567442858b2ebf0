// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.zab;

import static io.zabra.core.zab.Bench.z;
import static org.assertj.core.api.Assertions.assertThat;

import io.zabra.core.feed.PeerLink;
import io.zabra.core.log.Entry;
import io.zabra.core.log.Epochs;
import io.zabra.core.log.Proposal;
import io.zabra.core.quorum.Membership;
import io.zabra.core.quorum.Quorums;
import io.zabra.core.request.Stamp;
import io.zabra.wire.quorum.Dialect;
import io.zabra.wire.quorum.QuorumPacket;
import io.zabra.wire.txn.LoggedTxn;
import io.zabra.wire.txn.SetDataTxn;
import io.zabra.wire.txn.TxnHeader;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The rules of a leader, one by one.
class LeaderTest extends LeaderFixture {

    @Test
    void theEpochIsAboveAllThatAQuorumHasAcceptedAndOnTheDiskBeforeItIsOffered() {
        leader.begin(now());
        assertThat(bench.said()).isEmpty();
        comes(a, 1, 6);
        assertThat(bench.said()).containsExactly("disk epochs 7/1");
        diskHas(new Epochs(7, 1));
        assertThat(bench.said()).containsExactly("a< LEADERINFO 7");
    }

    /// An answer of the disk that is meant for an earlier role says nothing about this one's epoch.
    @Test
    void theEpochIsNotOfferedBecauseTheDiskHasTheOldOne() {
        leader.begin(now());
        diskHas(new Epochs(1, 1));
        comes(a, 1, 1);
        assertThat(bench.said()).containsExactly("disk epochs 2/1");
    }

    @Test
    void observersAreNoPartOfAQuorum() {
        leader.begin(now());
        comes(o, 4, 1);
        assertThat(bench.said()).isEmpty();
        comes(a, 1, 1);
        diskHas(new Epochs(2, 1));
        assertThat(bench.said()).containsExactly("disk epochs 2/1", "a< LEADERINFO 2");
        gets(a, accepts(z(1, 2), 1));
        assertThat(bench.said()).contains("disk epochs 2/2", "o< LEADERINFO 2");
        gets(o, accepts(z(1, 2), 1));
        diskHas(new Epochs(2, 2));
        bench.said();
        gets(o, ack(2, 0));
        assertThat(bench.said()).isEmpty();
        gets(a, ack(2, 0));
        assertThat(bench.said()).contains("lead 2");
    }

    @Test
    void anAcceptanceThatIsNotNewDoesNotCount() {
        leader.begin(now());
        comes(a, 1, 1);
        diskHas(new Epochs(2, 1));
        bench.said();
        gets(a, accepts(z(1, 2), -1));
        assertThat(bench.said()).isEmpty();
        comes(b, 2, 1);
        gets(b, accepts(z(1, 2), 1));
        assertThat(bench.said()).contains("disk epochs 2/2", "a< NEWLEADER 2:0", "b< NEWLEADER 2:0");
    }

    @Test
    void whoKnowsMoreThanTheLeaderIsSentAway() {
        leader.begin(now());
        comes(a, 1, 1);
        diskHas(new Epochs(2, 1));
        bench.said();
        gets(a, accepts(z(1, 3), 1));
        assertThat(bench.said()).containsExactly("a closed");
    }

    @Test
    void theBeginningOfAnEpochIsNotMoreThanItsRecords() {
        Bench other = Bench.with(10_000, 0, z(1, 1));
        var members = new Members(3, Quorums.of(membership()), other);
        leader = new Leader(members, other.history, new Epochs(2, 2), Bench.TIMING, other, other);
        leader.begin(now());
        comes(a, 1, 2);
        diskHas(new Epochs(3, 2));
        bench.said();
        gets(a, accepts(z(2, 0), 2));
        assertThat(bench.said()).contains("a< NEWLEADER 3:0").doesNotContain("a closed");
    }

    private static Membership membershipOfThree() {
        return Membership.parse(membership().text() + "\nserver.2=h:1:2:participant");
    }

    private static Membership membership() {
        return Membership.parse("server.1=h:1:2:participant\nserver.3=h:1:2:participant\nversion=0");
    }

    @Test
    void aHistoryIsCommittedOnceAQuorumHasEnteredTheEpoch() {
        leader.begin(now());
        comes(a, 1, 1);
        diskHas(new Epochs(2, 1));
        bench.said();
        gets(a, accepts(z(1, 1), 1));
        assertThat(bench.said())
                .containsExactly(
                        "disk epochs 2/2", "a< DIFF 1:2", "a< PROPOSAL 1:2", "a< COMMIT 1:2", "a< NEWLEADER 2:0");
        gets(a, ack(2, 0));
        assertThat(bench.said()).isEmpty();
        diskHas(new Epochs(2, 2));
        assertThat(bench.said()).containsExactly("apply 1:2", "lead 2", "a< UPTODATE");
        assertThat(leader.served()).isEqualTo(2);
    }

    @Test
    void aSnapshotGoesWithTheEntriesBehindTheTree() {
        leader.begin(now());
        comes(a, 1, 1);
        diskHas(new Epochs(2, 1));
        bench.said();
        gets(a, accepts(z(0, 7), 0));
        assertThat(bench.said())
                .containsExactly(
                        "disk epochs 2/2",
                        "a< SNAP 1:1",
                        "a< snapshot",
                        "a< PROPOSAL 1:2",
                        "a< COMMIT 1:2",
                        "a< NEWLEADER 2:0");
    }

    @Test
    void aProposalIsCommittedByAQuorumAndAppliedOnceTheOwnDiskHasItToo() {
        serves();
        joins(b, 2, z(1, 2));
        bench.said();
        proposes();
        assertThat(bench.said()).containsExactly("disk append 2:1", "a< PROPOSAL 2:1", "b< PROPOSAL 2:1");
        gets(a, ack(2, 1));
        assertThat(bench.said()).isEmpty();
        gets(b, ack(2, 1));
        assertThat(bench.said()).containsExactly("a< COMMIT 2:1", "b< COMMIT 2:1");
        diskHas(z(2, 1));
        assertThat(bench.said()).containsExactly("apply 2:1");
    }

    /// Known flaw F-07.
    @Test
    void anAcknowledgementMayOvertakeThatOfNewLeader() {
        serves();
        comes(b, 2, 1);
        gets(b, accepts(z(1, 2), 1));
        proposes();
        bench.said();
        gets(b, ack(2, 1));
        diskHas(z(2, 1));
        assertThat(bench.said()).isEmpty();
        gets(b, ack(2, 0));
        assertThat(bench.said()).containsExactly("apply 2:1", "a< COMMIT 2:1", "b< COMMIT 2:1", "b< UPTODATE");
    }

    @Test
    void whoAcknowledgesWhatItWasNotSentIsSentAway() {
        serves();
        gets(a, ack(2, 5));
        assertThat(bench.said()).containsExactly("a closed");
    }

    @Test
    void whoComesBackWithLessThanItHadIsNamed() {
        serves();
        joins(b, 2, z(1, 2));
        proposes();
        gets(b, ack(2, 1));
        for (long has : new long[] {z(2, 1), z(1, 2)}) {
            leader.take(new PeerInput.Disconnected(b), now());
            PeerLink again = bench.link("b");
            comes(again, 2, 2, Dialect.ZABRA);
            gets(again, accepts(has, -1));
        }
        assertThat(bench.events)
                .filteredOn(ZabEvent.LearnerForgot.class::isInstance)
                .containsExactly(new ZabEvent.LearnerForgot(2, z(1, 2), z(2, 1)));
    }

    @Test
    void observersGetWhatIsCommittedAndNothingElse() {
        serves();
        joins(o, 4, z(1, 2));
        bench.said();
        proposes();
        assertThat(bench.said()).containsExactly("disk append 2:1", "a< PROPOSAL 2:1");
        diskHas(z(2, 1));
        gets(a, ack(2, 1));
        assertThat(bench.said()).containsExactly("apply 2:1", "a< COMMIT 2:1", "o< INFORM 2:1");
    }

    /// One answer of the disk may serve several learners, who may get different parts of it.
    @Test
    void observersGetNothingUncommittedOfWhatWasReadForAFollower() {
        Bench other = Bench.with(0, z(1, 1), z(1, 1));
        leader = leader(other);
        PeerLink follower = other.link("f");
        PeerLink observer = other.link("o");
        leader.begin(now());
        comes(follower, 1, 1);
        diskHas(new Epochs(2, 1));
        gets(follower, accepts(z(1, 1), 1));
        diskHas(new Epochs(2, 2));
        gets(follower, ack(2, 0));
        joins(observer, 4, z(1, 1));
        for (int i = 0; i < 2; i++) {
            Stamp stamp = leader.proposals().next(now());
            var txn = new LoggedTxn(new TxnHeader(1, 1, stamp.zxid(), 7, 5), new SetDataTxn("/a", null, 1), null);
            leader.proposals().propose(new Proposal(txn, null), other);
        }
        other.history.durable(z(2, 2));
        leader.flush(now());
        other.history.commit(z(2, 1));
        leader.flush(now());
        other.said();
        var read = List.of(new Entry(z(2, 1), Bench.entry(z(2, 1))), new Entry(z(2, 2), Bench.entry(z(2, 2))));
        leader.take(new PeerInput.LogRead(z(1, 1), read), now());
        assertThat(other.said())
                .containsExactly("f< PROPOSAL 2:1", "f< COMMIT 2:1", "f< PROPOSAL 2:2", "o< INFORM 2:1");
    }

    @Test
    void whatIsNeitherInMemoryNorOnTheDiskIsWaitedFor() {
        Bench other = Bench.with(0, z(1, 1), z(1, 1));
        leader = leader(other);
        PeerLink follower = other.link("f");
        leader.begin(now());
        comes(follower, 1, 1);
        diskHas(new Epochs(2, 1));
        gets(follower, accepts(z(1, 1), 1));
        diskHas(new Epochs(2, 2));
        gets(follower, ack(2, 0));
        other.said();
        Stamp stamp = leader.proposals().next(now());
        var txn = new LoggedTxn(new TxnHeader(1, 1, stamp.zxid(), 7, 5), new SetDataTxn("/a", null, 1), null);
        leader.proposals().propose(new Proposal(txn, null), other);
        leader.flush(now());
        assertThat(other.said()).containsExactly("disk append 2:1");
        diskHasOf(other, z(2, 1));
        assertThat(other.said()).containsExactly("disk read 1:1..2:1");
    }

    private void diskHasOf(Bench other, long zxid) {
        other.history.durable(zxid);
        leader.durable(now());
        leader.flush(now());
    }

    /// Apache's learners would wait for ever for the answers to all that they forward later.
    @Test
    void withoutAQuorumTheLeaderStepsDown() {
        serves();
        bench.nowMs += 100;
        leader.tick(now());
        bench.nowMs += 300;
        leader.tick(now());
        assertThat(leader.over()).isNull();
        bench.nowMs += 1;
        leader.tick(now());
        assertThat(leader.over()).isEqualTo("no quorum follows any more");
    }

    /// Known flaw F-32.
    @Test
    void whoKnowsALaterMembershipIsRefused() {
        leader.begin(now());
        leader.take(new PeerInput.LearnerConnected(a), now());
        gets(a, new QuorumPacket.LearnerInfo(false, 1, 1, 0x10000, z(1, 1)));
        assertThat(bench.said()).containsExactly("a closed");
        assertThat(bench.events).contains(new ZabEvent.LearnerLost(1, "it knows a later membership"));
        comes(b, 2, 1);
        assertThat(bench.said()).containsExactly("disk epochs 2/1");
    }

    /// Known flaw L-13.
    @Test
    void whoTakesNothingAnyMoreIsSentNoMoreAndHoldsUpNobody() {
        serves();
        joins(b, 2, z(1, 2));
        bench.stuck.add("b");
        bench.said();
        for (int i = 1; i <= 100; i++) {
            proposes();
            diskHas(z(2, i));
            gets(a, ack(2, i));
            assertThat(bench.said())
                    .contains("a< COMMIT 2:" + i, "apply 2:" + i)
                    .noneMatch(line -> line.startsWith("b<"));
        }
        bench.stuck.clear();
        leader.flush(now());
        assertThat(bench.said()).contains("b< PROPOSAL 2:1", "b< PROPOSAL 2:100", "b< COMMIT 2:100");
    }

    @Test
    void whoHasAcceptedALaterEpochMakesTheLeaderStepDown() {
        serves();
        comes(b, 2, 5);
        assertThat(leader.over()).contains("has accepted epoch 5");
    }

    /// Its promise binds nobody: whoever has a vote goes on. The next leader's epoch is later than that.
    @Test
    void anObserverThatHasAcceptedALaterEpochEndsNoLeadership() {
        serves();
        comes(o, 4, 5);
        leader.take(new PeerInput.Disconnected(o), now());
        assertThat(leader.over()).isNull();
        assertThat(bench.events)
                .contains(new ZabEvent.LearnerLost(
                        4, "it has accepted epoch 5, and cannot come before there is a later one"));
        Leader next = leader(bench);
        next.begin(now());
        next.take(new PeerInput.LearnerConnected(o), now());
        next.take(new PeerInput.Received(o, new QuorumPacket.LearnerInfo(true, 5, 4, 0x10000, 0)), now());
        assertThat(next.epoch()).isEqualTo(6);
    }

    /// It has the data of another ensemble: elected in place of this leader, it would impose that on all.
    @Test
    void whoWasInALaterEpochIsRefusedWhileAnotherStands() {
        var members = new Members(3, Quorums.of(membership()), bench);
        leader = new Leader(members, bench.history, new Epochs(1, 1), Bench.TIMING, bench, bench);
        serves();
        members.heard(1, 5);
        comes(b, 1, 5);
        assertThat(leader.over()).isNull();
        assertThat(bench.said()).containsExactly("b closed");
        members.heard(1, 2);
        leader.take(new PeerInput.Disconnected(a), now());
        comes(bench.link("again"), 1, 5);
        assertThat(leader.over())
                .as("it has promised more, and was in no later epoch")
                .contains("has accepted epoch 5");
    }

    /// A promise of a server without a vote was never counted, and says nothing of what others know.
    @Test
    void aStrangerNeitherRaisesTheEpochNorEndsALeadership() {
        leader.begin(now());
        comes(bench.link("stranger"), 77, 900_000);
        comes(a, 1, 1);
        diskHas(new Epochs(2, 1));
        gets(a, accepts(z(1, 2), 1));
        assertThat(bench.said()).contains("disk epochs 2/2").contains("stranger< LEADERINFO 2");
        PeerLink other = bench.link("other");
        comes(other, 78, 3);
        assertThat(leader.over()).isNull();
        assertThat(bench.said()).containsExactly("other< LEADERINFO 2");
        gets(other, accepts(z(3, 1), -1));
        assertThat(bench.said()).containsExactly("other closed");
    }

    @Test
    void whoComesAgainBeforeItIsUpToDateReplacesItsOldConnection() {
        serves();
        comes(b, 2, 1);
        bench.said();
        comes(bench.link("again"), 2, 2);
        assertThat(bench.said()).containsExactly("b closed", "again< LEADERINFO 2");
    }

    @Test
    void aConnectionToAnEarlierLeaderIsClosed() {
        leader.take(new PeerInput.LeaderConnected(b), now());
        assertThat(bench.said()).containsExactly("b closed");
    }

    /// Apache's learners want each commit; Zabra's take one for all.
    @Test
    void oneCommitStandsForAllWhereTheLearnerKnowsThat() {
        leader.begin(now());
        comes(a, 1, 1, Dialect.ZABRA);
        diskHas(new Epochs(2, 1));
        gets(a, accepts(z(1, 2), 1));
        confirms(a);
        diskHas(new Epochs(2, 2));
        gets(a, ack(2, 0));
        bench.said();
        proposes();
        proposes();
        proposes();
        diskHas(z(2, 3));
        bench.said();
        gets(a, ack(2, 3));
        assertThat(bench.said()).containsExactly("apply 2:1", "apply 2:2", "apply 2:3", "a< COMMIT 2:3");
    }

    @Test
    void whoCanTruncateIsTold() {
        leader.begin(now());
        comes(a, 1, 1, Dialect.ZABRA);
        comes(b, 2, 1);
        diskHas(new Epochs(2, 1));
        gets(a, accepts(z(1, 2), 1));
        confirms(a);
        bench.said();
        diskHas(new Epochs(2, 2));
        gets(a, ack(2, 0));
        PeerLink again = bench.link("again");
        leader.take(new PeerInput.Disconnected(a), now());
        comes(again, 1, 2, Dialect.ZABRA);
        bench.said();
        gets(again, accepts(z(1, 7), -1));
        assertThat(bench.said()).startsWith("again< TRUNC 1:2");
        gets(b, accepts(z(1, 7), -1));
        assertThat(bench.said()).startsWith("b< SNAP 1:2");
    }

    /// What it has logged, a server of Apache's shows to its clients at once.
    @Test
    void aLearnerOfApachesWithWhatIsNotCommittedYetGetsASnapshot() {
        serves();
        proposes();
        diskHas(z(2, 1));
        bench.said();
        comes(b, 2, 2);
        bench.said();
        gets(b, accepts(z(2, 1), -1));
        assertThat(bench.said()).startsWith("b< SNAP 1:2", "b< snapshot", "b< PROPOSAL 2:1", "b< NEWLEADER 2:0");
    }

    /// Apache's followers log what is not committed only after they have acknowledged NEWLEADER.
    @Test
    void theAcknowledgementOfNewLeaderCountsForWhatIsCommittedOnly() {
        serves();
        proposes();
        diskHas(z(2, 1));
        joins(b, 2, z(1, 2));
        assertThat(bench.committed).isLessThan(z(2, 1));
        assertThat(bench.said()).noneMatch(line -> line.contains("COMMIT 2:1"));
        gets(b, ack(2, 1));
        assertThat(bench.said()).contains("apply 2:1", "b< COMMIT 2:1");
    }

    @Test
    void whoHasNothingHelpsToNoEpoch() {
        leader.begin(now());
        comes(a, 1, 0, Dialect.ZABRA.and(Dialect.NEWCOMER));
        assertThat(bench.said()).isEmpty();
        comes(b, 2, 1);
        diskHas(new Epochs(2, 1));
        bench.said();
        gets(a, accepts(0, 0));
        assertThat(bench.said()).isEmpty();
        gets(b, accepts(z(1, 2), 1));
        assertThat(bench.said()).contains("disk epochs 2/2");
    }

    /// It may have helped to depose this leader, and have forgotten that with its disk.
    @Test
    void whoComesWithNothingIsGivenNothingBeforeOthersHaveConfirmedTheLeader() {
        serves();
        joins(b, 2, z(1, 2));
        bench.said();
        PeerLink again = bench.link("again");
        leader.take(new PeerInput.Disconnected(b), now());
        comes(again, 2, 0, Dialect.ZABRA.and(Dialect.NEWCOMER));
        gets(again, accepts(-1, -1));
        assertThat(bench.said()).containsExactly("b closed", "again< LEADERINFO 2", "a< PING");
        gets(a, new QuorumPacket.PingReply(0, List.of()));
        assertThat(bench.said()).containsExactly("again< SNAP 1:2", "again< snapshot", "again< NEWLEADER 2:0");
    }

    @Test
    void aLeaderThatBringsItsEpochAboutHasNothingForWhoComesWithNothing() {
        leader.begin(now());
        comes(a, 1, 1);
        comes(b, 2, 0, Dialect.ZABRA.and(Dialect.NEWCOMER));
        diskHas(new Epochs(2, 1));
        gets(b, accepts(-1, -1));
        bench.said();
        gets(a, accepts(z(1, 2), 1));
        assertThat(bench.said()).containsExactly("disk epochs 2/2", "a< DIFF 1:2", "a< NEWLEADER 2:0");
        diskHas(new Epochs(2, 2));
        gets(a, ack(2, 0));
        assertThat(bench.said()).contains("lead 2", "a< UPTODATE").doesNotContain("b< SNAP 1:2");
        leader.flush(now());
        assertThat(bench.said()).containsExactly("a< PING");
        gets(a, new QuorumPacket.PingReply(0, List.of()));
        assertThat(bench.said()).startsWith("b< SNAP 1:2");
    }

    /// Before that nobody can have anything to forget.
    @Test
    void onceTheFirstEpochHasBegunAnEmptyDiskIsALostOne() {
        Bench fresh = Bench.with(10_000, 0);
        leader = new Leader(
                new Members(3, Quorums.of(membershipOfThree()), fresh),
                fresh.history,
                new Epochs(0, 0),
                Bench.TIMING,
                fresh,
                fresh);
        PeerLink other = fresh.link("other");
        PeerLink late = fresh.link("late");
        leader.begin(now());
        comes(other, 1, 0, Dialect.ZABRA.and(Dialect.NEWCOMER));
        diskHas(new Epochs(1, 0));
        assertThat(fresh.said()).contains("other< LEADERINFO 1 counts");
        gets(other, accepts(0, 0));
        confirms(other);
        diskHas(new Epochs(1, 1));
        gets(other, ack(1, 0));
        assertThat(leader.served()).isEqualTo(1);
        fresh.said();
        comes(late, 2, 0, Dialect.ZABRA.and(Dialect.NEWCOMER));
        gets(late, accepts(-1, -1));
        assertThat(fresh.said()).containsExactly("late< LEADERINFO 1", "other< PING");
    }

    @Test
    void anEpochThatIsTooFarAwayIsNotBelieved() {
        leader.begin(now());
        comes(a, 1, Integer.MAX_VALUE);
        assertThat(bench.said()).containsExactly("a closed");
        comes(b, 2, 5);
        assertThat(bench.said()).containsExactly("disk epochs 6/1");
    }

    @Test
    void aLearnerThatSpeaksAnOlderProtocolIsRefused() {
        leader.begin(now());
        leader.take(new PeerInput.LearnerConnected(a), now());
        gets(a, new QuorumPacket.LearnerInfo(false, 1, 1, 1, 0));
        assertThat(bench.said()).containsExactly("a closed");
    }

    /// Known flaw L-07.
    @Test
    void moreSnapshotsThanAFewWaitForTheirTurn() {
        serves();
        for (int i = 0; i < 6; i++) {
            PeerLink link = bench.link("n" + i);
            leader.take(new PeerInput.LearnerConnected(link), now());
            gets(link, new QuorumPacket.LearnerInfo(true, 1, 10 + i, 0x10000, 0, Dialect.ZABRA));
            gets(link, accepts(-1, -1));
        }
        assertThat(bench.said()).filteredOn(line -> line.endsWith("snapshot")).hasSize(4);
        comes(b, 2, 2);
        gets(b, accepts(-1, -1));
        assertThat(bench.said()).as("a voter waits for nobody").contains("b< snapshot");
        bench.nowMs += 350;
        bench.snapshotBytes++;
        leader.tick(now());
        bench.nowMs += 1_300;
        bench.snapshotBytes++;
        gets(a, new QuorumPacket.PingReply(0, List.of()));
        leader.tick(now());
        leader.flush(now());
        assertThat(bench.said()).contains("n5< PING").noneMatch(line -> line.endsWith("closed"));
    }

    /// Known flaw L-05.
    @Test
    void aSnapshotMayTakeAsLongAsItProceeds() {
        leader.begin(now());
        comes(a, 1, 1);
        diskHas(new Epochs(2, 1));
        gets(a, accepts(z(0, 7), 1));
        assertThat(bench.said()).contains("a< SNAP 1:1");
        for (int i = 0; i < 5; i++) {
            bench.nowMs += 900;
            bench.snapshotBytes++;
            leader.tick(now());
            assertThat(leader.over()).isNull();
        }
        assertThat(bench.said()).noneMatch(line -> line.endsWith("closed"));
    }
}
