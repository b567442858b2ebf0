// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.simulator.disk;

import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/// Work that takes simulated time: it runs on a thread of its own, but only while [#step] waits for it, so that all
/// that happens still has one order.
public final class Stepper {

    /// Ends work whose process is gone.
    private static final class Abandoned extends Error {

        private static final long serialVersionUID = 1L;

        Abandoned() {
            super("the process is gone", null, false, false);
        }
    }

    private final Semaphore mayWork = new Semaphore(0);
    private final Semaphore hasStopped = new Semaphore(0);
    private final Thread thread;
    private @Nullable RuntimeException failure;
    private @Nullable Error error;
    private boolean done;
    private boolean abandoned;

    /// Prepares `work`, which calls [#pause] between its steps; nothing of it is done yet.
    public Stepper(Runnable work) {
        thread = Thread.ofVirtual().unstarted(() -> run(work));
    }

    private void run(Runnable work) {
        mayWork.acquireUninterruptibly();
        try {
            if (!abandoned) {
                work.run();
            }
        } catch (Abandoned _) {
            // As it should be.
        } catch (RuntimeException e) {
            failure = e;
        } catch (Error e) {
            error = e;
        }
        done = true;
        hasStopped.release();
    }

    /// Lets the work go on to its next pause; false when it is done. What it throws is thrown here.
    public boolean step() {
        if (thread.getState() == Thread.State.NEW) {
            thread.start();
        }
        mayWork.release();
        hasStopped.acquireUninterruptibly();
        if (failure != null) {
            throw failure;
        }
        if (error != null) {
            throw error;
        }
        return !done;
    }

    /// Ends the work where it stands.
    public void abandon() {
        if (!done) {
            abandoned = true;
            step();
        }
    }

    /// Called by work before each of its steps: once it is abandoned nothing happens any more, not even cleaning up.
    void checkAlive() {
        if (abandoned) {
            throw new Abandoned();
        }
    }

    /// Called by the work: waits for the next step.
    void pause() {
        checkAlive();
        hasStopped.release();
        mayWork.acquireUninterruptibly();
        checkAlive();
    }
}
