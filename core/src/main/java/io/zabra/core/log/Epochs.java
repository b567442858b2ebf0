// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.log;

import io.zabra.core.base.Invariant;

/// The two epochs that a member keeps on its disk.
///
/// @param accepted the latest epoch whose leader this member has promised to follow: it accepts nothing of earlier ones
/// @param current the epoch of the leader whose whole initial history this member has on its disk; it votes with it
public record Epochs(long accepted, long current) {

    /// How far an epoch may be from those that are known here. What goes further comes from a server that is broken,
    /// and would use up the numbers of epochs for all.
    public static final long STEP_MAX = 1_000_000;

    /// The last epoch: the next one would make the numbers of its records negative.
    public static final long LAST = Integer.MAX_VALUE;

    /// Why no epoch comes after [#LAST], and what to do.
    public static final String USED_UP = "the numbers of epochs end at " + LAST + ": no ensemble gets so far, so what"
            + " some member has accepted (acceptedEpoch) is not right; start that member with an empty folder, or, if"
            + " most members have it, all of them from a backup";

    public Epochs {
        Invariant.check(0 <= current && current <= accepted, "epoch %d is current, but %d accepted", current, accepted);
    }

    /// After the promise to follow the leader of `epoch`.
    public Epochs accept(long epoch) {
        return new Epochs(epoch, current);
    }

    /// After the history of the leader of `epoch` was taken over.
    public Epochs enter(long epoch) {
        return new Epochs(accepted, epoch);
    }
}
