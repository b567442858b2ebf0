// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.zab;

import io.zabra.core.log.Journal;
import io.zabra.wire.quorum.Notification;

/// What a member asks of the world because it is one of several, besides what it sends over a [PeerLink]. Calls return
/// at once; results come back as [PeerInput].
public interface PeerEffects extends Journal {

    /// Sends a vote to another server. Only the newest to each server counts; none need arrive.
    void elect(long to, Notification notification);

    /// Connects to the leader; answered by [PeerInput.LeaderConnected] or [PeerInput.LeaderUnreachable]. An earlier
    /// attempt is given up.
    void dial(long leader);

    /// Lets learners connect, or no longer.
    void admitLearners(boolean open);

    /// Tells operators what happened.
    void event(ZabEvent event);
}
