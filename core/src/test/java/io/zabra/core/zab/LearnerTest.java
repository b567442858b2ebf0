// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.zab;

import static io.zabra.core.zab.Bench.entry;
import static io.zabra.core.zab.Bench.proposal;
import static io.zabra.core.zab.Bench.z;
import static org.assertj.core.api.Assertions.assertThat;

import io.zabra.core.feed.PeerLink;
import io.zabra.core.log.Epochs;
import io.zabra.core.log.History;
import io.zabra.core.log.Span;
import io.zabra.wire.quorum.Dialect;
import io.zabra.wire.quorum.QuorumPacket;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The rules of a learner, one by one. It has the records 1:1 and 1:2, of which 1:1 is applied, and has accepted and
/// entered epoch 1.
class LearnerTest {

    private static final QuorumPacket DIFF = new QuorumPacket.Diff(z(1, 9));
    private static final QuorumPacket NEW_LEADER = new QuorumPacket.NewLeader(z(2, 0), null);
    private static final String CLAIMS_NOTHING = "leader< ACKEPOCH 4294967295:4294967295 -1";
    private static final QuorumPacket UP_TO_DATE = new QuorumPacket.UpToDate();

    private final Bench bench = Bench.with(1_000, z(1, 1), z(1, 1), z(1, 2));
    private final PeerLink link = bench.link("leader");
    private Learner learner = learner(false);

    private Learner learner(boolean observer) {
        return new Learner(bench.self(observer), 3, bench.history, new Epochs(1, 1), Bench.TIMING, bench, bench);
    }

    private void gets(QuorumPacket... packets) {
        for (QuorumPacket packet : packets) {
            learner.take(new PeerInput.Received(link, packet), bench.now());
        }
        learner.flush(bench.now());
    }

    private void diskHas(long zxid) {
        bench.history.durable(zxid);
        learner.durable(bench.now());
        learner.flush(bench.now());
    }

    private void diskHas(Epochs epochs) {
        bench.history.installed();
        learner.take(new PeerInput.EpochsDurable(epochs), bench.now());
        learner.flush(bench.now());
    }

    private void introduced() {
        learner.take(new PeerInput.LeaderConnected(link), bench.now());
        bench.said();
    }

    private void accepted() {
        introduced();
        gets(new QuorumPacket.LeaderInfo(2, 0x10000));
        diskHas(new Epochs(2, 1));
        bench.said();
    }

    private void active() {
        accepted();
        gets(DIFF, NEW_LEADER);
        diskHas(new Epochs(2, 2));
        gets(UP_TO_DATE);
        bench.said();
    }

    @Test
    void anEpochIsAcceptedOnDiskBeforeTheLeaderHearsOfIt() {
        learner.take(new PeerInput.LeaderConnected(link), bench.now());
        assertThat(bench.said()).containsExactly("leader< LEARNERINFO 1");
        gets(new QuorumPacket.LeaderInfo(2, 0x10000));
        assertThat(bench.said()).containsExactly("disk epochs 2/1");
        diskHas(new Epochs(2, 1));
        assertThat(bench.said()).containsExactly("leader< ACKEPOCH 1:2 1");
    }

    @Test
    void anEpochThatWasAcceptedBeforeIsNoNewAcceptance() {
        introduced();
        gets(new QuorumPacket.LeaderInfo(1, 0x10000));
        assertThat(bench.said()).containsExactly("leader< ACKEPOCH 1:2 -1");
    }

    @Test
    void anEarlierEpochIsRefused() {
        learner = new Learner(bench.self(false), 3, bench.history, new Epochs(4, 1), Bench.TIMING, bench, bench);
        introduced();
        gets(new QuorumPacket.LeaderInfo(3, 0x10000));
        assertThat(bench.said()).isEmpty();
        assertThat(learner.over()).contains("before 4");
    }

