// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.zab;

import io.zabra.core.feed.LearnerSeat;
import io.zabra.core.feed.LearnerSeat.Phase;
import io.zabra.core.feed.PeerLink;
import io.zabra.core.log.Epochs;
import io.zabra.core.log.Proposals;
import io.zabra.core.quorum.Membership;
import io.zabra.wire.quorum.Dialect;
import io.zabra.wire.quorum.QuorumPacket;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.LongPredicate;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// All learners of a leader, in the order in which they came, and how many of them decide. Owned by the leader.
final class Seats implements Iterable<LearnerSeat> {

    private static final int SEATS_MAX = 1_024;
    private static final long NEVER = Long.MAX_VALUE;

    private final long self;
    private final Members members;
    private final List<LearnerSeat> all = new ArrayList<>();
    private long quorumSeenMs;
    /// What voters had on their disks when they left.
    private final TreeMap<Long, Long> acknowledged = new TreeMap<>();
    /// Voters that look for another leader, and are not connected.
    private final TreeSet<Long> deserters = new TreeSet<>();
    private LongPredicate unreachable = _ -> false;
    /// Since when no quorum has been in sight.
    private long inVainSinceMs = NEVER;

    /// @param self the leader's own id
    Seats(long self, Members members) {
        this.self = self;
        this.members = members;
    }

    void add(PeerLink link, long nowMs) {
        all.add(new LearnerSeat(link, nowMs));
    }

    /// Why a learner that introduces itself so gets no place; null if it does.
    ///
    /// @param accepted the last epoch that the leader has accepted
    @Nullable
    String objection(QuorumPacket.LearnerInfo info, long accepted) {
        String ofMembers = members.objection(info);
        if (ofMembers != null) {
            return ofMembers;
        }
        if (all.size() > SEATS_MAX && members.quorums().member(info.sid()) == null) {
            return "it is no member, and there are too many learners";
        }
        boolean far = info.acceptedEpoch() - accepted > Epochs.STEP_MAX;
        return far ? "it has accepted epoch " + info.acceptedEpoch() + ", which cannot be" : null;
    }

    void remove(LearnerSeat seat) {
        all.remove(seat);
        if (votes(seat)) {
            acknowledged.merge(seat.sid(), seat.acked(), Math::max);
        }
    }

    /// Tells operators if a learner that is back has less than it has acknowledged to this leader. It gets what it
    /// lacks, as any learner. Apache's may lack some of that: they tell what is in the tree.
    void noteForgotten(LearnerSeat seat, PeerEffects out) {
        long before = acknowledged.getOrDefault(seat.sid(), -1L);
        boolean asksForAll = seat.lastZxid() < 0;
        if (!asksForAll && seat.lastZxid() < before && !seat.dialect().equals(Dialect.APACHE)) {
            out.event(new ZabEvent.LearnerForgot(seat.sid(), seat.lastZxid(), before));
        }
    }

    void clear() {
        all.clear();
    }

    int count() {
        return all.size();
    }

    int count(Predicate<LearnerSeat> such) {
        int count = 0;
        for (LearnerSeat seat : all) {
            count += such.test(seat) ? 1 : 0;
        }
        return count;
    }

    /// Who cannot be reached by those who elect.
    ///
    /// @param sids asked from now on
    void unreachable(LongPredicate sids) {
        unreachable = sids;
    }

    /// A voter looks for another leader, or has found one.
    ///
    /// @return whether all others together are no quorum
    boolean deserted(long voter) {
        if (voterIs(voter, _ -> true)) {
            // What it said may be older than its connection. If not, that will break.
            return false;
        }
        deserters.add(voter);
        return !mayCome(_ -> true);
    }

    /// A server has come, whatever it has said before.
    void returned(long sid) {
        deserters.remove(sid);
    }

    /// Whether no quorum comes any more, because voters have gone elsewhere and others cannot be reached. These may
    /// only have changed their connections, or have started again, so there is a grace.
    boolean areWaitedForInVain(int graceMs, long nowMs) {
        boolean inVain = !deserters.isEmpty() && !mayCome(sid -> !unreachable.test(sid) || voterIs(sid, _ -> true));
        inVainSinceMs = inVain ? Math.min(inVainSinceMs, nowMs) : NEVER;
        return inVain && nowMs - inVainSinceMs > graceMs;
    }

    /// Whether the voters that have not gone elsewhere, as far as they are such, are a quorum with the leader.
    private boolean mayCome(LongPredicate such) {
        return members.quorums().isQuorum(sid -> sid == self || !deserters.contains(sid) && such.test(sid));
    }

    /// A quorum has entered the epoch.
    void beginEpoch(long nowMs) {
        quorumSeenMs = nowMs;
    }

