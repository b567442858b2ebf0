// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.zab;

import io.zabra.core.election.Vote;
import io.zabra.core.log.Epochs;
import io.zabra.core.log.History;
import io.zabra.core.log.Replacement;
import io.zabra.core.log.Zxid;
import org.jspecify.annotations.Nullable;

/// What stands between a learner and its leader: why it asks for a snapshot in place of what it has, and whether the
/// leader's history is one that it can take over. Owned by the learner.
///
/// The tree can be wrong while the log is right: the leader wants to undo what it holds, or foretells another digest.
/// Then this server asks the same leader for a snapshot, by connecting anew as one that has nothing. It has promised
/// this epoch before, so this acceptance does not count as one: nobody takes it for proof that nothing was there.
///
/// No leader of this ensemble lacks what is committed here. One that does leads another ensemble, or one that has lost
/// data, and nobody here can tell which. While its history ends before what is committed here, it is refused, and
/// operators are told. From then on this server takes no record that both logs have for proof that they agree: the
/// numbers of another ensemble are the same. It takes a snapshot of a leader that has gone further, or nothing.
final class Misgivings {

    /// What a server tells to have that wants a snapshot: it is before every record and every beginning of an epoch.
    private static final long NOTHING = -1;

    /// An earlier epoch than the own one is no wonder while a leader has not heard yet that it leads no longer. Who
    /// still leads it when it was asked for so often, leads another ensemble.
    private static final int EARLIER_EPOCHS_MAX = 4;

    /// How often in a row a server has refused the leader.
    ///
    /// @param epochs because its epoch was before one that was accepted
    /// @param histories because its history ended before what is committed
    record Past(long leader, int epochs, int histories) {

        /// There is nothing.
        static final Past NONE = new Past(Vote.NONE.leader(), 0, 0);

        /// By this count pauses grow. An earlier epoch may be that of a leader which is about to find out, so there
        /// the next question is never far.
        int refusals() {
            return Math.min(epochs, EARLIER_EPOCHS_MAX) + histories;
        }
    }

    private final long leader;
    private final History history;
    private final PeerEffects out;
    private Past past;
    private @Nullable String snapshotWanted;
    private boolean claimedNothing;

    Misgivings(long leader, History history, PeerEffects out) {
        this.leader = leader;
        this.history = history;
        this.out = out;
        this.past = new Past(leader, 0, 0);
    }

    /// What this server has found with the leader before this role began, if it was the same leader.
    void begin(Past found) {
        past = found.leader() == leader ? found : past;
    }

    /// The same, with what it has found since.
    Past past() {
        return past;
    }

    /// Why the leader is asked for a snapshot; null if it is not.
    @Nullable
    String snapshotWanted() {
        return snapshotWanted;
    }

    /// A snapshot is wanted, for this reason. There is no need to tell operators of a server that has nothing.
    void hasNothing() {
        snapshotWanted = "this server has nothing";
    }

    /// Remembers what was wrong before this role began.
    void recall() {
        if (snapshotWanted == null && (history.lost() || history.suspect())) {
            String why = history.lost() ? "this server has lost what it had" : "what is here is known to be wrong";
            if (past.refusals() == 0) {
                out.event(new ZabEvent.SnapshotWanted(leader, why));
            }
            snapshotWanted = why;
        }
    }

    /// What this server tells to have on its disk.
    ///
    /// @param counts whether its acceptance of the epoch counts, and must not hide anything
    long claim(boolean counts) {
        claimedNothing = snapshotWanted != null && !counts;
        return claimedNothing ? NOTHING : history.lastDurable();
    }

    /// Whether the leader knows that this server wants a snapshot.
    boolean claimedNothing() {
        return claimedNothing;
    }

    void want(String why) {
        if (!why.equals(snapshotWanted)) {
            out.event(new ZabEvent.SnapshotWanted(leader, why));
        }
        snapshotWanted = why;
    }

    /// The leader lacks what is in the tree here behind `zxid`. Why a snapshot is wanted for that.
    String lacks(long zxid) {
        disagrees(zxid);
        return "the leader lacks what is behind " + Zxid.text(zxid) + " and in the tree here";
    }

    /// The leader's epoch is before one that this server has accepted. Why it cannot be followed.
    ///
    /// An observer has accepted what a quorum had accepted. No voter need end the leadership for it.
    String earlier(long epoch, Epochs own, boolean observer) {
        past = new Past(leader, past.epochs() + (observer ? 1 : 0), past.histories());
        if (observer && past.epochs() == EARLIER_EPOCHS_MAX) {
            out.event(new ZabEvent.LaterEpoch(leader, epoch, own.accepted()));
        }
        if (past.epochs() >= EARLIER_EPOCHS_MAX && own.current() > epoch && !history.suspect()) {
            disagrees(0);
        }
        return "the leader's epoch " + epoch + " is before " + own.accepted() + ", which was accepted";
    }

    /// Whether the leader's history goes as far as what is committed here; if not, why it is refused.
    ///
    /// @param end of the leader's history
    @Nullable
    String objection(long end) {
        if (end >= history.proven()) {
            return null;
        }
        // A leader that knows no record of the last epoch here sends a snapshot and asks for nothing to be undone.
        if (history.agreesUpTo() < 0) {
            disagrees(end);
        }
        past = new Past(leader, past.epochs(), past.histories() + 1);
        if (past.histories() == 1) {
            out.event(new ZabEvent.LeaderRefused(leader, end, history.proven(), ZabEvent.LeaderRefused.REMEDY));
        }
        return "the leader's history ends at " + Zxid.text(end) + ", but more is committed";
    }

    /// Remembers that a leader lacks what is committed here, and may agree up to `zxid`.
    private void disagrees(long zxid) {
        history.disagrees(zxid);
        out.suspectTree();
    }

    /// Tells operators if what is about to be replaced is not part of what replaces it.
    void givesUp(Replacement all) {
        long common = all.lacks(history.proven()) ? all.snapshot().zxid() : history.agreesUpTo();
        if (common >= 0) {
            out.event(new ZabEvent.HistoryGivenUp(leader, common, history.applied()));
        }
    }
}