    /// A leader of ours that is about to lead wants to know whether the acceptance stands. Apache's would not go on.
    @Test
    void whoHasAcceptedAnEpochOfOneOfOursAnswersPings() {
        accepted();
        gets(new QuorumPacket.Ping(z(2, 0)));
        assertThat(bench.said()).isEmpty();
        learner = new Learner(bench.self(false), 3, bench.history, new Epochs(2, 1), Bench.TIMING, bench, bench);
        introduced();
        gets(new QuorumPacket.LeaderInfo(2, 0x10000, Dialect.ZABRA), new QuorumPacket.Ping(z(2, 0)));
        assertThat(bench.said()).containsExactly("leader< ACKEPOCH 1:2 -1", "leader< PING");
    }

    /// Known flaws F-04, F-05, F-06 and F-08.
    @Test
    void newLeaderIsAcknowledgedOnceHistoryAndThenEpochAreOnTheDisk() {
        accepted();
        gets(DIFF, proposal(z(1, 3)), new QuorumPacket.Commit(z(1, 3)), NEW_LEADER);
        assertThat(bench.said()).containsExactly("disk append 1:3", "disk epochs 2/2");
        diskHas(z(1, 3));
        assertThat(bench.said()).isEmpty();
        diskHas(new Epochs(2, 2));
        assertThat(bench.said()).containsExactly("leader< ACK 2:0");
    }

    /// Known flaw F-07.
    @Test
    void noProposalIsAcknowledgedBeforeNewLeader() {
        accepted();
        gets(DIFF, NEW_LEADER, proposal(z(2, 1)), proposal(z(2, 2)));
        diskHas(z(2, 1));
        assertThat(bench.said()).containsExactly("disk epochs 2/2", "disk append 2:1", "disk append 2:2");
        diskHas(new Epochs(2, 2));
        assertThat(bench.said()).containsExactly("leader< ACK 2:0", "leader< ACK 2:1");
        diskHas(z(2, 2));
        assertThat(bench.said()).containsExactly("leader< ACK 2:2");
    }

    @Test
    void nothingIsAppliedBeforeTheEpochStands() {
        accepted();
        gets(DIFF, new QuorumPacket.Commit(z(1, 2)), proposal(z(1, 3)), new QuorumPacket.Commit(z(1, 3)), NEW_LEADER);
        diskHas(z(1, 3));
        diskHas(new Epochs(2, 2));
        assertThat(bench.said()).noneMatch(line -> line.startsWith("apply"));
        assertThat(learner.served()).isEqualTo(Role.NONE);
        gets(UP_TO_DATE);
        assertThat(bench.said()).containsExactly("leader< ACK 2:0", "apply 1:2", "apply 1:3", "follow 2");
    }

    @Test
    void whatIsCommittedIsAppliedOnceItIsOnTheDisk() {
        active();
        gets(proposal(z(2, 1)), new QuorumPacket.Commit(z(2, 1)));
        assertThat(bench.said()).containsExactly("disk append 2:1");
        diskHas(z(2, 1));
        assertThat(bench.said()).containsExactly("apply 2:1", "leader< ACK 2:1");
    }

    /// What an earlier role knew to be committed, but did not have on its disk, is applied when the next one begins.
    @Test
    void whatAnEarlierRoleKnewToBeCommittedIsApplied() {
        bench.history.commit(z(1, 2));
        accepted();
        gets(new QuorumPacket.Diff(z(1, 2)), NEW_LEADER);
        diskHas(new Epochs(2, 2));
        gets(UP_TO_DATE);
        assertThat(bench.said()).contains("apply 1:2");
    }

    @Test
    void observersAcknowledgeTheEpochButNoProposals() {
        learner = learner(true);
        active();
        gets(new QuorumPacket.Inform(z(2, 1), entry(z(2, 1))));
        diskHas(z(2, 1));
        assertThat(bench.said()).containsExactly("disk append 2:1", "apply 2:1");
    }

