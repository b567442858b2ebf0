// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.effect;

import io.zabra.core.log.Log;
import io.zabra.core.tree.FrozenTree;
import java.util.SortedMap;

/// What a node asks of the world during a step, besides what it sends to clients: a sink that the production runtime,
/// the simulator and tests implement. Calls return at once; results come back as [Input].
public interface Effects extends Log {

    /// Asks for a snapshot; answered by `core.node.Input.SnapshotDone`.
    ///
    /// @param tree a view that stays as it is; to be closed when written
    /// @param sessions session id to timeout in milliseconds
    void snapshot(FrozenTree tree, SortedMap<Long, Integer> sessions);

    /// Tells operators what happened.
    void event(Event event);
}
