// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.bench.measure;

import java.util.SortedMap;

/// What one process had used up at one moment.
///
/// @param tickCpuNs user and system time of the process, ended threads included, in steps of 10 ms
/// @param threadCpuNs exact time on CPU of each living thread by its id
/// @param switches voluntary and involuntary context switches of the living threads
/// @param residentBytes resident set size
/// @param flushes fsync calls as the server counts them, or -1 where it does not tell
public record ProcessSample(
        long tickCpuNs, SortedMap<Long, Long> threadCpuNs, long switches, long residentBytes, long flushes) {

    /// CPU time used since an earlier sample: exact if no thread has ended between the two, else in ticks.
    public long cpuNsSince(ProcessSample earlier) {
        if (!threadCpuNs.isEmpty() && threadCpuNs.keySet().containsAll(earlier.threadCpuNs.keySet())) {
            return sum(threadCpuNs) - sum(earlier.threadCpuNs);
        }
        return tickCpuNs - earlier.tickCpuNs;
    }

    private static long sum(SortedMap<Long, Long> values) {
        return values.values().stream().mapToLong(Long::longValue).sum();
    }
}
