// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.server.net;

import java.util.concurrent.atomic.AtomicLong;

/// Limits the bytes of large requests that are in work at a time, over all connections (`largeRequestThreshold`,
/// `largeRequestMaxBytes`; Apache: ZooKeeperServer). Any thread may call it.
final class LargeRequests {

    private final int threshold;
    private final int bytesMax;
    private final AtomicLong bytes = new AtomicLong();

    /// @param threshold length above which a request is large; below 0: none is
    LargeRequests(int threshold, int bytesMax) {
        this.threshold = threshold < 0 ? Integer.MAX_VALUE : threshold;
        this.bytesMax = bytesMax;
    }

    boolean isLarge(int length) {
        return length > threshold;
    }

    /// Whether there is room for a request whose length is known, and which is not received yet.
    boolean fits(int length) {
        return bytes.get() + length <= bytesMax;
    }

    /// Takes room for a request that is received; false when there is none.
    boolean take(int length) {
        if (bytes.addAndGet(length) > bytesMax) {
            give(length);
            return false;
        }
        return true;
    }

    /// Gives back room.
    void give(long length) {
        bytes.addAndGet(-length);
    }

    /// The bytes of large requests that are in work.
    long bytes() {
        return bytes.get();
    }
}
