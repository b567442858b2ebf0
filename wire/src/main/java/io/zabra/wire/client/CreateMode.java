// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.wire.client;

import org.jspecify.annotations.Nullable;

/// Kinds of nodes, as the `flags` of the create requests number them.
public enum CreateMode {
    PERSISTENT,
    EPHEMERAL,
    PERSISTENT_SEQUENTIAL,
    EPHEMERAL_SEQUENTIAL,
    CONTAINER,
    PERSISTENT_WITH_TTL,
    PERSISTENT_SEQUENTIAL_WITH_TTL;

    /// The protocol numbers the modes in the order above.
    private static final CreateMode[] BY_FLAGS = values();

    /// The number of this mode on the wire.
    public int flags() {
        return ordinal();
    }

    public boolean isSequential() {
        return this == PERSISTENT_SEQUENTIAL || this == EPHEMERAL_SEQUENTIAL || this == PERSISTENT_SEQUENTIAL_WITH_TTL;
    }

    public boolean isEphemeral() {
        return this == EPHEMERAL || this == EPHEMERAL_SEQUENTIAL;
    }

    public boolean isTtl() {
        return this == PERSISTENT_WITH_TTL || this == PERSISTENT_SEQUENTIAL_WITH_TTL;
    }

    public boolean isContainer() {
        return this == CONTAINER;
    }

    /// The mode with this number, or null if there is none.
    public static @Nullable CreateMode of(int flags) {
        return flags < 0 || flags >= BY_FLAGS.length ? null : BY_FLAGS[flags];
    }
}
