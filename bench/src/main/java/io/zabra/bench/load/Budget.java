// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.bench.load;

import java.time.Duration;

/// How long a phase sends: until the first of two limits is reached. What is in flight then is still waited for.
public record Budget(long requests, long durationNs) {

    public Budget {
        if (requests < 1 || durationNs < 1) {
            throw new IllegalArgumentException("a budget needs at least 1 request and 1 ns");
        }
    }

    /// Exactly so many requests, however long they take.
    public static Budget ofRequests(long requests) {
        return new Budget(requests, Long.MAX_VALUE);
    }

    /// As many requests as fit.
    public static Budget ofTime(Duration duration) {
        return new Budget(Long.MAX_VALUE, duration.toNanos());
    }
}
