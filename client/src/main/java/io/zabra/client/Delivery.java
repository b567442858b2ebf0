// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.client;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Runs the application's callbacks on its executor one after another, in the order in which they were handed over, so
/// that a watch event never comes after the answer to a request that shows the change.
///
/// The I/O thread hands over; it looks at [#size] and stops reading from the server when too many callbacks wait.
final class Delivery {

    private static final Logger LOG = LoggerFactory.getLogger(Delivery.class);

    private final Executor executor;
    private final int lowWater;
    private final Runnable onLowWater;

    private final Object lock = new Object();
    private final Queue<Runnable> waiting = new ArrayDeque<>();
    private boolean running;

    /// `onLowWater` is told each time the number of waiting callbacks falls back to `lowWater`.
    Delivery(Executor executor, int lowWater, Runnable onLowWater) {
        this.executor = executor;
        this.lowWater = lowWater;
        this.onLowWater = onLowWater;
    }

    void deliver(Runnable callback) {
        synchronized (lock) {
            waiting.add(callback);
            if (running) {
                return;
            }
            running = true;
        }
        executor.execute(this::drain);
    }

    /// Callbacks that have not begun.
    int size() {
        synchronized (lock) {
            return waiting.size();
        }
    }

    private void drain() {
        while (true) {
            Runnable callback;
            boolean low;
            synchronized (lock) {
                callback = waiting.poll();
                if (callback == null) {
                    running = false;
                    return;
                }
                low = waiting.size() == lowWater;
            }
            if (low) {
                onLowWater.run();
            }
            run(callback);
        }
    }

    private static void run(Runnable callback) {
        try {
            callback.run();
        } catch (RuntimeException e) {
            LOG.error("A callback of the application failed", e);
        }
    }
}
