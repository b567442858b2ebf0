// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.bench.load;

import java.util.concurrent.TimeUnit;

/// The planned send time of each request of an open loop. Computed from the start, so that rounding never adds up and a
/// late request does not move the ones behind it.
record Pace(long startNs, int perSecond) {

    Pace {
        if (perSecond < 1) {
            throw new IllegalArgumentException("the rate must be at least 1 a second, not " + perSecond);
        }
    }

    long plannedNs(long request) {
        long second = request / perSecond;
        long rest = request % perSecond;
        return startNs + TimeUnit.SECONDS.toNanos(second) + TimeUnit.SECONDS.toNanos(rest) / perSecond;
    }
}