    /// Known flaws F-10 and F-15.
    @Test
    void aGapEndsTheRole() {
        active();
        gets(proposal(z(2, 2)));
        assertThat(bench.said()).isEmpty();
        assertThat(learner.over()).contains("left out");
    }

    @Test
    void proposalsOfOtherEpochsEndTheRole() {
        active();
        gets(proposal(z(5, 1)));
        assertThat(bench.said()).isEmpty();
        assertThat(learner.over()).contains("epoch 2 proposed 0x500000001");
    }

    @Test
    void proposalsThatComeTwiceAreTakenOnce() {
        accepted();
        gets(DIFF, proposal(z(1, 2)), proposal(z(1, 3)), proposal(z(1, 3)));
        assertThat(bench.said()).containsExactly("disk append 1:3");
        assertThat(learner.over()).isNull();
    }

    @Test
    void aLeaderThatHasRecordsInTheMiddleIsLeft() {
        active();
        gets(proposal(z(2, 1)), proposal(z(2, 2)));
        bench.said();
        Bench other = Bench.with(1_000, z(1, 1), z(1, 1), z(2, 1));
        learner = new Learner(bench.self(false), 3, other.history, new Epochs(2, 2), Bench.TIMING, other, bench);
        introduced();
        gets(new QuorumPacket.LeaderInfo(2, 0x10000), DIFF, proposal(z(1, 2)));
        assertThat(learner.over()).contains("0x100000002, which is missing here");
    }

    @Test
    void aProposalWithAnotherZxidInsideEndsTheRole() {
        active();
        gets(new QuorumPacket.Proposal(z(2, 1), entry(z(2, 7))));
        assertThat(learner.over()).contains("0x200000007 inside");
        assertThat(bench.said()).isEmpty();
    }

    @Test
    void aCommitOfWhatWasNotProposedEndsTheRole() {
        active();
        gets(new QuorumPacket.Commit(z(2, 1)));
        assertThat(learner.over()).contains("did not propose");
    }

    @Test
    void newLeaderOfAnotherEpochEndsTheRole() {
        accepted();
        gets(DIFF, new QuorumPacket.NewLeader(z(3, 0), null));
        assertThat(bench.said()).isEmpty();
        assertThat(learner.over()).contains("begins epoch 3");
    }

    @Test
    void truncationRemovesWhatNoLeaderKnows() {
        accepted();
        gets(new QuorumPacket.Trunc(z(1, 1)));
        assertThat(bench.said()).containsExactly("disk truncate 1:1");
        assertThat(bench.history.lastAppended()).isEqualTo(z(1, 1));
    }

    /// Known flaw F-38: the target need not be a record.
    @Test
    void truncationToTheBeginningOfAnEpochKeepsNothingOfIt() {
        Bench other = Bench.with(1_000, 0, z(1, 1), z(2, 1), z(2, 2));
        learner = new Learner(bench.self(false), 3, other.history, new Epochs(2, 2), Bench.TIMING, bench, bench);
        introduced();
        gets(new QuorumPacket.LeaderInfo(2, 0x10000), new QuorumPacket.Trunc(z(2, 0)));
        assertThat(bench.said()).containsExactly("leader< ACKEPOCH 2:2 -1", "disk truncate 1:1");
        assertThat(other.history.lastAppended()).isEqualTo(z(1, 1));
    }

    /// Known flaw F-13: no truncation touches the tree.
    @Test
    void truncationOfWhatIsAppliedIsAnsweredByAskingForASnapshot() {
        accepted();
        gets(new QuorumPacket.Trunc(0));
        assertThat(bench.said()).containsExactly("disk suspects", "leader closed", "dial 3");
        introduced();
        gets(new QuorumPacket.LeaderInfo(2, 0x10000));
        assertThat(bench.said()).containsExactly(CLAIMS_NOTHING);
        gets(new QuorumPacket.Snap(z(1, 5)));
        assertThat(learner.over()).isNull();
    }

