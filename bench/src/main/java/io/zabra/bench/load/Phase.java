// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.bench.load;

import java.util.SortedMap;
import org.HdrHistogram.Histogram;

/// What one phase of load came to.
///
/// @param operations finished operations; one may take several requests
/// @param elapsedNs from the first request to the last reply
/// @param latencies of the operations, in ns
/// @param errors how often each error code other than 0 came back
/// @param ownCpuNs CPU time of the load generator's whole process, compiler and collector included
public record Phase(
        long operations, long elapsedNs, Histogram latencies, SortedMap<Integer, Long> errors, long ownCpuNs) {

    public double operationsPerSecond() {
        return elapsedNs == 0 ? 0 : operations * 1e9 / elapsedNs;
    }

    public long errorCount() {
        return errors.values().stream().mapToLong(Long::longValue).sum();
    }
}
