// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.zab;

import io.zabra.core.base.Now;
import io.zabra.core.feed.LearnerSeat;
import io.zabra.core.log.History;
import io.zabra.wire.quorum.QuorumPacket;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Answers what only a leader can answer that still is one. What is read after the answer to a `sync` shows every write
/// that was acknowledged to anybody before the question. A session that this server does not know, a successor may have
/// made that it does not know of either. And who comes with nothing may have helped to depose this server, and has
/// forgotten it.
///
/// Whether this server still leads, only others can tell. So a question waits for a round of pings that began after it
/// came, and that a quorum has answered. All that come while a round is under way share the next one. Owned by the
/// leader.
final class SyncRounds {

    private sealed interface Question {

        /// The learner that it is about, or whose client asked; null for this server's own clients.
        @Nullable
        LearnerSeat asker();
    }

    /// @param zxid the last proposal when it came: it must be committed, and the asker told so, before the answer
    private record Sync(@Nullable LearnerSeat asker, long zxid) implements Question {}

    /// A client wants to go on with a session.
    ///
    /// @param zxid the last proposal when it came: it must be applied before the answer
    private record Claim(@Nullable LearnerSeat asker, long zxid, QuorumPacket.Revalidate claim) implements Question {}

    /// A client goes on with a session. Its new server tells by session and xid what it asked for, and clients may
    /// give their requests the same numbers on each connection.
    ///
    /// @param zxid the last proposal when it came: the asker must be sent it before the answer
    private record Grant(LearnerSeat asker, long zxid, long sessionId) implements Question {}

    /// A learner has come that has nothing.
    private record Arrival(LearnerSeat asker) implements Question {}

    private final long self;
    private final Members members;
    private final Map<LearnerSeat, Long> answersWanted = new LinkedHashMap<>();
    private final ArrayDeque<Question> waiting = new ArrayDeque<>();
    private final ArrayDeque<Question> inRound = new ArrayDeque<>();
    private final ArrayDeque<Question> confirmed = new ArrayDeque<>();

    SyncRounds(long self, Members members) {
        this.self = self;
        this.members = members;
    }

    void ask(@Nullable LearnerSeat asker, long lastProposed) {
        waiting.add(new Sync(asker, lastProposed));
        if (asker != null) {
            asker.asks();
            asker.syncAsked(lastProposed);
        }
    }

    /// Answers a learner whose client wants to go on with a session: if it lives, as soon as the learner was sent what
    /// is proposed already.
    void claimed(LearnerSeat asker, QuorumPacket.Revalidate claim, long lastProposed, Replica replica) {
        if (replica.revalidate(asker, claim.sessionId(), claim.timeoutMs())) {
            confirmed.add(new Grant(asker, lastProposed, claim.sessionId()));
            asker.asks();
        } else {
            deny(asker, claim, lastProposed);
        }
    }

    /// Asks on behalf of a client whose session is not known here, or about to end.
    void deny(@Nullable LearnerSeat asker, QuorumPacket.Revalidate claim, long lastProposed) {
        waiting.add(new Claim(asker, lastProposed, claim));
        if (asker != null) {
            asker.asks();
        }
    }

    /// Asks on behalf of a learner that has come with nothing: [LearnerSeat#confirmed].
    void arrived(LearnerSeat newcomer) {
        waiting.add(new Arrival(newcomer));
    }

    /// Begins a round if somebody waits for one, and ends it when a quorum has answered.
    void poll(Iterable<LearnerSeat> seats, long lastProposed) {
        if (!inRound.isEmpty() && members.quorums().isQuorum(sid -> sid == self || hasAnswered(sid))) {
            confirm();
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
            confirm();
        }
    }

    private void confirm() {
        for (Question each : inRound) {
            if (each instanceof Arrival(LearnerSeat newcomer)) {
                newcomer.confirm();
            } else {
                confirmed.add(each);
            }
        }
        inRound.clear();
    }

    /// Gives the answers that are due.
    ///
    /// @param feed tells a learner what is committed, as far as it may be told before its next answer
    void answer(History history, Replica replica, Consumer<LearnerSeat> feed, Now now) {
        for (int left = confirmed.size(); left > 0; left--) {
            Question next = confirmed.remove();
            Question rest = switch (next) {
                case Sync sync -> answered(sync, history.applied(), replica, feed, now) ? null : sync;
                case Claim claim -> rest(claim, history, replica, now);
                case Grant grant -> answered(grant) ? null : grant;
                case Arrival _ -> null;
            };
            if (rest != null) {
                confirmed.add(rest);
            }
        }
    }

    private static boolean answered(Sync sync, long applied, Replica replica, Consumer<LearnerSeat> feed, Now now) {
        LearnerSeat asker = sync.asker();
        if ((asker == null ? applied : asker.commitSent()) < sync.zxid()) {
            return false;
        }
        if (asker == null) {
            replica.synced(sync.zxid(), now);
        } else {
            asker.send(new QuorumPacket.Sync());
            asker.isAnswered();
            asker.syncAnswered();
            feed.accept(asker);
        }
        return true;
    }

    private static boolean answered(Grant grant) {
        if (grant.asker().sent() < grant.zxid()) {
            return false;
        }
        grant.asker().send(new QuorumPacket.Revalidated(grant.sessionId(), true));
        grant.asker().isAnswered();
        return true;
    }

    /// What is left to be answered; null if it is answered wholly.
    private static @Nullable Question rest(Claim asked, History history, Replica replica, Now now) {
        if (history.applied() < asked.zxid()) {
            return asked;
        }
        LearnerSeat asker = asked.asker();
        QuorumPacket.Revalidate claim = asked.claim();
        if (asker == null) {
            replica.confirmed(claim.sessionId(), now);
            return null;
        }
        if (replica.revalidate(asker, claim.sessionId(), claim.timeoutMs())) {
            Grant grant = new Grant(asker, history.lastAppended(), claim.sessionId());
            return answered(grant) ? null : grant;
        }
        asker.isAnswered();
        asker.send(new QuorumPacket.Revalidated(claim.sessionId(), false));
        return null;
    }

    /// How many `sync`s are not answered.
    int pending() {
        return syncs(waiting) + syncs(inRound) + syncs(confirmed);
    }

    private static int syncs(Iterable<Question> questions) {
        int count = 0;
        for (Question each : questions) {
            count += each instanceof Sync ? 1 : 0;
        }
        return count;
    }

    /// A learner is gone: nobody waits there.
    void forget(LearnerSeat seat) {
        waiting.removeIf(each -> each.asker() == seat);
        inRound.removeIf(each -> each.asker() == seat);
        confirmed.removeIf(each -> each.asker() == seat);
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
