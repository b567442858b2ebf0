// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.election;

import static io.zabra.core.election.Stage.vote;
import static io.zabra.wire.quorum.PeerState.FOLLOWING;
import static io.zabra.wire.quorum.PeerState.LEADING;
import static io.zabra.wire.quorum.PeerState.LOOKING;
import static io.zabra.wire.quorum.PeerState.OBSERVING;
import static org.assertj.core.api.Assertions.assertThat;

import io.zabra.core.quorum.Membership;
import io.zabra.core.quorum.Quorums;
import io.zabra.wire.quorum.Notification;
import io.zabra.wire.quorum.PeerState;
import org.junit.jupiter.api.Test;

/// A server that looks for a leader, step by step.
class SearchTest {

    @Test
    void itProposesItselfToAllOtherVoters() {
        Stage stage = Stage.of(3, 2).looks(7, 1);
        assertThat(stage.out).containsExactly("1 LOOKING 2/7@1 r1", "3 LOOKING 2/7@1 r1");
    }

    @Test
    void itSendsTheCommittedMembershipWhereApacheLooksForItAndTheProposedOneElsewhere() {
        Membership committed = Stage.ensemble(5, 3);
        Membership proposed = Stage.ensemble(9, 4);
        Stage stage = new Stage(2, new Quorums(committed, proposed)).looks(7, 1);
        assertThat(stage.sent).hasSize(3).extracting(Notification::config).containsOnly(committed.text());
        assertThat(stage.sent).extracting(Notification::version).containsOnly(2);
        assertThat(stage.sent)
                .extracting(Notification::memberships)
                .containsOnly(new Notification.Memberships(committed.text(), proposed.text(), 1));
    }

    @Test
    void eachSearchIsANewRound() {
        Stage stage = Stage.of(3, 2).looks(7, 1).quiet().looks(8, 1);
        assertThat(stage.out).contains("1 LOOKING 2/8@1 r2");
        assertThat(stage.election.round()).isEqualTo(2);
    }

    @Test
    void anEnsembleOfOneElectsItself() {
        Stage stage = Stage.of(1, 1).looks(7, 1);
        assertThat(stage.out).containsExactly("decided LEADING 1/7@1");
    }

    @Test
    void aBetterVoteIsTakenOverAndPassedOn() {
        Stage stage = Stage.of(3, 2).looks(7, 1).quiet().hears(1, LOOKING, vote(1, 8, 1), 1);
        assertThat(stage.out).containsExactly("1 LOOKING 1/8@1 r1", "3 LOOKING 1/8@1 r1");
        assertThat(stage.election.vote()).isEqualTo(vote(1, 8, 1));
    }

    /// Seed 1569 of the ensembles of three: it had truncated its log since, and others still told of what it had.
    @Test
    void aVoteForThisServerThatTellsOfMoreThanItHasIsNotTakenOver() {
        Stage stage = Stage.of(3, 2).looks(7, 1).quiet().hears(1, LOOKING, vote(2, 9, 1), 1);
        assertThat(stage.out).isEmpty();
        stage.hears(1, LOOKING, vote(2, 9, 1), 2);
        assertThat(stage.election.vote()).isEqualTo(vote(2, 7, 1));
    }

    /// Its sender began to look when the votes of the others had been sent.
    @Test
    void aWorseVoteOfTheSameRoundIsAnswered() {
        Stage stage = Stage.of(3, 2).looks(7, 1).quiet().hears(1, LOOKING, vote(1, 7, 1), 1);
        assertThat(stage.out).containsExactly("1 LOOKING 2/7@1 r1");
    }

    @Test
    void whoSaysItAgainIsNotConvincedAndGetsNoAnswer() {
        Stage stage = Stage.of(3, 2).looks(7, 1).hears(1, LOOKING, vote(1, 7, 1), 1);
        stage.quiet().hears(1, LOOKING, vote(1, 7, 1), 1);
        assertThat(stage.out).isEmpty();
        stage.hears(1, LOOKING, vote(1, 6, 1), 1);
        assertThat(stage.out).containsExactly("1 LOOKING 2/7@1 r1");
    }

    @Test
    void theSameVoteIsNotAnswered() {
        Stage stage = Stage.of(3, 2).looks(7, 1).quiet().hears(1, LOOKING, vote(2, 7, 1), 1);
        assertThat(stage.out).isEmpty();
    }

