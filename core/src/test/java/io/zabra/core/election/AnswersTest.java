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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What a server tells others, and what it learns of memberships.
class AnswersTest {

    private static final long OBSERVER = 4;

    /// Server 1, which follows server 3 since round 1.
    private static Stage follower() {
        Stage stage = Stage.of(3, 1).looks(7, 1).hears(2, LOOKING, vote(3, 8, 1), 1);
        return stage.hears(3, LOOKING, vote(3, 8, 1), 1).quiet();
    }

    /// Server 3, which leads since round 1 by the votes of all.
    private static Stage leader() {
        Stage stage = Stage.of(3, 3).looks(8, 1).hears(2, LOOKING, vote(3, 8, 1), 1);
        return stage.hears(1, LOOKING, vote(3, 8, 1), 1).quiet();
    }

    @Test
    void aFollowerTellsAVoterThatLooksWhomItFollows() {
        Stage stage = follower().hears(2, LOOKING, vote(2, 8, 1), 5);
        assertThat(stage.out).containsExactly("2 FOLLOWING 3/8@1 r1");
    }

    @Test
    void theEpochThatTheLeaderOpenedReplacesThatOfTheVote() {
        Stage stage = follower();
        stage.election.established(2);
        stage.hears(2, LOOKING, vote(2, 8, 1), 5);
        assertThat(stage.out).containsExactly("2 FOLLOWING 3/8@2 r1");
        assertThat(stage.election.vote()).isEqualTo(vote(3, 8, 2));
    }

    @Test
    void aLeaderAnswersAndReportsThatAVoterDoesNotFollow() {
        Stage stage = leader().hears(2, LOOKING, vote(2, 8, 1), 5);
        assertThat(stage.out).containsExactly("deserted by 2", "2 LEADING 3/8@1 r1");
    }

    @Test
    void aLeaderReportsThatAVoterHasAnotherLeader() {
        Stage stage = leader().hears(1, LEADING, vote(1, 8, 1), 5).hears(2, FOLLOWING, vote(1, 8, 1), 5);
        assertThat(stage.out).containsExactly("deserted by 1", "deserted by 2");
        assertThat(leader().hears(2, FOLLOWING, vote(3, 8, 1), 1).out).isEmpty();
    }

    /// Seed 234 of the ensembles of five: one of two groups wanted another leader, half of it from the beginning.
    @Test
    void aVoterThatWantsAnotherLeaderIsReportedWhetherOrNotItHasElectedThisOne() {
        Stage stage =
                Stage.of(3, 3).looks(8, 1).hears(2, LOOKING, vote(3, 8, 1), 1).pass(200);
        stage.quiet().hears(1, LOOKING, vote(1, 7, 1), 1);
        assertThat(stage.out).containsExactly("deserted by 1", "1 LEADING 3/8@1 r1");
    }

    @Test
    void aVoterThatLooksAndWantsTheLeaderIsNotReported() {
        assertThat(leader().hears(1, LOOKING, vote(3, 8, 1), 1).out).containsExactly("1 LEADING 3/8@1 r1");
    }

    @ParameterizedTest
    @EnumSource(value = PeerState.class, mode = EnumSource.Mode.EXCLUDE, names = "LOOKING")
    void whoDoesNotLookIsNotAnswered(PeerState state) {
        assertThat(follower().hears(2, state, vote(2, 8, 1), 5).out).isEmpty();
        assertThat(follower().hears(OBSERVER, state, vote(2, 8, 1), 5).out).isEmpty();
        assertThat(Stage.of(3, 1).looks(7, 1).quiet().hears(OBSERVER, state, vote(2, 8, 1), 5).out)
                .isEmpty();
    }

    @Test
    void anObserverAnswersToo() {
        Stage stage = Stage.of(3, OBSERVER).looks(7, 1).hears(2, FOLLOWING, vote(3, 8, 1), 1);
        stage.hears(3, LEADING, vote(3, 8, 1), 1).quiet().hears(9, LOOKING, Vote.NONE, 1);
        assertThat(stage.out).containsExactly("9 OBSERVING 3/8@1 r1");
        assertThat(stage.election.state()).isEqualTo(OBSERVING);
    }

