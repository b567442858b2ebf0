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
import org.junit.jupiter.api.Test;

/// A server that looks for a leader while others have one already.
class JoinTest {

    @Test
    void aQuorumThatHasALeaderIsJoinedWhateverItsRound() {
        Stage stage = Stage.of(3, 1).looks(7, 1).quiet().hears(2, FOLLOWING, vote(3, 6, 2), 9);
        assertThat(stage.out).isEmpty();
        stage.hears(3, LEADING, vote(3, 6, 2), 9);
        assertThat(stage.out).containsExactly("decided FOLLOWING 3/6@2");
        assertThat(stage.election.round()).isEqualTo(9);
    }

    @Test
    void theSecondHalfOfAQuorumMayBeAFollower() {
        Stage stage = Stage.of(3, 1).looks(7, 1).quiet().hears(3, LEADING, vote(3, 6, 2), 9);
        assertThat(stage.out).isEmpty();
        stage.hears(2, FOLLOWING, vote(3, 6, 2), 8);
        assertThat(stage.out).containsExactly("decided FOLLOWING 3/6@2");
    }

    @Test
    void followersAreNotBelievedWithoutTheirLeader() {
        Stage stage = Stage.of(5, 1).looks(7, 1).quiet();
        stage.hears(2, FOLLOWING, vote(5, 6, 2), 9).hears(3, FOLLOWING, vote(5, 6, 2), 9);
        stage.hears(4, FOLLOWING, vote(5, 6, 2), 9).pass(100);
        assertThat(stage.out).isEmpty();
        // It looks itself by now.
        stage.hears(5, LOOKING, vote(5, 6, 2), 1).pass(300);
        assertThat(stage.out).noneMatch(line -> line.startsWith("decided"));
    }

    @Test
    void aLeaderIsNotBelievedWithoutAQuorum() {
        Stage stage = Stage.of(5, 1).looks(7, 1).quiet();
        stage.hears(5, LEADING, vote(5, 6, 2), 9)
                .hears(4, FOLLOWING, vote(5, 6, 2), 9)
                .pass(100);
        assertThat(stage.out).isEmpty();
    }

    @Test
    void votesForTheSameLeaderInDifferentEpochsDoNotAddUp() {
        Stage stage = Stage.of(3, 1).looks(7, 1).quiet();
        stage.hears(3, LEADING, vote(3, 6, 2), 9).hears(2, FOLLOWING, vote(3, 6, 1), 9);
        assertThat(stage.out).isEmpty();
    }

    @Test
    void aPeerThatLooksAgainNoLongerStandsForItsLeader() {
        Stage stage = Stage.of(5, 1).looks(7, 1).quiet();
        stage.hears(4, FOLLOWING, vote(5, 6, 2), 9).hears(4, LOOKING, vote(4, 6, 2), 1);
        stage.hears(3, FOLLOWING, vote(5, 6, 2), 9).hears(5, LEADING, vote(5, 6, 2), 9);
        assertThat(stage.out).noneMatch(line -> line.startsWith("decided"));
    }

    @Test
    void inTheSameRoundASearchersVoteHelpsTheLeaderThatItMeans() {
        Stage stage = Stage.of(3, 1)
                .looks(7, 1)
                .hears(2, LOOKING, vote(3, 8, 1), 1)
                .pass(50)
                .quiet();
        // Two of three: the leader, and what this server itself proposes.
        stage.hears(2, FOLLOWING, vote(2, 0, 0), 4).hears(3, LEADING, vote(3, 8, 1), 1);
        assertThat(stage.out).contains("decided FOLLOWING 3/8@1");
    }

    @Test
    void itLeadsIfTheOthersHaveElectedItInThisRound() {
        Stage stage = Stage.of(5, 5).looks(7, 1).quiet();
        assertThat(stage.hears(1, FOLLOWING, vote(5, 7, 1), 1).out).isEmpty();
        assertThat(stage.hears(2, FOLLOWING, vote(5, 7, 1), 1).out).containsExactly("decided LEADING 5/7@1");
    }

