// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.zab;

import io.zabra.core.base.Now;
import io.zabra.core.feed.LearnerSeat;
import io.zabra.core.feed.SnapshotSource;
import io.zabra.core.log.ReceivedSnapshot;
import io.zabra.core.quorum.Membership;
import io.zabra.core.tree.DataTree;
import io.zabra.wire.quorum.QuorumPacket;
import java.util.List;

/// What the order of transactions needs of the state machine that it drives: the tree, the sessions and their clients.
/// Called during a step by the owner of both.
public interface Replica extends SnapshotSource {

    /// Applies every record that the history releases. Stops behind the one after which the tree is found to be wrong
    /// ([#divergedAt]): others might not fit, and the next call goes on.
    void applyCommitted(Now now);

    /// Begins to serve clients as the leader of an epoch: everything before it is applied.
    void lead(Leader leader, long epoch, Now now);

    /// Begins to serve clients as a learner: everything that was committed when its leader said so is applied, or will
    /// be once the disk has it.
    void follow(Learner learner, long epoch, Now now);

    /// Stops to serve. Clients may stay for a while.
    ///
    /// @param inTouchMs when there was last a word of the leader, or of a quorum that follows this server, in
    ///     milliseconds of the monotonic clock
    void retire(long inTouchMs, Now now);

    /// Takes the state of a snapshot in place of its own.
    void install(ReceivedSnapshot snapshot, Now now);

    /// The tree, to look at.
    DataTree tree();

    /// Shows the members in the tree when no transaction does.
    void show(Membership members, Now now);

    /// The transaction after which the tree was not as the digest in it foretells; 0 if there is none. Anew after each
    /// [#install].
    long divergedAt();

    /// Leader: prepares and proposes what a client of a learner asks for.
    void forwarded(LearnerSeat from, QuorumPacket.Forward request, Now now);

    /// Leader: whether the session lives; it then belongs to the learner from now on.
    boolean revalidate(LearnerSeat from, long sessionId, int timeoutMs);

    /// Leader: this server still leads, and what it knows of a session that a client of its own claims is true.
    void confirmed(long sessionId, Now now);

    /// Leader, or follower with observers behind it: a learner has heard of the session.
    void touch(long sessionId, int timeoutMs);

    /// Follower: whether the session's requests may come from this observer; it then is their way from now on, unless
    /// there is another one.
    boolean comesBy(long observer, long sessionId);

    /// Follower: a request of an observer that is not the session's way any more goes to the leader, to fail there. Its
    /// outcome is no answer to what a client here asks for.
    ///
    /// @return false if there are too many of these
    boolean outdated(long sessionId, int cxid);

    /// Follower: the leader has granted the session to a client of this observer.
    void granted(long observer, long sessionId);

    /// Learner: the sessions that were heard of since the last call.
    List<QuorumPacket.Touch> touched();

    /// Learner: the leader's answer to [Learner#revalidate].
    void revalidated(long sessionId, boolean valid, Now now);

    /// Learner: the oldest of its syncs is complete once `zxid` is applied.
    void synced(long zxid, Now now);
}
