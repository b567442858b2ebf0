// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.server.runtime;

import io.zabra.server.disk.IoCause;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The steps of a stop. Each is tried, also when one before it failed or did not end; all together have a limit of
/// time.
final class StopSteps {

    private final long endNs;
    private @Nullable IOException problem;

    StopSteps(long msMax) {
        endNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(msMax);
    }

    /// Ends one part of the server.
    @FunctionalInterface
    interface Step {

        /// @param msMax how long it may take
        /// @return false when the part did not end in that time
        boolean end(long msMax) throws IOException, InterruptedException;
    }

    /// Takes a step, in `msMax` or what is left for all of them.
    ///
    /// @param what the part of the server that ends
    void take(String what, long msMax, Step step) throws InterruptedException {
        long leftMs = TimeUnit.NANOSECONDS.toMillis(endNs - System.nanoTime());
        try {
            if (!step.end(Math.max(1, Math.min(msMax, leftMs)))) {
                add(new IOException(what + ": did not end in time"));
            }
        } catch (IOException | RuntimeException e) {
            add(new IOException(what + ": " + IoCause.of(e), e));
        }
    }

    private void add(IOException next) {
        if (problem == null) {
            problem = next;
        } else {
            problem.addSuppressed(next);
        }
    }

    /// @throws IOException about the first step that did not go well; the others are added to it
    void finish() throws IOException {
        if (problem != null) {
            throw problem;
        }
    }
}
