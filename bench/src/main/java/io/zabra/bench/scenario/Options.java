// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.bench.scenario;

import java.time.Duration;
import java.util.OptionalInt;

/// What a user can change about a run. Empty = the scenario's own value.
///
/// @param warmupRequests requests before each measurement, pipelined, so that compilation is over
/// @param requestsMax ends a measurement before its time
/// @param rate operations a second of the open loops
/// @param znodes size of the large tree
/// @param faults how many faults a failover scenario makes in a round
public record Options(
        OptionalInt sessions,
        OptionalInt outstanding,
        Duration duration,
        int requestsMax,
        int warmupRequests,
        int valueSize,
        int rate,
        int znodes,
        int faults) {

    public Options {
        atLeast("--ops", requestsMax, 1);
        atLeast("--warmup-ops", warmupRequests, 0);
        atLeast("--value-size", valueSize, 0);
        atLeast("--rate", rate, 1);
        atLeast("--znodes", znodes, 1);
        atLeast("--faults", faults, 1);
        atLeast("--sessions", sessions.orElse(1), 1);
        atLeast("--outstanding", outstanding.orElse(1), 1);
        if (!duration.isPositive()) {
            throw new IllegalArgumentException("--seconds must be above 0");
        }
    }

    private static void atLeast(String option, int value, int minimum) {
        if (value < minimum) {
            throw new IllegalArgumentException(option + " must be at least " + minimum + ", not " + value);
        }
    }
}
