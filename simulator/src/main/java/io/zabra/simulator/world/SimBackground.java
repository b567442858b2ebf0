// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.simulator.world;

import io.zabra.core.base.Prng;
import io.zabra.simulator.disk.SteppedDisk;
import io.zabra.simulator.disk.Stepper;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/// The snapshot thread of one process: does one thing after the other, a few disk operations at a time, between which
/// others get their turn.
final class SimBackground {

    private static final int MS = 1_000_000;

    /// @param after what follows in the process when it is done
    private record Task(Runnable work, Runnable after) {}

    private final SimServer process;
    private final Prng random;
    private final SteppedDisk disk;
    private final ArrayDeque<Task> tasks = new ArrayDeque<>();
    private @Nullable Stepper stepper;

    /// @param disk on which all of the work is done
    SimBackground(SimServer process, Prng random, SteppedDisk disk) {
        this.process = process;
        this.random = random;
        this.disk = disk;
    }

    void run(Runnable work, Runnable after) {
        tasks.add(new Task(work, after));
        if (stepper == null) {
            next();
        }
    }

    private void next() {
        Task task = tasks.poll();
        if (task != null) {
            Stepper started = new Stepper(task.work);
            stepper = started;
            disk.workOf(started);
            process.later(1 + random.below(50 * MS), () -> step(started, task.after));
        }
    }

    private void step(Stepper started, Runnable after) {
        if (started.step()) {
            process.later(1 + random.below(2 * MS), () -> step(started, after));
        } else {
            stepper = null;
            after.run();
            next();
        }
    }

    /// The process is gone.
    void abandon() {
        tasks.clear();
        if (stepper != null) {
            stepper.abandon();
            stepper = null;
        }
    }
}
