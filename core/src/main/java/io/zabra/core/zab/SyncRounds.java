// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.zab;

import io.zabra.core.base.Now;
import io.zabra.core.feed.LearnerSeat;
import io.zabra.wire.quorum.QuorumPacket;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Answers what only a leader can answer that still is one: `sync`, and that there is no such session. What is read
/// after the answer to a `sync` shows every write that was acknowledged to anybody before the question. And a successor
/// that this server does not know of yet may have made the session.
///
/// Whether this server still leads, only others can tell. So a question waits for a round of pings that began after it
/// came, and that a quorum has answered. All that come while a round is under way share the next one. Owned by the
/// leader.
final class SyncRounds {

    /// One question in work.
    ///
    /// @param asker the learner whose client asked; null for this server's own
    /// @param zxid the last proposal when it came: it must be committed before the answer, and for a `sync` the asker
    ///     told so
    /// @param claim the session that a client wants to go on with; null for a `sync`
    private record Pending(@Nullable LearnerSeat asker, long zxid, QuorumPacket.@Nullable Revalidate claim) {}

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
        waiting.add(new Pending(asker, lastProposed, null));
        if (asker != null) {
            asker.syncAsked(lastProposed);
        }
    }

    /// Answers a learner whose client wants to go on with a session: at once if it lives.
    void claimed(LearnerSeat asker, QuorumPacket.Revalidate claim, long lastProposed, Replica replica) {
        if (replica.revalidate(asker, claim.sessionId(), claim.timeoutMs())) {
            asker.send(new QuorumPacket.Revalidated(claim.sessionId(), true));
        } else {
            deny(asker, claim, lastProposed);
        }
    }

    /// Asks on behalf of a client whose session is not known here, or about to end.
    void deny(@Nullable LearnerSeat asker, QuorumPacket.Revalidate claim, long lastProposed) {
        waiting.add(new Pending(asker, lastProposed, claim));
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
            Pending next = all.next();
            LearnerSeat asker = next.asker();
            QuorumPacket.Revalidate claim = next.claim();
            long reached = asker == null || claim != null ? applied : asker.commitSent();
            if (reached < next.zxid()) {
                continue;
            }
            all.remove();
            if (claim != null) {
                answer(asker, claim, replica, now);
            } else if (asker == null) {
                replica.synced(next.zxid(), now);
            } else {
                asker.send(new QuorumPacket.Sync());
                asker.syncAnswered();
                feed.accept(asker);
            }
        }
    }

    private static void answer(@Nullable LearnerSeat asker, QuorumPacket.Revalidate claim, Replica replica, Now now) {
        if (asker == null) {
            replica.confirmed(claim.sessionId(), now);
        } else {
            boolean valid = replica.revalidate(asker, claim.sessionId(), claim.timeoutMs());
            asker.send(new QuorumPacket.Revalidated(claim.sessionId(), valid));
        }
    }

    /// How many `sync`s are not answered.
    int pending() {
        return syncs(waiting) + syncs(inRound) + syncs(confirmed);
    }

    private static int syncs(Iterable<Pending> questions) {
        int count = 0;
        for (Pending each : questions) {
            count += each.claim() == null ? 1 : 0;
        }
        return count;
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
