// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.zab;

import io.zabra.core.election.Vote;
import org.jspecify.annotations.Nullable;

/// What a change of the members means for a learner: whom it follows then, and as what. Owned by the learner.
final class Appointment {

    private final Members members;
    private final long leader;
    private final boolean observer;
    /// Who leads after a change of members that is committed, or about to be.
    private @Nullable Vote named;

    private @Nullable Vote successor;

    Appointment(Learner.Self self, long leader) {
        this.members = self.members();
        this.leader = leader;
        this.observer = self.observer();
    }

    /// The leader says who leads after the change `zxid`, which comes back.
    long named(long zxid, long next) {
        named = new Vote(next, zxid, 0);
        return zxid;
    }

    /// Who leads after the last change that the leader has told of; null if it told of none.
    @Nullable
    Vote named() {
        return named;
    }

    /// The members have changed: why the learner has to begin anew, as a phrase; null if it can go on.
    @Nullable
    String reasonToEnd() {
        Vote next = named != null && named.zxid() == members.committed().version() ? named : null;
        if (next != null && next.leader() != leader) {
            successor = next;
            return "server " + next.leader() + " leads the new members";
        }
        if (next == null && !members.committed().isVoter(leader)) {
            return "the leader has no vote any more";
        }
        if (members.observesUntilNow() != observer) {
            successor = new Vote(leader, members.committed().version(), 0);
            if (members.committed().member(members.self()) == null) {
                return "this server is no member any more";
            }
            return observer ? "this server votes from now on" : "this server observes from now on";
        }
        return null;
    }

    /// What operators are told when the learner ends.
    ///
    /// @param reason as a phrase
    ZabEvent farewell(String reason) {
        return successor == null || successor.leader() == leader
                ? new ZabEvent.LeaderLost(leader, reason)
                : new ZabEvent.LeaderHandsOver(leader, successor.leader());
    }

    /// Who leads next, without an election; null if nobody is named.
    @Nullable
    Vote successor() {
        return successor;
    }
}
