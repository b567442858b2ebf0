// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.simulator.world;

import java.util.ArrayDeque;

/// A process that stands still at times: what comes in meanwhile waits for its end, in the order in which it came.
public final class Pause {

    private final Timeline time;
    private final ArrayDeque<Runnable> waiting = new ArrayDeque<>();
    private long endNs;

    public Pause(Timeline time) {
        this.time = time;
    }

    /// The process stands still until then at least; a pause that is on can be prolonged.
    public void until(long ns) {
        endNs = Math.max(endNs, ns);
    }

    /// Runs `action` now, or when the pause is over.
    public void pass(Runnable action) {
        if (time.nowNs() >= endNs && waiting.isEmpty()) {
            action.run();
            return;
        }
        waiting.add(action);
        if (waiting.size() == 1) {
            time.at(endNs, this::goOn);
        }
    }

    private void goOn() {
        while (time.nowNs() >= endNs && !waiting.isEmpty()) {
            waiting.remove().run();
        }
        if (!waiting.isEmpty()) {
            time.at(endNs, this::goOn);
        }
    }
}
