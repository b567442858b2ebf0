// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.zab;

import io.zabra.core.election.Vote;
import io.zabra.core.feed.SyncPlan;
import org.jspecify.annotations.Nullable;

/// Something that operators want to know of the ensemble.
public sealed interface ZabEvent {

    /// This server looks for a leader, with the history that it has.
    record Looking(long epoch, long lastZxid) implements ZabEvent {}

    /// There has been no leader for long; clients that want to read only are served now.
    record ReadOnly() implements ZabEvent {}

    /// The others have chosen this server, or this server has chosen another one to follow.
    record Elected(long leader) implements ZabEvent {}

    /// This server leads an epoch, and serves.
    record EpochBegun(long epoch, long lastZxid) implements ZabEvent {}

    /// This server no longer leads.
    record LeadershipLost(long epoch, String reason) implements ZabEvent {}

    /// A learner has the same history as this leader.
    ///
    /// @param way how it got there
    record LearnerSynced(long sid, boolean observer, SyncPlan way) implements ZabEvent {}

    /// A learner has less than it has acknowledged to this leader: its disk is an older one.
    record LearnerForgot(long sid, long lastZxid, long acknowledged) implements ZabEvent {}

    /// This server was in a later epoch than the leader that others follow. If that leader has a quorum, the data here
    /// is of another ensemble. A voter is refused by the leader then; an observer waits until there is a later epoch.
    record LaterEpoch(long leader, long epoch, long own) implements ZabEvent {}

    /// A server follows and has no vote, because the list of the members does not have it: it is not added yet, or was
    /// removed. Told by both sides.
    record WithoutVote(long server, long leader) implements ZabEvent {}

    /// Another server has another list of the members than this one, and nobody has changed them.
    ///
    /// @param servers in its list
    /// @param own in the list of this one
    record ListsDiffer(long server, String servers, String own) implements ZabEvent {}

    /// Two servers that both answer say that they are the same one. The later one waits.
    record SameId(long server, String first, String second) implements ZabEvent {}

    /// This server has found no leader for long.
    ///
    /// @param heard what the others say, and why that is not enough
    record StillLooking(long ms, String heard) implements ZabEvent {}

    /// A learner is gone, or was sent away.
    record LearnerLost(long sid, String reason) implements ZabEvent {}

    /// This server has the same history as its leader, and serves.
    record Following(long leader, long epoch, long lastZxid) implements ZabEvent {}

    /// This server has lost its leader, or given it up.
    record LeaderLost(long leader, String reason) implements ZabEvent {}

    /// Records that no leader knows were removed from the log.
    record Truncated(long zxid, long beforeZxid) implements ZabEvent {}

    /// The history of the leader ends at `zxid`, and more is committed here, up to `committed`: this server does not
    /// follow it. Told once, however often it is tried again.
    record LeaderRefused(long leader, long zxid, long committed, String remedy) implements ZabEvent {

        static final String REMEDY = "the leader's ensemble is another one, or has lost data: find out which of the two"
                + " is right; if it is the leader's, keep a copy of the folder here, and start with an empty one";
    }

    /// The leader lacks what this server has applied behind `zxid`, up to `lastZxid`, and has gone on without it: this
    /// server has given it up for a snapshot of the leader's. No history of this ensemble can be the reason.
    record HistoryGivenUp(long leader, long zxid, long lastZxid) implements ZabEvent {}

    /// The leader is asked for a snapshot in place of what is here.
    record SnapshotWanted(long leader, String reason) implements ZabEvent {}

    /// The tree is not as the leader foretold after that transaction, though it is the leader's.
    record Diverged(long leader, long zxid) implements ZabEvent {}

    /// A snapshot of the leader has replaced this server's own state.
    record SnapshotInstalled(long zxid, long beforeZxid) implements ZabEvent {}

    /// There is a new membership, and it is committed.
    ///
    /// @param zxid its version
    /// @param servers all of them, as `/zookeeper/config` has them, in one line
    record MembersChanged(long zxid, String servers) implements ZabEvent {}

    /// The members have changed, and this server goes on with its own list all the same, since here they may not.
    record MembersIgnored(long zxid, String servers) implements ZabEvent {}

    /// This server stops to lead in favour of another one (`leader`, or nobody in particular): it was asked to, or
    /// the members have changed.
    record HandsOver(long leader) implements ZabEvent {

        static HandsOver to(@Nullable Vote heir) {
            return new HandsOver(heir == null ? Vote.NONE.leader() : heir.leader());
        }
    }

    /// The leader has stopped to lead in favour of another one (`next`), because the members have changed.
    record LeaderHandsOver(long leader, long next) implements ZabEvent {}

    /// This server has stopped to lead in favour of another one (`heir`), and that one does not lead now.
    record HandOverFailed(long heir, long leader) implements ZabEvent {}
}
