// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.watch;

/// What a client can register at a path.
public enum WatchKind {
    /// Fires once, for the node itself: by `exists` and `getData`, which share one registration.
    DATA,
    /// Fires once, for the list of children, or when the node goes: by `getChildren`.
    CHILD,
    /// Fires for all of the above, until it is removed.
    PERSISTENT,
    /// Fires for the node itself and all nodes below, until it is removed; never for lists of children.
    PERSISTENT_RECURSIVE
}
