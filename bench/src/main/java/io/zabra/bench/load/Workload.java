// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.bench.load;

import java.nio.ByteBuffer;

/// Decides which request each session sends next and what a reply means. Called by the sending thread only, but for
/// [#completed] and [#notified], which the reading thread calls (the same thread in a closed loop).
public interface Workload {

    /// Appends one request frame; `out` has at least [#maxFrameLength()] bytes left.
    void next(int session, int xid, ByteBuffer out);

    /// Upper bound of a request frame in bytes.
    int maxFrameLength();

    /// Whether [#completed] reads reply bodies; without need for them they are skipped unseen.
    default boolean readsBodies() {
        return false;
    }

    /// Takes a reply and says whether it ends an operation. `body` is positioned behind the reply header and must not
    /// be kept; it is meaningful only if [#readsBodies()].
    default boolean completed(int session, int error, ByteBuffer body, int bodyLength) {
        return true;
    }

    /// Takes a watch event.
    default void notified(int session, long nowNs) {}
}