    /// An acceptance that counts must not hide anything.
    @Test
    void whoAsksForASnapshotTellsTheTruthWhenItAcceptsAnotherEpoch() {
        accepted();
        gets(new QuorumPacket.Trunc(0));
        introduced();
        gets(new QuorumPacket.LeaderInfo(3, 0x10000));
        diskHas(new Epochs(3, 1));
        assertThat(bench.said()).containsExactly("disk epochs 3/1", "leader< ACKEPOCH 1:2 1");
        gets(DIFF);
        assertThat(bench.said()).containsExactly("leader closed", "dial 3");
    }

    @Test
    void aLeaderThatBuildsOnNothingIsLeft() {
        accepted();
        gets(new QuorumPacket.Trunc(0));
        introduced();
        gets(new QuorumPacket.LeaderInfo(2, 0x10000), DIFF);
        assertThat(learner.over()).contains("sent Diff to a server that has nothing");
    }

    /// Known flaw F-25.
    @Test
    void aTreeThatIsNotAsForetoldIsReplacedByTheLeaders() {
        active();
        gets(proposal(z(2, 1)), proposal(z(2, 2)), new QuorumPacket.Commit(z(2, 1)));
        bench.divergesAt = z(2, 1);
        diskHas(z(2, 1));
        assertThat(bench.said())
                .containsExactly(
                        "disk append 2:1", "disk append 2:2", "apply 2:1", "disk suspects", "retire", "leader closed");
        assertThat(learner.served()).isEqualTo(Role.NONE);
        diskHas(z(2, 2));
        assertThat(bench.said()).containsExactly("dial 3");
        asksForSnapshotOfTwo();
        bench.divergedAt = 0;
        gets(proposal(z(2, 3)), new QuorumPacket.Commit(z(2, 3)), NEW_LEADER);
        diskHas(new Epochs(2, 2));
        gets(UP_TO_DATE);
        assertThat(bench.said()).contains("tree 2:2", "apply 2:3", "follow 2");
    }

    @Test
    void aLeaderWhoseOwnTreeIsNotAsItForetellsIsFollowedAllTheSame() {
        active();
        bench.divergedAt = z(2, 1);
        gets(proposal(z(2, 1)), new QuorumPacket.Commit(z(2, 1)));
        diskHas(z(2, 1));
        asksForSnapshotOfTwo();
        bench.divergedAt = z(2, 3);
        gets(proposal(z(2, 3)), new QuorumPacket.Commit(z(2, 3)), NEW_LEADER);
        diskHas(new Epochs(2, 2));
        gets(UP_TO_DATE);
        assertThat(bench.said()).contains("follow 2");
        assertThat(learner.over()).isNull();
    }

    @Test
    void nothingIsAppliedToATreeThatWasFoundToBeWrongWithAnotherLeader() {
        bench.divergedAt = z(1, 1);
        accepted();
        gets(DIFF, NEW_LEADER);
        diskHas(new Epochs(2, 2));
        gets(UP_TO_DATE);
        assertThat(bench.said()).contains("leader closed", "dial 3").doesNotContain("apply 1:2", "follow 2");
    }

    private void asksForSnapshotOfTwo() {
        introduced();
        gets(new QuorumPacket.LeaderInfo(2, 0x10000));
        assertThat(bench.said()).containsExactly(CLAIMS_NOTHING);
        gets(new QuorumPacket.Snap(z(2, 2)));
        learner.take(new PeerInput.SnapshotReceived(link, Bench.snapshot(z(2, 2))), bench.now());
    }

