// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.election;

import io.zabra.core.quorum.Membership;
import io.zabra.wire.quorum.Notification;
import io.zabra.wire.quorum.PeerState;

/// Faults put in on purpose, to test the simulation: each must be found. They alter what goes into an election and what
/// comes out of it, on every server.
enum Planted {
    NONE,
    /// What got lost is not said again.
    NEVER_SAYS_IT_AGAIN,
    /// Who has a leader does not tell those that look for one.
    SILENT_WHEN_DONE,
    /// A vote claims what is in memory, but not yet on disk.
    VOTES_WITH_THE_UNSYNCED_TAIL,
    /// Histories are compared by their length alone.
    EPOCH_LEFT_OUT_OF_THE_VOTE,
    /// Observers are counted as voters.
    OBSERVERS_VOTE,
    /// A server's own vote is enough to elect it.
    OWN_VOTE_IS_A_QUORUM,
    /// Followers are believed without asking the leader.
    LEADER_NOT_ASKED,
    /// Votes of other rounds are counted as if of this one.
    ROUNDS_IGNORED,
    /// Better votes are not taken over.
    BETTER_VOTES_IGNORED,
    /// Followers go on telling the epoch of the election, not that of the leader.
    OLD_EPOCH_TOLD,
    /// A server that has a leader says that it looks for one.
    LOOKS_FOR_EVER;

    Notification heard(Election by, Notification n) {
        boolean looks = n.state() == PeerState.LOOKING;
        if (this == ROUNDS_IGNORED && looks) {
            return new Notification(n.state(), n.leader(), n.zxid(), by.round(), n.peerEpoch(), n.config());
        }
        return n;
    }

    boolean hears(Election by, Notification n) {
        boolean better = new Vote(n.leader(), n.zxid(), n.peerEpoch()).compareTo(by.vote()) > 0;
        return !(this == BETTER_VOTES_IGNORED && n.state() == PeerState.LOOKING && better);
    }

    Notification sent(Notification n) {
        if (this == LOOKS_FOR_EVER && n.state() == PeerState.FOLLOWING) {
            return new Notification(
                    PeerState.LOOKING, n.leader(), n.zxid(), n.electionEpoch(), n.peerEpoch(), n.config());
        }
        return n;
    }

    Vote own(long sid, long zxid, long tail, long epoch) {
        return new Vote(
                sid,
                this == VOTES_WITH_THE_UNSYNCED_TAIL ? Math.max(zxid, tail) : zxid,
                this == EPOCH_LEFT_OUT_OF_THE_VOTE ? 0 : epoch);
    }

    Membership membership(Membership real, long sid) {
        if (this == OBSERVERS_VOTE && !real.text().contains("group")) {
            return Membership.parse(real.text().replace(":observer", ":participant"));
        }
        if (this == OWN_VOTE_IS_A_QUORUM && real.isVoter(sid)) {
            StringBuilder group = new StringBuilder("\ngroup.1");
            real.voters()
                    .forEach(voter ->
                            group.append(group.length() == 8 ? "=" : ":").append(voter));
            String bare = String.join(
                    "\n",
                    real.lines().stream()
                            .filter(line -> line.startsWith("server."))
                            .toList());
            return Membership.parse(bare + group + "\nweight." + sid + "=100\nversion=0");
        }
        return real;
    }
}
