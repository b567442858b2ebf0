// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.zab;

import io.zabra.core.log.Journal;
import io.zabra.core.quorum.Quorums;
import io.zabra.wire.quorum.Notification;

/// What a member asks of the world because it is one of several, besides what it sends over a `PeerLink`. Calls return
/// at once; results come back as [PeerInput].
public interface PeerEffects extends Journal {

    /// Sends a vote to another server. Only the newest to each server counts; none need arrive.
    void elect(long to, Notification notification);

    /// Connects to the leader; answered by [PeerInput.LeaderConnected] or [PeerInput.LeaderUnreachable]. An earlier
    /// attempt is given up.
    void dial(long leader);

    /// Tells who the members are from now on: where they are reached, and what the disk has to keep.
    ///
    /// The disk takes note of it in one step with the epochs, the truncation or the installation that it is asked for
    /// next in the same step of the node, and by itself if there is none; always behind the records that it was handed
    /// before.
    default void members(Quorums members) {
        // Who knows nothing but members that never change has nothing to do.
    }

    /// Tells the disk to remember that the tree is wrong, until a snapshot is installed.
    default void suspectTree() {
        // Who forgets it with the process finds out again, or does not.
    }

    /// Lets learners connect, or no longer.
    void admitLearners(boolean open);

    /// Lets observers connect to this follower, or no longer, if it is to serve any.
    default void admitObservers(boolean open) {
        // It is not.
    }

    /// Tells operators what happened.
    void event(ZabEvent event);
}
