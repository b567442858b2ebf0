// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.bench.load;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/// Counts one phase while it runs. Owned by the reading thread.
final class Tally implements Session.ReplySink {

    private static final long LONGEST_NS = TimeUnit.MINUTES.toNanos(10);
    private static final OperatingSystemMXBean SYSTEM =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    private final Histogram latencies = latencyHistogram();
    private final SortedMap<Integer, Long> errors = new TreeMap<>();
    private final long startedNs = System.nanoTime();
    private final long cpuAtStartNs = SYSTEM.getProcessCpuTime();
    private long lastNs = startedNs;
    private long operations;

    static Histogram latencyHistogram() {
        return new Histogram(LONGEST_NS, 3);
    }

    @Override
    public void replied(boolean completed, int error, long startNs, long nowNs) {
        lastNs = nowNs;
        if (error != 0) {
            errors.merge(error, 1L, Long::sum);
        }
        if (completed) {
            operations++;
            latencies.recordValue(Math.clamp(nowNs - startNs, 0, LONGEST_NS));
        }
    }

    long operations() {
        return operations;
    }

    Phase finished() {
        return new Phase(operations, lastNs - startedNs, latencies, errors, SYSTEM.getProcessCpuTime() - cpuAtStartNs);
    }
}
