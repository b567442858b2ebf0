// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.server.observe;

import java.util.concurrent.atomic.AtomicInteger;

/// Counts how often the metrics were set to zero.
///
/// A reset does not touch the cells, which other threads write: each owner sees at its next write that its cell is from
/// before the last reset and begins anew; readers pass over such cells until then.
final class Resets {

    private final AtomicInteger count = new AtomicInteger();

    int count() {
        return count.getAcquire();
    }

    void reset() {
        count.incrementAndGet();
    }
}
