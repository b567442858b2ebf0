// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.client;

/// Kinds of watches, as the requests that remove them number them.
public enum WatchKind {
    /// Fires once, when a child comes or goes or the znode is deleted.
    CHILDREN(1),
    /// Fires once, when the znode comes, changes or goes.
    DATA(2),
    /// All of them; only for removing.
    ANY(3),
    /// Stays until it is removed: all changes of one znode and of its list of children.
    PERSISTENT(4),
    /// Stays until it is removed: znodes that come, change or go at a path and anywhere below.
    PERSISTENT_RECURSIVE(5);

    private final int number;

    WatchKind(int number) {
        this.number = number;
    }

    int number() {
        return number;
    }

    /// The number of this kind in `addWatch`.
    int addMode() {
        return switch (this) {
            case PERSISTENT -> 0;
            case PERSISTENT_RECURSIVE -> 1;
            case CHILDREN, DATA, ANY -> throw new IllegalArgumentException(this + " watches are left by reads");
        };
    }
}
