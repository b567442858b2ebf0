// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.zab;

import io.zabra.core.base.Now;
import io.zabra.core.election.Vote;
import io.zabra.core.feed.LearnerSeat;
import io.zabra.core.feed.LearnerSeat.Phase;
import io.zabra.core.feed.SyncPlan;
import io.zabra.core.log.History;
import org.jspecify.annotations.Nullable;

/// Who shall lead next, once a leader is to lead no longer. Owned by the leader.
final class HandOver {

    private final Seats seats;
    private final History history;
    private final int patienceMs;
    private @Nullable LearnerSeat heir;
    private long deadlineMs;

    /// @param patienceMs for how long the heir may take to get all that was proposed
    HandOver(Seats seats, History history, int patienceMs) {
        this.seats = seats;
        this.history = history;
        this.patienceMs = patienceMs;
    }

    /// Chooses the heir; false if there is none.
    boolean begin(Now now) {
        return begin(seats.best(seat -> seat.phase() == Phase.ACTIVE), now);
    }

    /// Chooses the heir of a leader whose tree is wrong, though its log is right: one that has this log, and a tree
    /// that does not come from here. False if there is none.
    boolean beginForTree(Now now) {
        return begin(
                seats.best(seat -> seat.hasReached(Phase.ENTERED_EPOCH) && !(seat.plan() instanceof SyncPlan.Snapshot)),
                now);
    }

    private boolean begin(@Nullable LearnerSeat best, Now now) {
        heir = best;
        deadlineMs = now.monotonicMs() + patienceMs;
        return best != null;
    }

    boolean hasBegun() {
        return heir != null;
    }

    /// The vote for the heir; null if there is none.
    @Nullable
    Vote vote(long epoch) {
        return heir == null ? null : new Vote(heir.sid(), heir.acked(), epoch);
    }

    /// Why the leader can go now; null if it should wait until the heir has all that was proposed.
    @Nullable
    String over(long nowMs) {
        if (heir == null) {
            return null;
        }
        boolean complete = history.committed() == history.lastAppended() && heir.acked() >= history.committed();
        if (!complete && nowMs < deadlineMs) {
            return null;
        }
        return "server " + heir.sid() + " shall lead"
                + (complete ? "" : ", though it has not acknowledged all in time");
    }
}