    @Test
    void whoHasNoVoteIsAnsweredWhateverItsRound() {
        Stage stage = Stage.of(3, 1).looks(7, 1).quiet().hears(OBSERVER, LOOKING, Vote.NONE, 44);
        assertThat(stage.out).containsExactly("4 LOOKING 1/7@1 r1");
        stage = follower().hears(77, LOOKING, Vote.NONE, 44);
        assertThat(stage.out).containsExactly("77 FOLLOWING 3/8@1 r1");
    }

    @Test
    void twoServersThatDoNotKnowEachOtherDoNotAnswerForEver() {
        Stage stage = Stage.of(3, 1).looks(7, 1).quiet();
        for (int i = 0; i < 1_000; i++) {
            stage.hears(99, LOOKING, vote(99, 8, 1), 44);
        }
        assertThat(stage.out).containsExactly("99 LOOKING 1/7@1 r1");
        stage.pass(100).hears(99, LOOKING, vote(99, 8, 1), 44);
        assertThat(stage.out).hasSize(2);
    }

    @Test
    void whoAskedDuringTheSearchIsToldTheResult() {
        Stage stage = Stage.of(3, 1).looks(7, 1).hears(OBSERVER, LOOKING, Vote.NONE, 44);
        stage.hears(2, LOOKING, vote(3, 8, 1), 1).quiet().hears(3, LOOKING, vote(3, 8, 1), 1);
        assertThat(stage.out)
                .containsExactly("3 FOLLOWING 3/8@1 r1", "4 FOLLOWING 3/8@1 r1", "decided FOLLOWING 3/8@1");
    }

    /// Seed 234 of the ensembles of three: others had voted before it began to look, so it heard no vote for itself,
    /// and came round to one that was late.
    @Test
    void whoIsElectedIsToldSoIfItLooks() {
        Stage stage = Stage.of(3, 1).looks(7, 1).hears(2, LOOKING, vote(2, 8, 1), 1);
        assertThat(stage.quiet().pass(200).out).contains("2 FOLLOWING 2/8@1 r1", "decided FOLLOWING 2/8@1");
        stage = Stage.of(3, 1).looks(7, 1).hears(2, LEADING, vote(2, 8, 1), 1).quiet();
        stage.hears(3, FOLLOWING, vote(2, 8, 1), 1);
        assertThat(stage.out).as("it knows").containsExactly("decided FOLLOWING 2/8@1");
    }

    @Test
    void strangersCannotFillTheMemory() {
        Stage stage = follower();
        for (long sid = 10; sid < 10_000; sid++) {
            stage.hears(sid, LOOKING, Vote.NONE, 1);
        }
        assertThat(stage.out).hasSize(9_990);
        stage.looks(8, 1).quiet();
        for (long sid = 10; sid < 10_000; sid++) {
            stage.hears(sid, LOOKING, Vote.NONE, 1);
        }
        stage.quiet().hears(2, LEADING, vote(2, 8, 1), 1).hears(3, FOLLOWING, vote(2, 8, 1), 1);
        assertThat(stage.out).hasSizeBetween(100, 1_001);
    }

    @Test
    void aLeaderNamedByAChangeOfMembersNeedsNoElection() {
        Stage stage = follower();
        stage.election.appoint(1, 0x200);
        assertThat(stage.election.state()).isEqualTo(LEADING);
        stage.hears(2, LOOKING, vote(2, 8, 1), 5);
        assertThat(stage.out).containsExactly("2 LEADING 1/512@-1 r-1");
        stage.election.established(3);
        stage.quiet().hears(2, LOOKING, vote(2, 8, 1), 5);
        assertThat(stage.out).containsExactly("2 LEADING 1/512@3 r-1");
    }

    @Test
    void aNewerMembershipIsReportedOnceAndNotAdopted() {
        Membership newer = Stage.ensemble(9, 5);
        Stage stage = Stage.of(3, 1).looks(7, 1).quiet();
        stage.hears(2, withConfig(newer.text())).hears(2, withConfig(newer.text()));
        assertThat(stage.out).filteredOn(line -> line.startsWith("newer")).containsExactly("newer 9");
        assertThat(stage.hears(5, LOOKING, vote(5, 9, 9), 9).election.vote()).isEqualTo(vote(3, 8, 1));
    }

    @Test
    void anOlderOrBrokenMembershipDoesNotSpoilTheVote() {
        Stage stage = new Stage(1, Quorums.of(Stage.ensemble(9, 3))).looks(7, 1).quiet();
        stage.hears(2, withConfig(Stage.ensemble(8, 5).text()));
        assertThat(stage.out).containsExactly("2 LOOKING 3/8@1 r1", "3 LOOKING 3/8@1 r1");
        stage.quiet().hears(3, withConfig("server.1=nonsense"));
        assertThat(stage.out).containsExactly("3 FOLLOWING 3/8@1 r1", "decided FOLLOWING 3/8@1");
    }

