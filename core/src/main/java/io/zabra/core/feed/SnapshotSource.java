// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.feed;

import io.zabra.core.tree.FrozenTree;
import java.util.SortedMap;

/// Where the state comes from that a learner gets in place of transactions. Called by the owner of the node.
public interface SnapshotSource {

    /// A view of the tree as it is.
    FrozenTree freeze();

    /// Id and timeout in milliseconds of the sessions that the tree's last transaction knows.
    SortedMap<Long, Integer> sessions();
}
