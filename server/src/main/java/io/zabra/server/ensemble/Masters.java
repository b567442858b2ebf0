// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.server.ensemble;

import io.zabra.core.quorum.Member;
import io.zabra.core.quorum.Membership;
import io.zabra.wire.quorum.HostPort;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// The servers that an observer learns from in place of the leader (Apache: the observer masters of QuorumPeer): all
/// voters, one after the other, in an order that each observer has for itself. Those that do not follow, as the leader,
/// do not answer. Used by the owner of the node.
final class Masters {

    /// Where to connect, and after which time.
    record Next(long sid, HostPort address, int pauseMs) {}

    /// After so many attempts, none may serve for another reason than that a leader was lost.
    private static final int ATTEMPTS_MIN = 20;

    private static final int ROUNDS_MIN = 3;

    private final int port;
    private final int pauseMsMax;
    private final RandomGenerator random;
    private final List<Member> order = new ArrayList<>();
    private @Nullable Membership of;
    private int next;
    /// Since this server last learned from one of them.
    private int attempts;

    /// @param port at which voters serve observers
    /// @param pauseMsMax how long the pause may be when all have been tried
    Masters(int port, int pauseMsMax, RandomGenerator random) {
        this.port = port;
        this.pauseMsMax = pauseMsMax;
        this.random = random;
    }

    /// How long to wait, so that not all observers come at once.
    int pauseMs() {
        return pauseMsMax == 0 ? 0 : random.nextInt(pauseMsMax);
    }

    Next next(Membership members) {
        if (!members.equals(of)) {
            of = members;
            order.clear();
            members.voters().forEach(sid -> order.add(Objects.requireNonNull(members.member(sid))));
            // The same for all would bring all observers to the same server.
            Collections.shuffle(order, random);
            next = 0;
        }
        int pauseMs = 0;
        if (next == order.size()) {
            next = 0;
            pauseMs = pauseMs();
        }
        attempts++;
        Member master = order.get(next++);
        return new Next(master.sid(), new HostPort(master.addresses().getFirst().host(), port), pauseMs);
    }

    /// One of them serves this server.
    void reached() {
        attempts = 0;
    }

    /// Whether all have been tried so often that it may be the setting.
    boolean inVain() {
        return attempts > Math.max(ATTEMPTS_MIN, ROUNDS_MIN * order.size());
    }
}
