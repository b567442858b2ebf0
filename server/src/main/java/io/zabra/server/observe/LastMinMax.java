// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.server.observe;

import java.util.concurrent.atomic.AtomicLong;

/// The last, the smallest and the largest of the values so far, -1 as long as there is none: Apache's `BufferStats`.
///
/// Several threads may write: now and then one overwrites the minimum or maximum of another that is nearly as good,
/// which is no matter for what is shown.
public final class LastMinMax {

    private final AtomicLong last = new AtomicLong(-1);
    private final AtomicLong min = new AtomicLong(-1);
    private final AtomicLong max = new AtomicLong(-1);

    LastMinMax() {}

    /// Takes a value.
    public void add(long value) {
        last.setOpaque(value);
        long least = min.getOpaque();
        if (least < 0 || value < least) {
            min.setOpaque(value);
        }
        if (value > max.getOpaque()) {
            max.setOpaque(value);
        }
    }

    long last() {
        return last.getOpaque();
    }

    long min() {
        return min.getOpaque();
    }

    long max() {
        return max.getOpaque();
    }

    void reset() {
        last.setOpaque(-1);
        min.setOpaque(-1);
        max.setOpaque(-1);
    }
}
