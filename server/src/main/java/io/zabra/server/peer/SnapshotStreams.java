// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.server.peer;

import io.zabra.core.log.ReceivedSnapshot;
import io.zabra.core.tree.FrozenTree;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PushbackInputStream;
import java.util.SortedMap;

/// Snapshots on their way between servers: the seam to what knows their format and the disk. Both methods wait for the
/// other side and are called on threads of their own.
public interface SnapshotStreams {

    /// How much [#receive] may put back.
    int PUT_BACK_BYTES_MAX = 256 << 10;

    /// Writes the stream of a snapshot, from the sessions to the mark at its end. Closes the view of the tree.
    void send(FrozenTree tree, SortedMap<Long, Integer> sessions, OutputStream out) throws IOException;

    /// Reads the stream of a snapshot, and puts back what was read behind it, up to [#PUT_BACK_BYTES_MAX] bytes; what
    /// the snapshot holds is on the disk when this returns.
    ReceivedSnapshot receive(long zxid, PushbackInputStream in) throws IOException;
}
