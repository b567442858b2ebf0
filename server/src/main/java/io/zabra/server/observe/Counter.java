// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.server.observe;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/// A number that grows until it is reset. Any thread may add and read; hot paths take a [Cell].
public final class Counter {

    private final Resets resets;
    private final LongAdder shared = new LongAdder();
    private volatile long sharedBefore;
    private final List<Cell> cells = new CopyOnWriteArrayList<>();

    Counter(Resets resets) {
        this.resets = resets;
    }

    /// A part of this counter for one owner at a time, to be asked for once, at start: cells are never given back.
    public Cell cell() {
        var cell = new Cell(resets);
        cells.add(cell);
        return cell;
    }

    /// Adds `count`; any thread.
    public void add(long count) {
        shared.add(count);
    }

    /// Adds one; any thread.
    public void increment() {
        add(1);
    }

    /// The sum of all cells.
    public long value() {
        long sum = shared.sum() - sharedBefore;
        for (Cell cell : cells) {
            sum += cell.value();
        }
        return sum;
    }

    /// Forgets what was added without a cell; [Resets] takes care of the cells.
    void resetShared() {
        sharedBefore = shared.sum();
    }

    /// A part of a counter that one owner at a time writes, without atomic operations.
    public static final class Cell {

        private final Resets resets;
        private final AtomicInteger resetSeen;
        private final AtomicLong value = new AtomicLong();

        private Cell(Resets resets) {
            this.resets = resets;
            this.resetSeen = new AtomicInteger(resets.count());
        }

        /// Adds `count`; only the owner may call it.
        public void add(long count) {
            int now = resets.count();
            if (resetSeen.getPlain() != now) {
                value.setOpaque(count);
                resetSeen.setRelease(now);
            } else {
                value.setOpaque(value.getPlain() + count);
            }
        }

        /// Adds one; only the owner may call it.
        public void increment() {
            add(1);
        }

        private long value() {
            return resetSeen.getAcquire() == resets.count() ? value.getOpaque() : 0;
        }
    }
}
