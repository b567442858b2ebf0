// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.server.peer;

import io.zabra.core.log.ReceivedSnapshot;
import io.zabra.core.tree.FrozenTree;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.SortedMap;

/// Snapshots on their way between servers: the seam to what knows their format and the disk. Both methods wait for the
/// other side and are called on threads of their own.
public interface SnapshotStreams {

    /// Writes the stream of a snapshot, from the sessions to the mark at its end. Closes the view of the tree.
    void send(FrozenTree tree, SortedMap<Long, Integer> sessions, OutputStream out) throws IOException;

    /// Reads the stream of a snapshot, and no byte behind it; what it holds is on the disk when this returns.
    ReceivedSnapshot receive(long zxid, InputStream in) throws IOException;
}
