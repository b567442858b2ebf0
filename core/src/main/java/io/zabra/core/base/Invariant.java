// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.base;

import org.jspecify.annotations.Nullable;

/// Checks of what must hold at all times; always on, also in production.
public final class Invariant {

    private Invariant() {}

    /// Throws [InvariantViolation] when `holds` is false. `message` says what must hold.
    @Contract("false, _ -> fail")
    public static void check(boolean holds, String message) {
        if (!holds) {
            throw new InvariantViolation(message);
        }
    }

    /// As [#check(boolean, String)], with values that are only formatted when the check fails.
    @Contract("false, _, _, _ -> fail")
    public static void check(boolean holds, String format, long first, long second) {
        if (!holds) {
            throw new InvariantViolation(String.format(format, first, second));
        }
    }

    /// As [#check(boolean, String)], with a value that is only formatted when the check fails.
    @Contract("false, _, _ -> fail")
    public static void check(boolean holds, String format, long value) {
        if (!holds) {
            throw new InvariantViolation(String.format(format, value));
        }
    }

    /// As [#check(boolean, String)], with values that are only formatted when the check fails.
    @Contract("false, _, _ -> fail")
    public static void check(boolean holds, String format, Object... values) {
        if (!holds) {
            throw new InvariantViolation(String.format(format, values));
        }
    }

    /// Returns `value`, which must not be null here.
    public static <T> T present(@Nullable T value) {
        if (value == null) {
            throw new InvariantViolation("a value that must be present is absent");
        }
        return value;
    }
}
