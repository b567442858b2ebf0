// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.election;

import io.zabra.wire.quorum.Notification;
import io.zabra.wire.quorum.PeerState;

/// What one server said last: whom it wants, or follows, and in which round.
///
/// @param state what the server was doing when it said so
/// @param round the sender's count of elections ("electionEpoch", logical clock)
/// @param version of the notification's form; 0 is that of servers before 3.4.6
record Ballot(PeerState state, Vote vote, long round, int version) {

    static Ballot of(Notification n) {
        return new Ballot(n.state(), new Vote(n.leader(), n.zxid(), n.peerEpoch()), n.electionEpoch(), n.version());
    }

    boolean looks() {
        return state == PeerState.LOOKING;
    }

    /// True when the sender has a leader, be it itself: it is out of the election.
    boolean settled() {
        return state == PeerState.FOLLOWING || state == PeerState.LEADING;
    }

    /// Whether both speak for the same leader.
    ///
    /// Of a search each part counts. Servers that are done may have come to their leader in different rounds, and by
    /// notifications with different zxids; what they share is the leader and the epoch that it opened, and with servers
    /// so old that they do not know of this epoch, the leader alone.
    boolean agreesWith(Ballot other) {
        if (looks() || other.looks()) {
            return vote.equals(other.vote) && round == other.round;
        }
        boolean oneIsOld = (version == 0) != (other.version == 0);
        return vote.leader() == other.vote.leader() && (oneIsOld || vote.peerEpoch() == other.vote.peerEpoch());
    }
}
