// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.simulator.disk;

import io.zabra.core.base.Prng;

/// Decides, from the seed, which disk operations fail and how. Rates are in operations of ten thousand.
public final class DiskFaults {

    private static final int WHOLE = 10_000;

    /// What becomes of one operation.
    enum Verdict {
        FINE,
        ERROR,
        DOWN_BEFORE,
        DOWN_AFTER
    }

    private final Prng random;
    private int errorRate;
    private int downRate;
    private int downIn;
    private long errors;
    private long downs;

    public DiskFaults(Prng random) {
        this.random = random;
    }

    /// Sets the rates of errors and of power loss.
    public void rates(int newErrorRate, int newDownRate) {
        errorRate = newErrorRate;
        downRate = newDownRate;
    }

    /// The power goes at the operation with this number from now on; 0 for none.
    public void downIn(int operations) {
        downIn = operations;
    }

    Verdict next() {
        if (downIn > 0 && --downIn == 0) {
            downs++;
            return random.chance(50) ? Verdict.DOWN_BEFORE : Verdict.DOWN_AFTER;
        }
        if (downRate > 0 && random.below(WHOLE) < downRate) {
            downs++;
            return random.chance(50) ? Verdict.DOWN_BEFORE : Verdict.DOWN_AFTER;
        }
        if (errorRate > 0 && random.below(WHOLE) < errorRate) {
            errors++;
            return Verdict.ERROR;
        }
        return Verdict.FINE;
    }

    Prng random() {
        return random;
    }

    public long errors() {
        return errors;
    }

    public long downs() {
        return downs;
    }
}
