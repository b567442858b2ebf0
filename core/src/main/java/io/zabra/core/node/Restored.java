// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.node;

import io.zabra.core.tree.DataTree;
import java.util.SortedMap;

/// The state that a node starts from: what snapshot and log hold.
///
/// @param tree the tree after the last transaction
/// @param sessions session id to timeout in milliseconds
public record Restored(DataTree tree, SortedMap<Long, Integer> sessions) {

    /// The last transaction; 0 for an empty log.
    public long lastZxid() {
        return tree.lastZxid();
    }
}
