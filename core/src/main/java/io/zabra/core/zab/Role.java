// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.zab;

import io.zabra.core.base.Now;
import io.zabra.core.election.Vote;
import org.jspecify.annotations.Nullable;

/// What a member is while it has a leader or is one. A role is begun, and ends once and for all: nothing of it is used
/// again.
sealed interface Role permits Leader, Learner {

    void take(PeerInput input, Now now);

    /// The disk has more of the log.
    void durable(Now now);

    /// Time has passed.
    void tick(Now now);

    /// When [#tick] will have something to do that should not wait for the next regular one, in milliseconds of the
    /// monotonic clock; `Long.MAX_VALUE` if there is nothing.
    default long wakeAtMs() {
        return Long.MAX_VALUE;
    }

    /// Sends what has become due in this step.
    void flush(Now now);

    /// Why the role has to end; null while it need not.
    @Nullable
    String over();

    /// Other members are committed.
    void membersChanged(Now now);

    /// Who leads next, without an election: a change of members that ends this role has named it, and is the history
    /// of the vote. Null if there is nobody.
    @Nullable
    Vote successor();

    /// Whether the disk was asked for epochs and has not answered yet. A later role must not take the answer for one of
    /// its own.
    boolean awaitsDisk();

    /// The epoch that it serves clients in; [#NONE] while it does not.
    long served();

    long NONE = -1;

    /// The last record that outlives it: what came later does not count.
    long keeps();

    /// When there was last a word of the leader, or of a quorum that follows this one, in milliseconds of the monotonic
    /// clock.
    long inTouchMs();

    /// Lets go of its connections.
    void end();
}