    /// Why there is no quorum behind the leader any more; null if there may be one. Who says nothing for a tick, in
    /// which two pings lie, may be cut off though its connection stands. Who has no connection for a tick has another
    /// leader.
    @Nullable
    String reasonToEnd(Timing timing, long nowMs) {
        if (quorum(seat -> seat.phase() == Phase.ACTIVE && nowMs - seat.heardMs() <= timing.tickMs(), true)) {
            quorumSeenMs = nowMs;
        }
        int patienceMs = quorum(_ -> true, true) ? timing.syncMs() : timing.tickMs();
        return nowMs - quorumSeenMs > patienceMs ? "no quorum follows any more" : null;
    }

    /// Whether its server has a vote.
    boolean votes(LearnerSeat seat) {
        return members.quorums().isVoter(seat.sid());
    }

    /// When a quorum had been heard lately.
    long quorumSeenMs() {
        return quorumSeenMs;
    }

    /// Who they are, to look at, with what else there is to say.
    Ensemble.Learners learners(int pendingSyncs, long sinceMs, Proposals.Sizes sizes) {
        int active = count(seat -> seat.phase() == Phase.ACTIVE);
        int followers = count(seat -> seat.phase() == Phase.ACTIVE && !seat.observer());
        int voters = count(seat -> seat.phase() == Phase.ACTIVE && !seat.observer() && votes(seat));
        var synced = new Ensemble.Synced(followers, followers - voters, active - followers);
        return new Ensemble.Learners(all.size(), synced, pendingSyncs, sinceMs, sizes);
    }

    List<LearnerSeat> all() {
        return Collections.unmodifiableList(all);
    }

    /// Those that are here now, whatever becomes of them meanwhile.
    List<LearnerSeat> copy() {
        return List.copyOf(all);
    }

    @Override
    public Iterator<LearnerSeat> iterator() {
        return all.iterator();
    }

    @Nullable
    LearnerSeat of(PeerLink link) {
        for (LearnerSeat seat : all) {
            if (seat.link() == link) {
                return seat;
            }
        }
        return null;
    }

    /// Of the voters that are such the one that has most of the log, of several the one that an election prefers; null
    /// if there is none.
    @Nullable
    LearnerSeat best(Predicate<LearnerSeat> such) {
        return all.stream()
                .filter(such)
                .filter(seat -> !seat.observer() && members.committed().weight(seat.sid()) > 0)
                .max(Comparator.comparingLong((LearnerSeat seat) -> seat.acked())
                        .thenComparingLong(LearnerSeat::sid))
                .orElse(null);
    }

    /// Whether all other voters have come so far.
    boolean haveAllReached(Phase phase) {
        Membership committed = members.committed();
        return committed.voters().stream()
                .filter(sid -> sid != self && committed.weight(sid) > 0)
                .allMatch(sid -> voterIs(sid, seat -> seat.hasReached(phase)));
    }

    /// Whether a quorum of each membership is such; `own` says whether the leader is.
    boolean quorum(Predicate<LearnerSeat> such, boolean own) {
        return members.quorums().isQuorum(sid -> sid == self ? own : voterIs(sid, such));
    }

    /// Asks all whose acceptance of the epoch counts whether they still know of it, since there is one more.
    void confirmAcceptances(long zxid) {
        for (LearnerSeat seat : all) {
            if (seat.hasAccepted() && !seat.dialect().equals(Dialect.APACHE)) {
                seat.ping(zxid);
            }
        }
    }

    /// Whether a quorum has accepted the epoch, and was there with its acceptances when the last of them had come. Who
    /// answers later than that, and loses its disk, can be taken in by no earlier leader: that one would need the word
    /// of a quorum of others, and these have promised not to give it.
    ///
    /// @param count of acceptances that have come
    boolean haveAccepted(int count) {
        for (int last = 0; last <= count; last++) {
            int until = last;
            if (quorum(seat -> seat.hasConfirmed(until), true)) {
                return true;
            }
        }
        return false;
    }

    /// The last record that a quorum of each membership has, or `known` if that is later.
    ///
    /// @param own what the leader has on its disk
    long committable(long known, long own) {
        long best = known;
        if (own > best && has(own, own)) {
            best = own;
        }
        for (LearnerSeat seat : all) {
            if (seat.acked() > best && has(seat.acked(), own)) {
                best = seat.acked();
            }
        }
        return best;
    }

    private boolean has(long zxid, long own) {
        return quorum(seat -> seat.acked() >= zxid, own >= zxid);
    }

    /// Whether the voter `sid` is connected, and such.
    boolean voterIs(long sid, Predicate<LearnerSeat> such) {
        for (LearnerSeat seat : all) {
            if (seat.sid() == sid && !seat.observer() && such.test(seat)) {
                return true;
            }
        }
        return false;
    }
}
