// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.simulator.world;

import io.zabra.core.base.Now;
import io.zabra.core.base.Prng;

/// The clocks of one machine: both run too fast or too slow, and that on the wall is set now and then.
public final class WrongClock {

    private static final long MS = 1_000_000L;
    private static final long WALL_MS = 1_700_000_000_000L;
    /// How wrong clocks go.
    private static final int PERMILLE_OFF = 30;

    private final Timeline time;
    private final long permille;
    private long offsetMs;

    public WrongClock(Timeline time, Prng random) {
        this.time = time;
        this.offsetMs = random.below(20_000) - 10_000L;
        this.permille = 1_000L + random.below(2 * PERMILLE_OFF) - PERMILLE_OFF;
    }

    /// Somebody sets the one on the wall.
    public void set(long byMs) {
        offsetMs += byMs;
    }

    public Now now() {
        long ownNs = time.nowNs() / 1_000 * permille;
        return new Now(ownNs, WALL_MS + offsetMs + ownNs / MS);
    }
}