    /// An Apache leader's handler takes nothing but the acknowledgement of NEWLEADER before UPTODATE.
    @Test
    void pingsAreAnsweredOnceTheLeaderIsUpToDate() {
        accepted();
        gets(DIFF, NEW_LEADER, new QuorumPacket.Ping(0));
        diskHas(new Epochs(2, 2));
        gets(new QuorumPacket.Ping(0));
        assertThat(bench.said()).containsExactly("disk epochs 2/2", "leader< ACK 2:0");
        gets(UP_TO_DATE, new QuorumPacket.Ping(0));
        assertThat(bench.said()).containsExactly("leader< ACK 2:0", "apply 1:2", "follow 2", "leader< PING");
    }

    /// Apache's leader takes the acknowledgement of NEWLEADER for none of what it has proposed and not committed.
    @Test
    void whatIsNotCommittedYetIsAcknowledgedOneByOne() {
        accepted();
        gets(new QuorumPacket.LeaderInfo(2, 0x10000));
        learner = learner(false);
        accepted();
        gets(DIFF, proposal(z(2, 1)), new QuorumPacket.Commit(z(2, 1)), proposal(z(2, 2)), NEW_LEADER);
        bench.said();
        diskHas(z(2, 2));
        diskHas(new Epochs(2, 2));
        assertThat(bench.said()).containsExactly("leader< ACK 2:0", "leader< ACK 2:2");
    }

    @Test
    void truncationIsRefusedOnceEntriesHaveCome() {
        active();
        gets(proposal(z(2, 1)));
        bench.said();
        gets(new QuorumPacket.Trunc(z(1, 2)));
        assertThat(bench.said()).isEmpty();
        assertThat(learner.over()).contains("sent Trunc while");
    }

    @Test
    void whatWasTakenOverDoesNotOutliveARoleThatEntersNoEpoch() {
        accepted();
        gets(DIFF, proposal(z(1, 3)));
        assertThat(learner.keeps()).isEqualTo(z(1, 2));
        gets(NEW_LEADER);
        assertThat(learner.keeps()).isEqualTo(Long.MAX_VALUE);
        assertThat(learner.awaitsDisk()).isTrue();
    }

    /// Known flaws F-02 and F-03.
    @Test
    void aSnapshotIsInstalledTogetherWithTheEntriesBehindIt() {
        accepted();
        gets(new QuorumPacket.Snap(z(1, 5)));
        learner.take(new PeerInput.SnapshotReceived(link, Bench.snapshot(z(1, 5))), bench.now());
        gets(proposal(z(1, 6)), proposal(z(1, 7)), new QuorumPacket.Commit(z(1, 6)));
        assertThat(bench.said()).isEmpty();
        assertThat(bench.history.lastAppended()).isEqualTo(z(1, 2));
        gets(NEW_LEADER);
        assertThat(bench.said()).containsExactly("tree 1:5", "disk install 1:5 +2 epochs 2/2");
        diskHas(new Epochs(2, 2));
        assertThat(bench.said()).containsExactly("leader< ACK 2:0");
        gets(UP_TO_DATE);
        assertThat(bench.said()).containsExactly("leader< ACK 2:0", "apply 1:6", "follow 2");
    }

    /// Known flaw F-02.
    @Test
    void aHistoryThatIsStillOnItsWayIsNotAcknowledged() {
        accepted();
        gets(new QuorumPacket.Snap(z(1, 5)), NEW_LEADER);
        assertThat(learner.over()).contains("NewLeader", "GETS_SNAPSHOT");
        assertThat(bench.said()).isEmpty();
    }

    /// A leader's tree may be behind that of a learner, while its log is not.
    @Test
    void aSnapshotMayBeOlderThanTheTreeItReplaces() {
        accepted();
        gets(new QuorumPacket.Snap(0));
        learner.take(new PeerInput.SnapshotReceived(link, Bench.snapshot(0)), bench.now());
        gets(proposal(z(1, 1)), new QuorumPacket.Commit(z(1, 1)), NEW_LEADER);
        diskHas(new Epochs(2, 2));
        bench.said();
        gets(UP_TO_DATE);
        assertThat(bench.said()).containsExactly("leader< ACK 2:0", "apply 1:1", "follow 2");
    }

