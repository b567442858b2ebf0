// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.zab;

import io.zabra.core.election.Vote;
import io.zabra.core.feed.LearnerSeat;
import io.zabra.core.log.History;
import org.jspecify.annotations.Nullable;

/// Who shall lead next, once a leader is to lead no longer. Owned by the leader.
final class HandOver {

    private @Nullable LearnerSeat heir;
    private long deadlineMs;

    /// Chooses the heir; false if there is none.
    boolean begin(@Nullable LearnerSeat best, long latestMs) {
        heir = best;
        deadlineMs = latestMs;
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
    String over(History history, long nowMs) {
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
