// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.quorum;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/// The servers that an observer learns from in place of the leader (Apache: the observer masters of QuorumPeer): all
/// voters, one after the other, in an order that each observer has for itself. Those that do not follow, as the leader,
/// do not answer.
///
/// The leader itself comes when all have been tried in vain for a while. It may be the only voter, or the only one that
/// is left of those that this observer knows. Owned by the node.
public final class Masters {

    /// As often all voters are tried before the leader is.
    private static final int ROUNDS = 5;

    /// Where to connect, and after which time.
    ///
    /// @param leads whether it is the leader, at the port where it serves all learners
    public record Next(long sid, boolean leads, int pauseMs) {}

    private final int pauseMsMax;
    private final IntUnaryOperator random;
    private final List<Long> order = new ArrayList<>();
    private @Nullable Membership of;
    private int next;
    private int rounds;

    /// @param pauseMsMax how long the pause may be when all have been tried
    /// @param random draws a number below another
    public Masters(int pauseMsMax, IntUnaryOperator random) {
        this.pauseMsMax = pauseMsMax;
        this.random = random;
    }

    /// How long to wait, so that not all observers come at once.
    public int pauseMs() {
        return pauseMsMax == 0 ? 0 : random.applyAsInt(pauseMsMax);
    }

    /// Whom to try next.
    public Next next(Membership members, long leader) {
        if (!members.equals(of)) {
            of = members;
            order.clear();
            // The same order for all would bring all observers to the same server.
            members.voters().forEach(sid -> order.add(random.applyAsInt(order.size() + 1), sid));
            next = 0;
            rounds = 0;
        }
        int pauseMs = 0;
        if (next == order.size()) {
            next = 0;
            rounds++;
            if (rounds == ROUNDS) {
                rounds = 0;
                return new Next(leader, true, pauseMs());
            }
            pauseMs = pauseMs();
        }
        return new Next(order.get(next++), false, pauseMs);
    }

    /// The last voter in the order: the one that was tried before the leader.
    public long last() {
        return order.getLast();
    }

    /// This observer has found one to learn from.
    public void found() {
        rounds = 0;
    }
}