    @Test
    void itDoesNotLeadBecauseOthersFollowWhatItWasBeforeARestart() {
        Stage stage = Stage.of(3, 3).looks(9, 2).quiet();
        stage.hears(1, FOLLOWING, vote(3, 7, 2), 1).hears(2, FOLLOWING, vote(3, 7, 2), 1);
        stage.hears(1, FOLLOWING, vote(3, 9, 2), 4)
                .hears(2, FOLLOWING, vote(3, 9, 2), 4)
                .pass(150);
        assertThat(stage.out).isEmpty();
    }

    @Test
    void serversThatSendNoVersionAgreeOnTheLeaderAlone() {
        Stage stage = Stage.of(3, 1).looks(7, 1).quiet();
        stage.hears(2, new Notification(FOLLOWING, 3, 6, 1, 1, 0, "")).hears(3, LEADING, vote(3, 6, 2), 9);
        assertThat(stage.out).containsExactly("decided FOLLOWING 3/6@2");
    }

    @Test
    void anObserverAsksAndLearnsTheLeaderFromTheAnswers() {
        Stage stage = Stage.of(3, 4).looks(7, 1);
        assertThat(stage.out).containsExactly("1 LOOKING nobody r1", "2 LOOKING nobody r1", "3 LOOKING nobody r1");
        stage.quiet();
        stage.hears(3, LEADING, vote(3, 6, 2), 2).hears(1, FOLLOWING, vote(3, 6, 2), 1);
        assertThat(stage.out).containsExactly("decided OBSERVING 3/6@2");
        assertThat(stage.election.state()).isEqualTo(OBSERVING);
    }

    @Test
    void anObserverDoesNotDecideByTheVotesOfASearchNorAnswerThem() {
        Stage stage = Stage.of(3, 4).looks(7, 1).looks(7, 1).quiet();
        stage.hears(1, LOOKING, vote(3, 6, 2), 1).hears(2, LOOKING, vote(3, 6, 2), 2);
        stage.hears(3, LOOKING, vote(3, 6, 2), 3).pass(150);
        assertThat(stage.out).isEmpty();
        assertThat(stage.election.vote()).isEqualTo(Vote.NONE);
    }

    @Test
    void aServerThatIsNoMemberYetFollowsWithoutAVote() {
        Stage stage = Stage.of(3, 9).looks(7, 1);
        assertThat(stage.out).hasSize(3).contains("1 LOOKING nobody r1");
        stage.quiet().hears(3, LEADING, vote(3, 6, 2), 2).hears(1, FOLLOWING, vote(3, 6, 2), 1);
        assertThat(stage.out).containsExactly("decided FOLLOWING 3/6@2");
    }

    @Test
    void ofAChangeOfMembersThatItMissedTheNewQuorumIsEnoughToFollow() {
        // 1 and 2 are gone for good.
        String text = Stage.server(3, "participant") + Stage.server(4, "participant") + Stage.server(5, "participant");
        Membership next = Membership.parse(text + "version=9");
        Stage stage = new Stage(3, new Quorums(Stage.ensemble(1, 3), next))
                .looks(7, 1)
                .quiet();
        stage.hears(5, LEADING, vote(5, 9, 2), 4).hears(4, FOLLOWING, vote(5, 9, 2), 4);
        assertThat(stage.out).containsExactly("decided FOLLOWING 5/9@2");
    }

    @Test
    void thoseThatLookForAnotherLeaderAreToldTheResult() {
        Stage stage =
                Stage.of(5, 1).looks(7, 1).hears(2, LOOKING, vote(2, 6, 1), 1).quiet();
        stage.hears(3, FOLLOWING, vote(5, 6, 2), 9).hears(4, FOLLOWING, vote(5, 6, 2), 9);
        stage.hears(5, LEADING, vote(5, 6, 2), 9);
        assertThat(stage.out).containsExactly("2 FOLLOWING 5/6@2 r9", "decided FOLLOWING 5/6@2");
    }
}
