// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.interop.mixed;

import java.util.function.LongSupplier;

/// The longest time in which nothing succeeded.
final class Pauses {

    private static final int LOOK_MS = 5;

    private final LongSupplier count;
    private final Thread thread;
    private volatile boolean stopped;
    private volatile long longestNs;

    private Pauses(LongSupplier count) {
        this.count = count;
        this.thread = Thread.ofPlatform().name("pauses").unstarted(this::run);
    }

    /// Begins to look.
    ///
    /// @param count of all that has succeeded so far
    static Pauses watch(LongSupplier count) {
        Pauses pauses = new Pauses(count);
        pauses.thread.start();
        return pauses;
    }

    private void run() {
        long seen = count.getAsLong();
        long sinceNs = System.nanoTime();
        while (!stopped) {
            long now = count.getAsLong();
            long nowNs = System.nanoTime();
            longestNs = Math.max(longestNs, nowNs - sinceNs);
            if (now != seen) {
                seen = now;
                sinceNs = nowNs;
            }
            try {
                Thread.sleep(LOOK_MS);
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    /// In milliseconds.
    long stop() throws InterruptedException {
        stopped = true;
        thread.join();
        return longestNs / 1_000_000;
    }
}
