// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.client;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// The events of a persistent watch, to be taken one by one by a thread that may wait.
///
/// At most `capacity` events are kept. When one more comes, the oldest goes, and the next thing taken is a
/// [WatchEvent.Type#EVENTS_LOST]: whoever sees that reads what matters anew. The stream ends with the session, or with
/// [#close], which also takes the watch away. Any thread may call any method.
public final class WatchStream implements AutoCloseable {

    private final String path;
    private final int capacity;
    private final Runnable onClose;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Queue<WatchEvent> events = new ArrayDeque<>();
    private boolean lost;
    private boolean ended;

    WatchStream(String path, int capacity, Runnable onClose) {
        if (capacity < 1) {
            throw new IllegalArgumentException("The capacity of a watch stream must be above 0");
        }
        this.path = path;
        this.capacity = capacity;
        this.onClose = onClose;
    }

    /// Waits for the next event. Empty when the stream has ended and all its events were taken.
    public Optional<WatchEvent> next() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (!isReady()) {
                changed.await();
            }
            return Optional.ofNullable(poll());
        } finally {
            lock.unlock();
        }
    }

    /// Waits for the next event, but no longer than that. Empty when there is none; [#isEnded] tells whether one can
    /// come.
    public Optional<WatchEvent> next(Duration atMost) throws InterruptedException {
        long leftNs = atMost.toNanos();
        lock.lockInterruptibly();
        try {
            while (!isReady() && leftNs > 0) {
                leftNs = changed.awaitNanos(leftNs);
            }
            return Optional.ofNullable(poll());
        } finally {
            lock.unlock();
        }
    }

    /// True if no event is left and none will come.
    public boolean isEnded() {
        lock.lock();
        try {
            return ended && events.isEmpty() && !lost;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        end();
        onClose.run();
    }

    void offer(WatchEvent event) {
        lock.lock();
        try {
            if (ended) {
                return;
            }
            if (events.size() == capacity) {
                events.remove();
                lost = true;
            }
            events.add(event);
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    void end() {
        lock.lock();
        try {
            ended = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private boolean isReady() {
        return ended || lost || !events.isEmpty();
    }

    private @Nullable WatchEvent poll() {
        if (lost) {
            lost = false;
            return new WatchEvent(WatchEvent.Type.EVENTS_LOST, path, -1);
        }
        return events.poll();
    }
}
