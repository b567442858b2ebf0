// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.election;

import static org.assertj.core.api.Assertions.assertThat;

import io.zabra.wire.quorum.PeerState;
import org.junit.jupiter.api.Test;

class VoteTest {

    @Test
    void theEpochCountsMoreThanTheZxidAndTheZxidMoreThanTheServer() {
        assertThat(new Vote(1, 5, 2)).isGreaterThan(new Vote(9, 9, 1));
        assertThat(new Vote(1, 6, 2)).isGreaterThan(new Vote(9, 5, 2));
        assertThat(new Vote(2, 6, 2)).isGreaterThan(new Vote(1, 6, 2));
        assertThat(new Vote(2, 6, 2)).isEqualByComparingTo(new Vote(2, 6, 2));
    }

    @Test
    void numbersAreSigned() {
        assertThat(new Vote(1, -5, 0)).isLessThan(new Vote(1, 5, 0));
        assertThat(new Vote(0, 0, 0)).isGreaterThan(Vote.NONE);
    }

    @Test
    void votesOfASearchAgreeOnlyIfAllIsTheSame() {
        Ballot ballot = new Ballot(PeerState.LOOKING, new Vote(3, 7, 1), 4, 2);
        assertThat(ballot.agreesWith(new Ballot(PeerState.LEADING, new Vote(3, 7, 1), 4, 0)))
                .isTrue();
        assertThat(ballot.agreesWith(new Ballot(PeerState.LEADING, new Vote(2, 7, 1), 4, 2)))
                .isFalse();
        assertThat(ballot.agreesWith(new Ballot(PeerState.LEADING, new Vote(3, 8, 1), 4, 2)))
                .isFalse();
        assertThat(ballot.agreesWith(new Ballot(PeerState.LEADING, new Vote(3, 7, 2), 4, 2)))
                .isFalse();
        assertThat(ballot.agreesWith(new Ballot(PeerState.LEADING, new Vote(3, 7, 1), 5, 2)))
                .isFalse();
    }

    @Test
    void serversThatAreDoneAgreeOnTheLeaderAndItsEpoch() {
        Ballot ballot = new Ballot(PeerState.FOLLOWING, new Vote(3, 7, 1), 4, 2);
        assertThat(ballot.agreesWith(new Ballot(PeerState.LEADING, new Vote(3, 9, 1), 8, 1)))
                .isTrue();
        assertThat(ballot.agreesWith(new Ballot(PeerState.LEADING, new Vote(2, 7, 1), 4, 2)))
                .isFalse();
        assertThat(ballot.agreesWith(new Ballot(PeerState.LEADING, new Vote(3, 7, 2), 4, 2)))
                .isFalse();
    }

    @Test
    void withAServerThatSendsNoVersionTheLeaderAloneCounts() {
        Ballot old = new Ballot(PeerState.FOLLOWING, new Vote(3, 7, 1), 4, 0);
        assertThat(old.agreesWith(new Ballot(PeerState.LEADING, new Vote(3, 9, 2), 8, 2)))
                .isTrue();
        assertThat(old.agreesWith(new Ballot(PeerState.LEADING, new Vote(3, 9, 2), 8, 0)))
                .isFalse();
        assertThat(old.agreesWith(new Ballot(PeerState.LEADING, new Vote(2, 7, 1), 4, 2)))
                .isFalse();
    }
}
