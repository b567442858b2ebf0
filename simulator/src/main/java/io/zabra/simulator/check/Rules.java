// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.simulator.check;

import java.util.function.Supplier;

/// Checks rules, and counts how often each was: a rule that nothing ever came near has not been checked.
public final class Rules {

    private final long[] checked = new long[Rule.values().length];

    /// Checks `rule` once.
    ///
    /// @param what says what is wrong; asked only if something is
    public void check(Rule rule, boolean holds, Supplier<String> what) {
        checked[rule.ordinal()]++;
        if (!holds) {
            throw new Violation(rule, what.get());
        }
    }

    /// How often `rule` was checked.
    public long checked(Rule rule) {
        return checked[rule.ordinal()];
    }
}