    /// It was following when they voted, and they have the same votes when it begins to look.
    @Test
    void whoBeginsToLookLateIsPartOfTheDecision() {
        Stage heir = Stage.of(3, 3).looks(7, 1).hears(2, LOOKING, vote(3, 7, 1), 1);
        heir.hears(1, FOLLOWING, vote(2, 6, 1), 0).quiet().hears(1, LOOKING, vote(1, 7, 1), 1);
        assertThat(heir.out).containsExactly("1 LOOKING 3/7@1 r1");
        Stage late = Stage.of(3, 1).looks(7, 1).quiet().hears(3, heir.sent.getFirst());
        assertThat(late.out).containsExactly("2 LOOKING 3/7@1 r1", "3 LOOKING 3/7@1 r1");
        heir.quiet().hears(1, late.sent.getLast());
        assertThat(heir.out).contains("decided LEADING 3/7@1");
    }

    @Test
    void whenAllVotersAgreeItIsDecidedAtOnce() {
        Stage stage = Stage.of(3, 2).looks(7, 1).hears(1, LOOKING, vote(3, 9, 1), 1);
        stage.quiet().hears(3, LOOKING, vote(3, 9, 1), 1);
        assertThat(stage.out).containsExactly("3 FOLLOWING 3/9@1 r1", "decided FOLLOWING 3/9@1");
        assertThat(stage.election.state()).isEqualTo(FOLLOWING);
        assertThat(stage.election.wakeAtMs()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void theAgreementOfAQuorumStandsForAWhileBeforeItCounts() {
        Stage stage =
                Stage.of(3, 2).looks(7, 1).hears(1, LOOKING, vote(2, 7, 1), 1).quiet();
        assertThat(stage.election.wakeAtMs()).isEqualTo(stage.nowMs() + 200);
        stage.pass(199);
        assertThat(stage.out).isEmpty();
        stage.pass(1);
        assertThat(stage.out).containsExactly("decided LEADING 2/7@1");
        assertThat(stage.election.state()).isEqualTo(LEADING);
    }

    /// Seed 360 of the ensembles of five: it was the last to look, and so missed the first vote for it.
    @Test
    void whomAQuorumFollowsAlreadyIsNotWaitedFor() {
        Stage stage = Stage.of(5, 2).looks(7, 1).hears(1, LOOKING, vote(2, 7, 1), 1);
        stage.hears(3, LOOKING, vote(2, 7, 1), 1).quiet();
        stage.hears(1, FOLLOWING, vote(2, 7, 1), 1);
        assertThat(stage.out).isEmpty();
        stage.hears(3, FOLLOWING, vote(2, 7, 1), 1);
        assertThat(stage.out).containsExactly("decided LEADING 2/7@1");
    }

    @Test
    void whoCannotBeReachedIsNotWaitedFor() {
        Stage stage =
                Stage.of(3, 2).looks(7, 1).hears(1, LOOKING, vote(2, 7, 1), 1).quiet();
        stage.misses(3);
        assertThat(stage.out).containsExactly("decided LEADING 2/7@1");
    }

    @Test
    void whoWasGoneBeforeTheSearchIsNotWaitedForEither() {
        Stage stage = Stage.of(3, 2).misses(3).looks(7, 1).quiet().hears(1, LOOKING, vote(2, 7, 1), 1);
        assertThat(stage.out).containsExactly("decided LEADING 2/7@1");
    }

    @Test
    void withoutAQuorumItDoesNotHelpThatNobodyElseCanBeReached() {
        Stage stage = Stage.of(3, 2).looks(7, 1).quiet().misses(1).misses(3).pass(300);
        assertThat(stage.out).noneMatch(line -> line.startsWith("decided"));
    }

    /// Two servers had called each other at once, and one of the two connections was closed.
    @Test
    void whoOnlyChangedItsConnectionIsWaitedFor() {
        Stage stage = Stage.of(3, 2).misses(3).reaches(3).looks(7, 1).quiet().hears(1, LOOKING, vote(2, 7, 1), 1);
        assertThat(stage.out).isEmpty();
        stage.pass(200);
        assertThat(stage.out).contains("decided LEADING 2/7@1");
    }

    @Test
    void whoIsHeardAgainIsWaitedFor() {
        Stage stage = Stage.of(5, 2)
                .misses(4)
                .misses(5)
                .looks(7, 1)
                .hears(5, LOOKING, vote(1, 6, 1), 1)
                .hears(1, LOOKING, vote(2, 7, 1), 1)
                .quiet()
                .hears(3, LOOKING, vote(2, 7, 1), 1);
        assertThat(stage.out).isEmpty();
        stage.hears(5, LOOKING, vote(2, 7, 1), 1);
        assertThat(stage.out).containsExactly("decided LEADING 2/7@1");
    }

    @Test
    void aBetterVoteInTheWhileStartsTheWaitAnew() {
        Stage stage = Stage.of(5, 2)
                .looks(7, 1)
                .hears(1, LOOKING, vote(2, 7, 1), 1)
                .hears(3, LOOKING, vote(2, 7, 1), 1)
                .pass(150)
                .quiet()
                .hears(5, LOOKING, vote(5, 7, 1), 1);
        assertThat(stage.out).hasSize(4).contains("1 LOOKING 5/7@1 r1");
        stage.pass(190).hears(1, LOOKING, vote(5, 7, 1), 1).quiet().pass(199);
        assertThat(stage.out).noneMatch(line -> line.startsWith("decided"));
        stage.pass(1);
        assertThat(stage.out).contains("decided FOLLOWING 5/7@1");
    }

    @Test
    void otherNewsInTheWhileDoesNotProlongIt() {
        Stage stage = Stage.of(5, 2)
                .looks(7, 1)
                .hears(1, LOOKING, vote(2, 7, 1), 1)
                .hears(3, LOOKING, vote(2, 7, 1), 1)
                .pass(150)
                .hears(4, LOOKING, vote(4, 6, 1), 1)
                .pass(50);
        assertThat(stage.out).contains("decided LEADING 2/7@1");
    }

    @Test
    void aVoterThatStartedAnewNoLongerSupportsWhatItSaidBefore() {
        Stage stage = Stage.of(3, 2).looks(7, 1).looks(7, 1).hears(1, LOOKING, vote(2, 7, 1), 2);
        stage.pass(100).quiet().hears(1, LOOKING, vote(1, 7, 1), 1).pass(300);
        assertThat(stage.out).contains("1 LOOKING 2/7@1 r2").noneMatch(line -> line.startsWith("decided"));
    }

    @Test
    void aVoterInAnEarlierRoundIsToldWhereTheElectionIs() {
        Stage stage = Stage.of(3, 2).looks(7, 1).looks(7, 1).quiet().hears(3, LOOKING, vote(3, 9, 1), 1);
        assertThat(stage.out).containsExactly("3 LOOKING 2/7@1 r2");
        assertThat(stage.election.vote()).isEqualTo(vote(2, 7, 1));
    }

    @Test
    void aLaterRoundIsJoinedWithTheBetterOfBothVotes() {
        Stage worse = Stage.of(3, 2).looks(7, 1).quiet().hears(1, LOOKING, vote(1, 6, 1), 5);
        assertThat(worse.out).containsExactly("1 LOOKING 2/7@1 r5", "3 LOOKING 2/7@1 r5");
        Stage better = Stage.of(3, 2).looks(7, 1).quiet().hears(1, LOOKING, vote(3, 8, 1), 5);
        assertThat(better.out).containsExactly("1 LOOKING 3/8@1 r5", "3 LOOKING 3/8@1 r5");
        assertThat(better.election.round()).isEqualTo(5);
    }

    @Test
    void aLaterRoundIsJoinedWithTheOwnVoteAndNotWithAnEarlierProposal() {
        Stage stage =
                Stage.of(3, 2).looks(7, 1).hears(3, LOOKING, vote(3, 9, 1), 1).quiet();
        stage.hears(1, LOOKING, vote(1, 6, 1), 2);
        assertThat(stage.out).containsExactly("1 LOOKING 2/7@1 r2", "3 LOOKING 2/7@1 r2");
    }

    @Test
    void votesOfAnEarlierRoundDoNotCountInALaterOne() {
        Stage stage = Stage.of(5, 5).looks(7, 1).hears(1, LOOKING, vote(5, 7, 1), 1);
        stage.hears(2, LOOKING, vote(5, 7, 1), 2).quiet().pass(300);
        assertThat(stage.out).noneMatch(line -> line.startsWith("decided"));
    }

    @Test
    void whoDoesNotVoteIsNotCounted() {
        Stage stage = Stage.of(3, 2).looks(7, 1).quiet();
        stage.hears(4, LOOKING, vote(2, 7, 1), 1)
                .hears(99, LEADING, vote(2, 7, 1), 1)
                .pass(150);
        assertThat(stage.out).containsExactly("4 LOOKING 2/7@1 r1");
        assertThat(stage.election.wakeAtMs()).isEqualTo(1_200);
    }

    @Test
    void aVoteForWhoCannotVoteIsNotTakenOver() {
        Stage stage = Stage.of(3, 2).looks(7, 1).quiet().hears(1, LOOKING, vote(4, 99, 9), 1);
        stage.hears(1, LOOKING, vote(99, 99, 9), 1);
        assertThat(stage.out).containsOnly("1 LOOKING 2/7@1 r1");
        assertThat(stage.election.vote()).isEqualTo(vote(2, 7, 1));
    }

    @Test
    void anObservingVoterIsNotCounted() {
        Stage stage = Stage.of(3, 2).looks(7, 1).hears(1, LOOKING, vote(2, 7, 1), 1);
        stage.hears(1, OBSERVING, vote(2, 7, 1), 1).quiet().pass(300);
        assertThat(stage.out).noneMatch(line -> line.startsWith("decided"));
    }

    @Test
    void aVoteForAServerWithoutHistoryIsIgnored() {
        Stage stage = Stage.of(3, 2).looks(7, 1).quiet().hears(3, LOOKING, vote(3, -1, 9), 1);
        assertThat(stage.out).isEmpty();
        stage.hears(3, LOOKING, vote(3, -1, 9), 4);
        assertThat(stage.out).containsExactly("1 LOOKING 2/7@1 r4", "3 LOOKING 2/7@1 r4");
    }

    @Test
    void aServerThatDoesNotKnowItsHistoryVotesForNobodyButFollowsALeader() {
        Stage stage = Stage.of(3, 1).looks(Vote.ZXID_UNKNOWN, 0).quiet();
        stage.hears(2, LOOKING, vote(3, 9, 1), 1)
                .hears(3, LOOKING, vote(3, 9, 1), 1)
                .pass(199);
        assertThat(stage.out).isEmpty();
        stage.hears(2, FOLLOWING, vote(3, 9, 1), 1).hears(3, LEADING, vote(3, 9, 1), 1);
        assertThat(stage.out).containsExactly("decided FOLLOWING 3/9@1");
    }

    /// It may have lost its disk: another could be missing records that were on it.
    @Test
    void aServerThatHasNothingVotesForNobodyWithAPast() {
        Stage stage = Stage.of(3, 1).looksWithNothing().hears(2, LOOKING, vote(2, 7, 1), 1);
        assertThat(stage.election.vote()).isEqualTo(vote(1, 0, 0));
        stage.quiet().hears(3, LOOKING, vote(3, 0, 0), 1).pass(1_000);
        assertThat(stage.out).noneMatch(line -> line.startsWith("decided"));
        stage.hears(2, LEADING, vote(2, 7, 1), 4).hears(3, FOLLOWING, vote(2, 7, 1), 4);
        assertThat(stage.out).contains("decided FOLLOWING 2/7@1");
    }

    @Test
    void serversThatHaveNothingElectOneAnother() {
        Stage stage = Stage.of(3, 1).looksWithNothing().hears(2, LOOKING, vote(2, 0, 0), 1);
        stage.pass(200);
        assertThat(stage.out).contains("decided FOLLOWING 2/0@0");
    }

    /// A server that stood alone becomes the first of an ensemble.
    @Test
    void whatWasWrittenBeforeThereWereEpochsIsNoPast() {
        Stage stage = Stage.of(3, 3).looksWithNothing().hears(2, LOOKING, vote(2, 70, 0), 1);
        stage.pass(200);
        assertThat(stage.out).contains("decided FOLLOWING 2/70@0");
    }

    @Test
    void itsOwnMessagesAreIgnored() {
        Stage stage = Stage.of(3, 2).looks(7, 1).quiet().hears(2, LOOKING, vote(3, 9, 1), 9);
        assertThat(stage.out).isEmpty();
    }

    @Test
    void itRepeatsItselfLessAndLessOftenButEveryTwoSeconds() {
        Stage stage = Stage.of(3, 2).looks(7, 1).quiet();
        long[] pauses = {200, 400, 800, 1_600, 2_000, 2_000};
        for (long pause : pauses) {
            assertThat(stage.election.wakeAtMs()).isEqualTo(stage.nowMs() + pause);
            stage.pass(pause - 1);
            assertThat(stage.out).isEmpty();
            stage.pass(1);
            assertThat(stage.out).containsExactly("1 LOOKING 2/7@1 r1", "3 LOOKING 2/7@1 r1");
            stage.quiet();
        }
    }

    @Test
    void newsMakesItRepeatItselfSoonAgain() {
        Stage stage = Stage.of(5, 5).looks(7, 1).pass(3_100).hears(1, LOOKING, vote(1, 6, 1), 1);
        assertThat(stage.election.wakeAtMs()).isEqualTo(stage.nowMs() + 200);
        stage.pass(200);
        assertThat(stage.election.wakeAtMs()).isEqualTo(stage.nowMs() + 400);
        stage.hears(1, LOOKING, vote(1, 6, 1), 1);
        assertThat(stage.election.wakeAtMs()).isEqualTo(stage.nowMs() + 400);
    }

    @Test
    void theGivenWakeUpTimesAreEnough() {
        Stage stage =
                Stage.of(3, 2).looks(7, 1).hears(1, LOOKING, vote(2, 7, 1), 1).quiet();
        stage.pass(stage.election.wakeAtMs() - stage.nowMs());
        assertThat(stage.out).containsExactly("decided LEADING 2/7@1");
    }

    @Test
    void aServerWithoutWeightIsNotElectedHoweverGoodItsHistory() {
        String groups = "group.1=1:2:3:4\nweight.4=0\n";
        Membership weighted = Membership.parse(Stage.server(1, "participant")
                + Stage.server(2, "participant")
                + Stage.server(3, "participant")
                + Stage.server(4, "participant")
                + groups);
        Stage stage = new Stage(2, Quorums.of(weighted)).looks(7, 1).quiet();
        stage.hears(4, LOOKING, vote(4, 99, 9), 1);
        assertThat(stage.out).containsExactly("4 LOOKING 2/7@1 r1");
        Stage weightless = new Stage(4, Quorums.of(weighted)).looks(99, 9).quiet();
        weightless.hears(2, LOOKING, vote(2, 7, 1), 1);
        assertThat(weightless.out).containsExactly("1 LOOKING 2/7@1 r1", "2 LOOKING 2/7@1 r1", "3 LOOKING 2/7@1 r1");
        weightless.hears(4, LOOKING, vote(2, 7, 1), 1).quiet().pass(250);
        assertThat(weightless.out).noneMatch(line -> line.startsWith("decided"));
    }

    /// It may hold what those have committed to whom the change gives the say. Of several with the same history one is
    /// taken that Apache's servers vote for, too.
    @Test
    void whoHasWeightByAChangeUnderWayIsElectedIfItHasMost() {
        String servers =
                Stage.server(1, "participant") + Stage.server(2, "participant") + Stage.server(3, "participant");
        Membership before = Membership.parse(servers + "group.1=1:2:3\nweight.3=0\n");
        Membership after = Membership.parse(servers + "version=7");
        Stage knows = new Stage(1, new Quorums(before, after)).looks(7, 1).quiet();
        knows.hears(3, LOOKING, vote(3, 7, 1), 1);
        assertThat(knows.out).containsExactly("3 LOOKING 1/7@1 r1");
        knows.quiet().hears(3, LOOKING, vote(3, 8, 1), 1);
        assertThat(knows.out).containsExactly("2 LOOKING 3/8@1 r1", "3 LOOKING 3/8@1 r1");
        Stage stands = new Stage(3, new Quorums(before, after)).looks(8, 1).quiet();
        assertThat(stands.hears(1, LOOKING, vote(1, 7, 1), 1).out).containsExactly("1 LOOKING 3/8@1 r1");
        Stage givesWay = new Stage(3, new Quorums(before, after)).looks(7, 1).quiet();
        givesWay.hears(1, LOOKING, vote(1, 7, 1), 1);
        assertThat(givesWay.out).containsExactly("1 LOOKING 1/7@1 r1", "2 LOOKING 1/7@1 r1");
        Stage hasMissedIt = new Stage(3, new Quorums(before, null, null, after)).looks(6, 1);
        assertThat(hasMissedIt.out).containsExactly("1 LOOKING nobody r1", "2 LOOKING nobody r1");
    }

    @Test
    void whileAChangeOfMembersIsPendingBothMembershipsMustAgree() {
        Quorums both = new Quorums(Stage.ensemble(1, 3), Stage.ensemble(2, 7));
        Stage stage = new Stage(3, both).looks(7, 1);
        stage.hears(1, LOOKING, vote(3, 7, 1), 1)
                .hears(2, LOOKING, vote(3, 7, 1), 1)
                .pass(300);
        assertThat(stage.out).noneMatch(line -> line.startsWith("decided"));
        stage.hears(7, LOOKING, vote(3, 7, 1), 1).pass(200);
        assertThat(stage.out).contains("decided LEADING 3/7@1");
    }

    @Test
    void aNewMemberMayBeElectedBeforeItsMembershipIsCommitted() {
        Quorums both = new Quorums(Stage.ensemble(1, 3), Stage.ensemble(2, 5));
        Stage stage = new Stage(3, both).looks(7, 1).quiet().hears(5, LOOKING, vote(5, 7, 1), 1);
        assertThat(stage.election.vote()).isEqualTo(vote(5, 7, 1));
    }

    private static Quorums rumoured(int voters) {
        return new Quorums(Stage.ensemble(1, 3), null, null, Stage.ensemble(2, voters));
    }

    /// Server 5 has the change in its log, and needs this vote.
    @Test
    void whoWillHaveAVoteVotesForOthersButDoesNotProposeItself() {
        Stage stage = new Stage(4, rumoured(5)).looks(7, 1);
        assertThat(stage.out).contains("1 LOOKING nobody r1", "5 LOOKING nobody r1");
        stage.quiet().hears(5, LOOKING, vote(5, 3, 1), 1);
        assertThat(stage.election.vote()).isEqualTo(vote(5, 3, 1));
        assertThat(stage.out).contains("1 LOOKING 5/3@1 r1");
    }

    @Test
    void aRumourLetsOthersBeElectedAndAsksNobody() {
        Stage stage = new Stage(3, rumoured(7)).looks(7, 1).hears(5, LOOKING, vote(5, 8, 1), 1);
        assertThat(stage.election.vote()).isEqualTo(vote(5, 8, 1));
        stage.quiet().hears(2, LOOKING, vote(5, 8, 1), 1).pass(200);
        assertThat(stage.out).containsExactly("5 FOLLOWING 5/8@1 r1", "decided FOLLOWING 5/8@1");
    }

    @Test
    void anObserverThatIsToVoteFollows() {
        Stage stage = new Stage(4, rumoured(4)).looks(7, 1);
        stage.hears(2, LEADING, vote(2, 7, 1), 1).hears(1, FOLLOWING, vote(2, 7, 1), 1);
        assertThat(stage.election.state()).isEqualTo(FOLLOWING);
    }

    /// Seeds 211 and 1504 of the ensembles of three: the others stayed in their round, and it in its own.
    @Test
    void aVoteThatDoesNotCountBringsOthersToItsRound() {
        Stage stage = Stage.of(3, 2).looks(7, 1).quiet().hears(3, LOOKING, Vote.NONE, 9);
        assertThat(stage.out).containsExactly("1 LOOKING 2/7@1 r9", "3 LOOKING 2/7@1 r9");
        stage.quiet().hears(1, LOOKING, vote(6, 9, 9), 11);
        assertThat(stage.out).containsExactly("1 LOOKING 2/7@1 r11", "3 LOOKING 2/7@1 r11");
    }

    @Test
    void nothingIsHeardBeforeTheFirstSearch() {
        Stage stage = Stage.of(3, 2).hears(1, LOOKING, vote(1, 7, 1), 1).hears(4, LOOKING, Vote.NONE, 1);
        assertThat(stage.pass(10).out).isEmpty();
        assertThat(stage.election.state()).isEqualTo(PeerState.LOOKING);
    }
}
