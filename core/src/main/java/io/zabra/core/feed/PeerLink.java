// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.feed;

import io.zabra.core.tree.FrozenTree;
import io.zabra.wire.quorum.QuorumPacket;
import java.util.SortedMap;

/// A connection between a leader and a learner: the seam between the node and the network (or the simulated network).
///
/// The node calls it during a step; an implementation only buffers, and sends when the batch of steps is over. What is
/// sent arrives in this order or not at all. Calls after [#close] have no effect.
public interface PeerLink {

    /// What a learner gets ahead when there is no reason for less.
    long UNSENT_BYTES_MAX = 4L << 20;

    void send(QuorumPacket packet);

    /// Sends a snapshot behind what was sent before. The view of the tree is closed when it is sent, or cannot be.
    void snapshot(FrozenTree tree, SortedMap<Long, Integer> sessions);

    /// Ends the connection. What had come in over it before may still follow, and then `PeerInput.Disconnected`.
    void close();

    /// The address at the other end, for people; empty where there is none.
    default String remote() {
        return "";
    }

    /// Bytes that were sent and have not left this process yet, without snapshots.
    long unsentBytes();

    /// Bytes on their way above which nothing is to be sent that can wait.
    default long unsentBytesMax() {
        return UNSENT_BYTES_MAX;
    }

    /// Bytes of snapshots that have passed so far, in either direction: as long as they become more, the other side is
    /// alive.
    default long snapshotBytes() {
        return 0;
    }
}
