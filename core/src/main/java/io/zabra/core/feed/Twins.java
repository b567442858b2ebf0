// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.feed;

import io.zabra.core.feed.LearnerSeat.Phase;
import io.zabra.wire.quorum.QuorumPacket.LearnerInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/// Learners that say they are a server which is connected already, and up to date. Owned by the leader.
///
/// As a rule it is the same server, and its former connection is about to break, or is dead without anybody having
/// noticed. But it may be another one, with an id that it should not have. Then the one that works must not be thrown
/// out, over and over: the later one waits, and operators are told.
public final class Twins {

    /// Learns that two servers that both answer say that they are the same one, at these addresses.
    public interface Listener {
        void sameId(long sid, String first, String second);
    }

    /// @param older the connection that there was
    public record Waiting(LearnerSeat seat, LearnerInfo info, LearnerSeat older, long sinceMs) {}

    private final Supplier<List<LearnerSeat>> seats;
    private final int tickMs;
    private final Listener listener;
    private final List<Waiting> waiting = new ArrayList<>();
    private final List<Waiting> told = new ArrayList<>();
    private final List<LearnerSeat> admitted = new ArrayList<>();

    /// @param seats all learners
    /// @param tickMs time in which one that lives gives a sign of life
    public Twins(Supplier<List<LearnerSeat>> seats, int tickMs, Listener listener) {
        this.seats = seats;
        this.tickMs = tickMs;
        this.listener = listener;
    }

    /// Whether the learner, which has introduced itself, has to wait.
    public boolean holds(LearnerSeat seat, LearnerInfo info, long nowMs) {
        if (admitted.remove(seat)) {
            return false;
        }
        for (LearnerSeat other : seats.get()) {
            if (other != seat && other.sid() == info.sid() && other.phase() == Phase.ACTIVE) {
                waiting.add(new Waiting(seat, info, other, nowMs));
                return true;
            }
        }
        return false;
    }

    /// Those that need not wait any more: the other connection is gone, or has been silent since.
    public List<Waiting> due(long nowMs) {
        if (waiting.isEmpty()) {
            return List.of();
        }
        waiting.removeIf(learner -> !seats.get().contains(learner.seat()));
        told.retainAll(waiting);
        List<Waiting> due = new ArrayList<>();
        for (Waiting learner : waiting) {
            boolean gone = !seats.get().contains(learner.older());
            // It is asked for a sign of life twice in a tick. What was under way already may come a little later.
            boolean judged = nowMs - learner.sinceMs() > tickMs;
            boolean alive = learner.older().heardMs() > learner.sinceMs() + tickMs / 4;
            if (gone || judged && !alive) {
                due.add(learner);
            } else if (judged && !told.contains(learner)) {
                told.add(learner);
                listener.sameId(
                        learner.info().sid(),
                        learner.older().link().remote(),
                        learner.seat().link().remote());
            }
        }
        waiting.removeAll(due);
        due.forEach(learner -> admitted.add(learner.seat()));
        return due;
    }
}