    @Test
    void onlyASearchingServerReportsMemberships() {
        Stage stage = follower().hears(2, withConfig(Stage.ensemble(9, 5).text()));
        assertThat(stage.out).containsExactly("2 FOLLOWING 3/8@1 r1");
    }

    @Test
    void aProposedMembershipIsReported() {
        Membership proposed = Stage.ensemble(9, 4);
        var told = new Notification.Memberships(Stage.ensemble(0, 3).text(), proposed.text(), 5);
        Notification vote = new Notification(LOOKING, 2, 6, 1, 1, Notification.VERSION, told);
        Stage stage = Stage.of(3, 3).looks(7, 1).quiet().hears(2, vote);
        assertThat(stage.out).containsExactly("proposed 9 by one in epoch 5", "2 LOOKING 3/7@1 r1");
        assertThat(follower().hears(2, vote).out).noneMatch(line -> line.startsWith("proposed"));
    }

    /// Else two servers that agree would decide at once, each time again, before they know that others vote too.
    @Test
    void whatIsToldOfMembersCountsBeforeTheVoteThatItComesWith() {
        Membership proposed = Stage.ensemble(9, 4);
        var told = new Notification.Memberships(Stage.ensemble(0, 2).text(), proposed.text(), 1);
        Stage stage = Stage.of(2, 1).looks(7, 1).quiet();
        stage.learns(new Quorums(Stage.ensemble(0, 2), null, null, proposed));
        stage.hears(2, new Notification(LOOKING, 2, 8, 1, 1, Notification.VERSION, told));
        assertThat(stage.out).noneMatch(line -> line.startsWith("decided"));
        assertThat(stage.out).contains("3 LOOKING 1/7@1 r2", "4 LOOKING 1/7@1 r2", "2 LOOKING 1/7@1 r2");
    }

    @Test
    void whenOthersMayVoteTheSearchBeginsAnew() {
        Stage stage =
                Stage.of(3, 1).looks(7, 1).hears(2, LOOKING, vote(3, 8, 1), 1).quiet();
        stage.membership(new Quorums(Stage.ensemble(0, 3), Stage.ensemble(9, 4)));
        assertThat(stage.out).containsExactly("2 LOOKING 1/7@1 r2", "3 LOOKING 1/7@1 r2", "4 LOOKING 1/7@1 r2");
    }

    @Test
    void whoLosesItsVoteGoesOnWithoutOne() {
        Stage stage = Stage.of(3, 3).looks(7, 1).quiet();
        stage.membership(Quorums.of(Stage.ensemble(9, 2)));
        assertThat(stage.out).containsExactly("1 LOOKING nobody r2", "2 LOOKING nobody r2");
        stage.quiet().membership(Quorums.of(Stage.ensemble(10, 3)));
        assertThat(stage.out).containsExactly("1 LOOKING 3/7@1 r3", "2 LOOKING 3/7@1 r3");
    }

    @Test
    void aNewVersionOfTheSameMembersChangesOnlyTheTextThatIsSent() {
        Stage stage = Stage.of(3, 1).looks(7, 1).quiet().membership(Quorums.of(Stage.ensemble(9, 3)));
        assertThat(stage.out).isEmpty();
        stage.pass(200);
        assertThat(stage.out).containsExactly("2 LOOKING 1/7@1 r1", "3 LOOKING 1/7@1 r1");
        assertThat(stage.sent)
                .extracting(Notification::config)
                .containsOnly(Stage.ensemble(9, 3).text());
    }

    @Test
    void aFollowerAnswersByTheMembershipOfToday() {
        Stage stage = follower().membership(Quorums.of(Stage.ensemble(9, 5)));
        assertThat(stage.out).isEmpty();
        stage.hears(5, LOOKING, vote(5, 8, 1), 5);
        assertThat(stage.out).containsExactly("5 FOLLOWING 3/8@1 r1");
        assertThat(stage.sent.getFirst().config())
                .isEqualTo(Stage.ensemble(9, 5).text());
    }

    private static Notification withConfig(String config) {
        return new Notification(LOOKING, 3, 8, 1, 1, config);
    }
}
