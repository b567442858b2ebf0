// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.storage;

import io.zabra.core.tree.FrozenTree;
import java.util.SortedMap;

/// What a snapshot holds: a tree as it was at one zxid, and the sessions of that moment.
///
/// @param tree the frozen tree; whoever made the image closes it
/// @param sessionTimeoutsMs timeout in milliseconds by session id
public record SnapshotImage(FrozenTree tree, SortedMap<Long, Integer> sessionTimeoutsMs) {

    public long zxid() {
        return tree.zxid();
    }
}