    @Test
    void aHistoryWithoutWhatIsCommittedIsRefused() {
        accepted();
        gets(new QuorumPacket.Snap(0));
        learner.take(new PeerInput.SnapshotReceived(link, Bench.snapshot(0)), bench.now());
        gets(NEW_LEADER);
        assertThat(bench.said()).containsExactly("disk suspects");
        assertThat(learner.over()).contains("more is committed");
    }

    /// A server of Apache's has written the folder while it led without a quorum.
    @Test
    void whatOnlyASnapshotOfApachesHoldsMayBeReplaced() {
        var span = new Span(z(1, 1), z(1, 2));
        Bench other = new Bench(new History(new History.Start(0, List.of(span), z(1, 2), List.of(), 0, false), 1_000));
        learner = new Learner(bench.self(false), 3, other.history, new Epochs(1, 1), Bench.TIMING, other, bench);
        introduced();
        gets(new QuorumPacket.LeaderInfo(2, 0x10000));
        diskHas(new Epochs(2, 1));
        gets(new QuorumPacket.Snap(z(1, 1)));
        learner.take(new PeerInput.SnapshotReceived(link, Bench.snapshot(z(1, 1))), bench.now());
        gets(NEW_LEADER);
        assertThat(learner.over()).isNull();
        assertThat(other.history.applied()).isEqualTo(z(1, 1));
        assertThat(other.history.committed()).isEqualTo(z(1, 1));
    }

    private void newcomer(QuorumPacket.LeaderInfo offer) {
        Bench empty = new Bench(History.Start.at(0));
        learner = new Learner(bench.self(false), 3, empty.history, new Epochs(0, 0), Bench.TIMING, bench, bench);
        introduced();
        gets(offer);
    }

    /// It may have had a disk before, and on it what a quorum relied on.
    @Test
    void whoHasNothingProvesNothingAndGetsASnapshot() {
        newcomer(new QuorumPacket.LeaderInfo(7, 0x10000));
        assertThat(bench.said()).containsExactly(CLAIMS_NOTHING);
        gets(new QuorumPacket.Snap(z(6, 5)));
        learner.take(new PeerInput.SnapshotReceived(link, Bench.snapshot(z(6, 5))), bench.now());
        gets(new QuorumPacket.NewLeader(z(7, 0), null));
        assertThat(bench.said()).containsExactly("tree 6:5", "disk install 6:5 +0 epochs 7/7");
    }

    /// It is not new: that nobody was in an epoch yet is no reason to believe it.
    @Test
    void whoHasLostItsPastProvesNothingWhateverTheEpoch() {
        for (QuorumPacket.LeaderInfo offer : List.of(
                new QuorumPacket.LeaderInfo(1, 0x10000),
                new QuorumPacket.LeaderInfo(3, 0x10000, Dialect.ZABRA.and(Dialect.NEWCOMER)),
                new QuorumPacket.LeaderInfo(3, 0x10000, Dialect.ZABRA))) {
            Bench empty = new Bench(History.Start.afterLoss());
            Epochs promised = new Epochs(1, 1);
            learner = new Learner(bench.self(false), 3, empty.history, promised, Bench.TIMING, bench, bench);
            introduced();
            gets(offer);
            assertThat(bench.said()).containsExactly(CLAIMS_NOTHING);
            gets(new QuorumPacket.Diff(0));
            assertThat(learner.over()).contains("sent Diff to a server that has nothing");
        }
    }

    @Test
    void whoHasLostItsPastHasOneAgainWithTheLeadersSnapshot() {
        Bench empty = new Bench(History.Start.afterLoss());
        learner = new Learner(bench.self(false), 3, empty.history, new Epochs(6, 6), Bench.TIMING, bench, bench);
        introduced();
        gets(new QuorumPacket.LeaderInfo(7, 0x10000), new QuorumPacket.Snap(z(6, 5)));
        learner.take(new PeerInput.SnapshotReceived(link, Bench.snapshot(z(6, 5))), bench.now());
        assertThat(empty.history.lost()).isTrue();
        gets(new QuorumPacket.NewLeader(z(7, 0), null));
        assertThat(bench.said()).endsWith("tree 6:5", "disk install 6:5 +0 epochs 7/7");
        assertThat(empty.history.lost()).isFalse();
    }

