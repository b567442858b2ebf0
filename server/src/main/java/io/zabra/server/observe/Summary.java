// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.server.observe;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.BiConsumer;

/// Average, minimum, maximum, count and sum of values of at least 0, and percentiles if it is a detailed one.
///
/// Replaces Apache's `AvgMinMaxCounter` and `AvgMinMaxPercentileCounter`. Percentiles come from buckets of at most 1/64
/// of their value, over all values since the last reset; Apache draws 4,096 of them at random.
public final class Summary {

    /// Buckets for each power of two, as a power of two.
    private static final int SUB_BUCKET_BITS = 6;

    /// Values from here on, which as milliseconds are 34 years, share the last bucket.
    private static final long VALUE_MAX = (1L << 40) - 1;

    private static final int BUCKETS = bucket(VALUE_MAX) + 1;

    private final Resets resets;
    private final boolean detailed;
    private final Cell shared;
    private final List<Cell> cells = new CopyOnWriteArrayList<>();

    Summary(Resets resets, boolean detailed) {
        this.resets = resets;
        this.detailed = detailed;
        this.shared = cell();
    }

    /// A part of this summary for one owner at a time, to be asked for once, at start: cells are never given back.
    public Cell cell() {
        var cell = new Cell(resets, detailed);
        cells.add(cell);
        return cell;
    }

    /// Takes a value; for paths that are not hot.
    public void add(long value) {
        synchronized (shared) {
            shared.add(value);
        }
    }

    /// What has been taken so far.
    ///
    /// @param average rounded to four places, as Apache does
    /// @param min the smallest value, 0 if there is none
    /// @param max the largest value, 0 if there is none
    public record Totals(double average, long min, long max, long count, long sum) {}

    /// The values so far. Cells that are being written meanwhile may be seen in parts.
    public Totals totals() {
        long count = 0;
        long sum = 0;
        long min = Long.MAX_VALUE;
        long max = 0;
        for (Cell cell : cells) {
            if (cell.isCurrent()) {
                count += cell.count.getOpaque();
                sum += cell.sum.getOpaque();
                min = Math.min(min, cell.min.getOpaque());
                max = Math.max(max, cell.max.getOpaque());
            }
        }
        return new Totals(average(sum, count), min == Long.MAX_VALUE ? 0 : min, max, count, sum);
    }

    /// The value that `share` of all values do not exceed, to within 1/64; 0 if there are none. Detailed ones only.
    public long percentile(double share) {
        long[] buckets = new long[BUCKETS];
        long total = 0;
        for (Cell cell : cells) {
            if (cell.isCurrent()) {
                for (int i = 0; i < cell.buckets.length(); i++) {
                    long inBucket = cell.buckets.getOpaque(i);
                    buckets[i] += inBucket;
                    total += inBucket;
                }
            }
        }
        long rank = Math.max(1, (long) Math.ceil(share * total));
        for (int i = 0; i < BUCKETS && total > 0; i++) {
            rank -= buckets[i];
            if (rank <= 0) {
                return middle(i);
            }
        }
        return 0;
    }

    /// Hands out the lines of `mntr`, without their prefix `zk_`.
    void lines(String name, BiConsumer<String, Number> sink) {
        Totals totals = totals();
        sink.accept("avg_" + name, totals.average());
        sink.accept("min_" + name, totals.min());
        sink.accept("max_" + name, totals.max());
        sink.accept("cnt_" + name, totals.count());
        sink.accept("sum_" + name, totals.sum());
        if (detailed) {
            sink.accept("p50_" + name, percentile(0.5));
            sink.accept("p95_" + name, percentile(0.95));
            sink.accept("p99_" + name, percentile(0.99));
            sink.accept("p999_" + name, percentile(0.999));
        }
    }

    private static double average(long sum, long count) {
        return count == 0
                ? 0
                : BigDecimal.valueOf(sum / (double) count)
                        .setScale(4, RoundingMode.HALF_UP)
                        .doubleValue();
    }

    /// Values below 2 to the [#SUB_BUCKET_BITS] have a bucket each; above, each power of two has as many.
    private static int bucket(long value) {
        int shift = Math.max(0, 64 - SUB_BUCKET_BITS - 1 - Long.numberOfLeadingZeros(value));
        return (shift << SUB_BUCKET_BITS) + (int) (value >>> shift);
    }

    private static long middle(int bucket) {
        int shift = Math.max(0, (bucket >>> SUB_BUCKET_BITS) - 1);
        long first = (long) (bucket - (shift << SUB_BUCKET_BITS)) << shift;
        return first + ((1L << shift) - 1) / 2;
    }

    /// A part of a summary that one owner at a time writes, without atomic operations.
    public static final class Cell {

        private final Resets resets;
        private final AtomicInteger resetSeen;
        private final AtomicLong count = new AtomicLong();
        private final AtomicLong sum = new AtomicLong();
        private final AtomicLong min = new AtomicLong(Long.MAX_VALUE);
        private final AtomicLong max = new AtomicLong();
        private final AtomicLongArray buckets;

        private Cell(Resets resets, boolean detailed) {
            this.resets = resets;
            this.resetSeen = new AtomicInteger(resets.count());
            this.buckets = new AtomicLongArray(detailed ? BUCKETS : 0);
        }

        /// Takes a value; below 0 counts as 0. Only the owner may call it.
        public void add(long given) {
            int now = resets.count();
            if (resetSeen.getPlain() != now) {
                clear();
                resetSeen.setRelease(now);
            }
            long value = Math.max(0, given);
            count.setOpaque(count.getPlain() + 1);
            sum.setOpaque(sum.getPlain() + value);
            if (value < min.getPlain()) {
                min.setOpaque(value);
            }
            if (value > max.getPlain()) {
                max.setOpaque(value);
            }
            if (buckets.length() > 0) {
                int bucket = bucket(Math.min(value, VALUE_MAX));
                buckets.setOpaque(bucket, buckets.getPlain(bucket) + 1);
            }
        }

        private void clear() {
            count.setOpaque(0);
            sum.setOpaque(0);
            min.setOpaque(Long.MAX_VALUE);
            max.setOpaque(0);
            for (int i = 0; i < buckets.length(); i++) {
                buckets.setOpaque(i, 0);
            }
        }

        private boolean isCurrent() {
            return resetSeen.getAcquire() == resets.count();
        }
    }
}
