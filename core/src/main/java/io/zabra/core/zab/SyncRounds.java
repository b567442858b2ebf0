// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.zab;

import io.zabra.core.base.Now;
import io.zabra.wire.quorum.QuorumPacket;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Answers `sync`: what is read after the answer shows every write that was acknowledged to anybody before the
/// question.
///
/// That holds only if this server still leads, which only others can tell. So a `sync` waits for a round of pings
/// that began after it came, and that a quorum has answered. All that come while a round is under way share the next
/// one. Owned by the leader.
final class SyncRounds {

    /// One `sync` in work.
    ///
    /// @param asker the learner whose client asked; null for this server's own
    /// @param zxid the last proposal when it came: it must be committed, and the asker told so, before the answer
    private record Pending(@Nullable LearnerSeat asker, long zxid) {}

    private final long self;
    private final Members members;
    private final Map<LearnerSeat, Long> answersWanted = new LinkedHashMap<>();
    private final ArrayDeque<Pending> waiting = new ArrayDeque<>();
    private final ArrayDeque<Pending> inRound = new ArrayDeque<>();
    private final ArrayDeque<Pending> confirmed = new ArrayDeque<>();

    SyncRounds(long self, Members members) {
        this.self = self;
        this.members = members;
    }

    void ask(@Nullable LearnerSeat asker, long lastProposed) {
        waiting.add(new Pending(asker, lastProposed));
        if (asker != null) {
            asker.syncAsked(lastProposed);
        }
    }

    /// Begins a round if somebody waits for one, and ends it when a quorum has answered.
    void poll(Iterable<LearnerSeat> seats, long lastProposed) {
        if (!inRound.isEmpty() && members.quorums().isQuorum(sid -> sid == self || hasAnswered(sid))) {
            confirmed.addAll(inRound);
            inRound.clear();
        }
        if (inRound.isEmpty() && !waiting.isEmpty()) {
            inRound.addAll(waiting);
            waiting.clear();
            answersWanted.clear();
        }
        if (inRound.isEmpty()) {
            return;
        }
        // Who came while the round is under way takes part too: it may be needed for a quorum.
        for (LearnerSeat seat : seats) {
            if (seat.phase() == LearnerSeat.Phase.ACTIVE && !seat.observer() && !answersWanted.containsKey(seat)) {
                seat.ping(lastProposed);
                answersWanted.put(seat, seat.pingsSent());
            }
        }
        if (members.quorums().isQuorum(sid -> sid == self)) {
            confirmed.addAll(inRound);
            inRound.clear();
        }
    }

    /// Gives the answers that are due.
    ///
    /// @param feed tells a learner what is committed, as far as it may be told before its next answer
    void answer(long applied, Replica replica, Consumer<LearnerSeat> feed, Now now) {
        Iterator<Pending> all = confirmed.iterator();
        while (all.hasNext()) {
            Pending sync = all.next();
            LearnerSeat asker = sync.asker();
            if (asker == null && applied >= sync.zxid()) {
                replica.synced(sync.zxid(), now);
                all.remove();
            } else if (asker != null && asker.commitSent() >= sync.zxid()) {
                asker.send(new QuorumPacket.Sync());
                asker.syncAnswered();
                all.remove();
                feed.accept(asker);
            }
        }
    }

    /// How many are not answered.
    int pending() {
        return waiting.size() + inRound.size() + confirmed.size();
    }

    /// A learner is gone: nobody waits there.
    void forget(LearnerSeat seat) {
        waiting.removeIf(sync -> sync.asker() == seat);
        inRound.removeIf(sync -> sync.asker() == seat);
        confirmed.removeIf(sync -> sync.asker() == seat);
        answersWanted.remove(seat);
    }

    private boolean hasAnswered(long sid) {
        for (Map.Entry<LearnerSeat, Long> wanted : answersWanted.entrySet()) {
            LearnerSeat seat = wanted.getKey();
            if (seat.sid() == sid && seat.pingsAnswered() >= wanted.getValue()) {
                return true;
            }
        }
        return false;
    }
}
