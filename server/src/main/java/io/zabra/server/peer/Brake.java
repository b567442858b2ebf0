// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.server.peer;

import org.jspecify.annotations.Nullable;

/// Keeps a leader from filling the memory of a server whose disk is slow: as long as too much waits for the disk,
/// nothing is read from the leader. Owned by the owner of the node.
public final class Brake {

    /// Where bytes come from.
    public interface Source {

        /// Stops to read, or goes on.
        void hold(boolean hold);
    }

    /// Bytes that wait for the disk above which nothing more is read, and below which it is again.
    static final long BYTES_MAX = 32L << 20;

    static final long BYTES_RESUME = BYTES_MAX / 2;

    private @Nullable Source held;

    /// Draws the conclusions of what waits now.
    ///
    /// @param leader whom records come from; null if there is nobody
    public void look(long waitingBytes, @Nullable Source leader) {
        boolean hold = waitingBytes > (held == null ? BYTES_MAX : BYTES_RESUME);
        Source wanted = hold ? leader : null;
        if (wanted == held) {
            return;
        }
        if (held != null) {
            held.hold(false);
        }
        if (wanted != null) {
            wanted.hold(true);
        }
        held = wanted;
    }
}
