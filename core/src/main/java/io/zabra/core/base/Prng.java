// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.base;

/// A small seeded generator of pseudo-random numbers (SplitMix64, Steele, Lea and Flood 2014).
///
/// The core and the simulator draw from nothing else, so that a seed is a whole bug report.
public final class Prng {

    private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

    private long state;

    public Prng(long seed) {
        state = seed;
    }

    public long next() {
        state += GOLDEN_GAMMA;
        long mixed = state;
        mixed = (mixed ^ (mixed >>> 30)) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
        return mixed ^ (mixed >>> 31);
    }

    /// A number from 0 up to and without `bound`, which must be above 0.
    public int below(int bound) {
        Invariant.check(bound > 0, "bound of a random number must be above 0");
        return (int) Long.remainderUnsigned(next(), bound);
    }

    public boolean chance(int percent) {
        return below(100) < percent;
    }

    /// A generator of its own, whose numbers do not depend on how many are drawn from this one later.
    public Prng fork() {
        return new Prng(next());
    }
}
