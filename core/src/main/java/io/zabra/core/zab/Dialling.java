// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.zab;

import io.zabra.core.base.Now;

/// A learner's attempts to reach its leader: a new leader may need a moment to open its port. Owned by the learner.
final class Dialling {

    /// The pause before the leader is called once more. It doubles, up to a limit.
    private static final int PAUSE_MS_MIN = 10;

    private static final int PAUSE_MS_MAX = 160;

    /// The longest pause of a server that nobody takes on.
    private static final int REFUSED_MS_MAX = 1_280;

    /// The same of a server that refuses its leader. Hardly anything changes before somebody looks after it; but when
    /// it does, as when others have elected another leader, nobody tells it.
    private static final int REFUSES_MS_MAX = 10_000;

    /// As often, which is about a second in all.
    private static final int DIALS_MAX = 10;

    private final long leader;
    private final PeerEffects out;
    private long dueMs = Long.MAX_VALUE;
    private int dials;

    Dialling(long leader, PeerEffects out) {
        this.leader = leader;
        this.out = out;
    }

    void begin() {
        dials = 0;
        out.dial(leader);
    }

    /// As [#begin()], but a server that has failed several times in a row takes its time, and more of it if it has
    /// refused the leader itself.
    ///
    /// @return for how long it waits because it has refused the leader
    int begin(Now now, int failures, int refusals) {
        int pauseMs = failures < 2 ? 0 : Math.min(PAUSE_MS_MIN << Math.min(failures, 7), REFUSED_MS_MAX);
        if (refusals > 1) {
            pauseMs = Math.min(REFUSED_MS_MAX << Math.min(refusals - 2, 6), REFUSES_MS_MAX);
        }
        if (pauseMs == 0) {
            begin();
        } else {
            dials = 0;
            dueMs = now.monotonicMs() + pauseMs;
        }
        return refusals > 1 ? pauseMs : 0;
    }

    void reached() {
        dueMs = Long.MAX_VALUE;
    }

    /// An attempt has come to nothing; false if it was the last one.
    boolean failed(Now now) {
        dials++;
        dueMs = now.monotonicMs() + Math.min(PAUSE_MS_MIN << (dials - 1), PAUSE_MS_MAX);
        return dials < DIALS_MAX;
    }

    /// When the next one is due, on the monotonic clock.
    long dueMs() {
        return dueMs;
    }

    void tick(Now now) {
        if (now.monotonicMs() >= dueMs) {
            dueMs = Long.MAX_VALUE;
            out.dial(leader);
        }
    }
}