    @Test
    void inTheFirstEpochEverybodyHasNothing() {
        newcomer(new QuorumPacket.LeaderInfo(1, 0x10000));
        assertThat(bench.said()).containsExactly("disk epochs 1/0");
        diskHas(new Epochs(1, 0));
        assertThat(bench.said()).containsExactly("leader< ACKEPOCH 0:0 0");
        newcomer(new QuorumPacket.LeaderInfo(2, 0x10000, Dialect.ZABRA.and(Dialect.NEWCOMER)));
        assertThat(bench.said()).containsExactly("disk epochs 2/0");
    }

    /// Seed 1016 of the ensembles of three: the leader had tried before, and nobody helped it to begin.
    @Test
    void aLeaderOfApachesThatNeverWasInAnEpochMayOfferAnyNumber() {
        Bench empty = new Bench(History.Start.at(0));
        Learner.Self self = new Learner.Self(1, false, bench.self(false).members(), true);
        learner = new Learner(self, 3, empty.history, new Epochs(0, 0), Bench.TIMING, bench, bench);
        introduced();
        gets(new QuorumPacket.LeaderInfo(18, 0x10000));
        assertThat(bench.said()).containsExactly("disk epochs 18/0");
    }

    @Test
    void anEpochThatIsTooFarAwayIsRefused() {
        introduced();
        gets(new QuorumPacket.LeaderInfo(Integer.MAX_VALUE, 0x10000));
        assertThat(learner.over()).contains("too far");
    }

    @Test
    void oneAcknowledgementStandsForAllWhereTheLeaderKnowsThat() {
        introduced();
        gets(new QuorumPacket.LeaderInfo(2, 0x10000, Dialect.ZABRA));
        diskHas(new Epochs(2, 1));
        gets(DIFF, NEW_LEADER);
        diskHas(new Epochs(2, 2));
        gets(UP_TO_DATE, proposal(z(2, 1)), proposal(z(2, 2)), proposal(z(2, 3)));
        bench.said();
        diskHas(z(2, 3));
        assertThat(bench.said()).containsExactly("leader< ACK 2:3");
        gets(new QuorumPacket.Commit(z(2, 3)));
        assertThat(bench.said()).containsExactly("apply 2:1", "apply 2:2", "apply 2:3");
    }

    /// Known flaw L-05.
    @Test
    void aSnapshotMayTakeAsLongAsItGrows() {
        learner.begin(bench.now(), 0, Misgivings.Past.NONE);
        accepted();
        gets(new QuorumPacket.Snap(z(1, 5)));
        for (int i = 0; i < 10; i++) {
            bench.nowMs += 900;
            bench.snapshotBytes += 1;
            learner.tick(bench.now());
            assertThat(learner.over()).isNull();
        }
        bench.nowMs += 1_001;
        learner.tick(bench.now());
        assertThat(learner.over()).contains("in time");
    }

    @Test
    void aSilentLeaderIsLeft() {
        active();
        bench.nowMs += 401;
        learner.tick(bench.now());
        assertThat(learner.over()).contains("silent for 401 ms");
    }

    @Test
    void aLeaderThatIsNotThereYetIsTriedAgain() {
        learner.begin(bench.now(), 0, Misgivings.Past.NONE);
        learner.take(new PeerInput.LeaderUnreachable(3), bench.now());
        bench.nowMs += 100;
        learner.tick(bench.now());
        assertThat(bench.said()).containsExactly("dial 3", "dial 3");
    }
}
