// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.watch;

import org.jspecify.annotations.Nullable;

/// Which registrations at a path a client asks about, or wants to be rid of.
public enum WatchRemoval {
    CHILDREN(1),
    DATA(2),
    ANY(3),
    PERSISTENT(4),
    PERSISTENT_RECURSIVE(5);

    private static final WatchRemoval[] ALL = values();

    private final int number;

    WatchRemoval(int number) {
        this.number = number;
    }

    public int number() {
        return number;
    }

    /// The one with this number in `checkWatches` and `removeWatches`, or null.
    public static @Nullable WatchRemoval of(int number) {
        return number < 1 || number > ALL.length ? null : ALL[number - 1];
    }
}
