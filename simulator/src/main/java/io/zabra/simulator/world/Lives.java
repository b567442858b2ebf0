// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.simulator.world;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import java.util.function.LongPredicate;

/// Lives many lives, several at a time: they share nothing.
public final class Lives {

    private Lives() {}

    /// Lives the lives of the seeds from `first` on, on all processors, until `wanted` says no to a seed.
    ///
    /// Each runs on a virtual thread, because a life hands over to work in steps and back ever so often
    /// ([io.zabra.simulator.disk.Stepper]): between virtual threads that costs next to nothing.
    ///
    /// @param result gets each life, in any order, one at a time
    /// @throws IllegalStateException when a life ends in an error of the simulator itself
    public static void run(long first, LongPredicate wanted, LongFunction<Life> life, Consumer<Life> result) {
        AtomicLong next = new AtomicLong(first);
        List<Future<?>> lanes = new ArrayList<>();
        try (ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < Runtime.getRuntime().availableProcessors(); i++) {
                lanes.add(pool.submit(() -> {
                    for (long seed = next.getAndIncrement(); wanted.test(seed); seed = next.getAndIncrement()) {
                        Life lived = life.apply(seed);
                        synchronized (next) {
                            result.accept(lived);
                        }
                    }
                }));
            }
        }
        for (Future<?> lane : lanes) {
            if (lane.state() == Future.State.FAILED) {
                throw new IllegalStateException("a life could not be lived to its end", lane.exceptionNow());
            }
        }
    }
}
