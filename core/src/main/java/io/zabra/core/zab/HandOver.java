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

    private final long self;
    private final Seats seats;
    private final History history;
    private final Timing timing;
    private final PeerEffects out;
    private @Nullable LearnerSeat heir;
    private long deadlineMs;
    private boolean seeks;
    private long seeksUntilMs;

    /// @param self the leader's own id
    HandOver(long self, Seats seats, History history, Timing timing, PeerEffects out) {
        this.self = self;
        this.seats = seats;
        this.history = history;
        this.timing = timing;
        this.out = out;
    }

    /// Chooses the heir; false if there is none.
    boolean begin(Now now) {
        return begin(seats.best(seat -> seat.phase() == Phase.ACTIVE), now);
    }

    /// Looks for an heir of a leader whose tree is wrong, though its log is right: one that has this log, and a tree
    /// that does not come from here. Whoever is missing may have a right one, which would be lost if this one was
    /// served. False if it is not wrong, or there is no other one.
    ///
    /// @param divergedAt from where on it is not as foretold; 0 for nowhere
    boolean beginForTree(long divergedAt, Now now) {
        if (divergedAt != 0) {
            out.suspectTree();
            out.event(new ZabEvent.Diverged(self, divergedAt));
        } else if (!history.suspect()) {
            return false;
        }
        seeksUntilMs = now.monotonicMs() + timing.initMs() / 2;
        return !seeksInVain(now);
    }

    boolean seeks() {
        return seeks;
    }

    /// Looks on. True once it was for long enough, or nobody is missing any more, and no heir was found.
    boolean seeksInVain(Now now) {
        LearnerSeat other =
                seats.best(seat -> seat.hasReached(Phase.ENTERED_EPOCH) && !(seat.plan() instanceof SyncPlan.Snapshot));
        if (other != null) {
            seeks = false;
            begin(other, now);
            out.event(new ZabEvent.HandsOver(other.sid()));
            return false;
        }
        seeks = now.monotonicMs() < seeksUntilMs && !seats.haveAllReached(Phase.ENTERED_EPOCH);
        return !seeks;
    }

    private boolean begin(@Nullable LearnerSeat best, Now now) {
        heir = best;
        deadlineMs = now.monotonicMs() + timing.tickMs();
        return best != null;
    }

    /// Whether another one shall lead: an heir is chosen, or looked for.
    boolean hasBegun() {
        return seeks || heir != null;
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
