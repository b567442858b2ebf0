// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.bench.load;

import java.util.concurrent.atomic.AtomicLong;

/// The start times of what one session has in flight, first in first out: replies come in request order.
///
/// One thread adds, one removes; they may differ. Bounded: a full ring makes the sender wait.
final class SendTimes {

    private final long[] times;
    private final AtomicLong added = new AtomicLong();
    private final AtomicLong removed = new AtomicLong();

    /// `capacity` is rounded up to a power of two.
    SendTimes(int capacity) {
        times = new long[Integer.highestOneBit(Math.max(1, capacity - 1)) << 1];
    }

    boolean full() {
        return added.getPlain() - removed.getAcquire() >= times.length;
    }

    boolean empty() {
        return size() == 0;
    }

    int size() {
        return (int) (added.getAcquire() - removed.getAcquire());
    }

    void add(long startNs) {
        long at = added.getPlain();
        times[(int) at & times.length - 1] = startNs;
        added.setRelease(at + 1);
    }

    long remove() {
        long at = removed.getPlain();
        if (at == added.getAcquire()) {
            throw new IllegalStateException("the server answered a request that was never sent");
        }
        long startNs = times[(int) at & times.length - 1];
        removed.setRelease(at + 1);
        return startNs;
    }
}
