// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.log;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The newest entries of the log, kept in memory for learners that are a little behind. A copy of the log's end and
/// nothing else: it grows only by what is appended and shrinks only by what is truncated.
final class RecentEntries {

    /// What an entry costs besides its bytes, roughly.
    private static final int OVERHEAD_BYTES = 48;

    private static final int CAPACITY_MIN = 64;

    private final long bytesMax;
    /// A ring; the capacity is a power of two.
    private @Nullable Entry[] ring = new @Nullable Entry[CAPACITY_MIN];
    private int oldest;
    private int count;
    private long bytes;
    private long before;

    /// @param bytesMax how much is kept; 0: nothing
    /// @param end the last record of the log so far
    RecentEntries(long bytesMax, long end) {
        this.bytesMax = bytesMax;
        this.before = end;
    }

    void add(Entry entry) {
        if (bytesMax == 0) {
            before = entry.zxid();
            return;
        }
        if (count == ring.length) {
            grow();
        }
        ring[(oldest + count) & (ring.length - 1)] = entry;
        count++;
        bytes += cost(entry);
        while (bytes > bytesMax) {
            Entry dropped = at(0);
            ring[oldest] = null;
            oldest = (oldest + 1) & (ring.length - 1);
            count--;
            bytes -= cost(dropped);
            before = dropped.zxid();
        }
    }

    /// Whether all that follows `zxid`, a record of the log, is here.
    boolean covers(long zxid) {
        return zxid >= before;
    }

    /// The record before the oldest that is here.
    long before() {
        return before;
    }

    /// What follows `zxid`, which must be covered, up to `last`: about `bytesLimit` bytes, but one entry at least.
    List<Entry> after(long zxid, long last, long bytesLimit) {
        List<Entry> found = new ArrayList<>();
        long sum = 0;
        for (int i = firstBehind(zxid); i < count && sum < bytesLimit; i++) {
            Entry entry = at(i);
            if (entry.zxid() > last) {
                break;
            }
            sum += entry.bytes().length;
            found.add(entry);
        }
        return found;
    }

    void truncate(long zxid) {
        while (count > 0 && at(count - 1).zxid() > zxid) {
            count--;
            int place = (oldest + count) & (ring.length - 1);
            bytes -= cost(at(count));
            ring[place] = null;
        }
        before = Math.min(before, zxid);
    }

    void clear(long end) {
        ring = new @Nullable Entry[CAPACITY_MIN];
        oldest = 0;
        count = 0;
        bytes = 0;
        before = end;
    }

    private int firstBehind(long zxid) {
        int low = 0;
        int high = count;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (at(middle).zxid() > zxid) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }

    private Entry at(int index) {
        Entry entry = ring[(oldest + index) & (ring.length - 1)];
        if (entry == null) {
            throw new IllegalStateException("no entry " + index + " of " + count);
        }
        return entry;
    }

    private void grow() {
        @Nullable Entry[] larger = new @Nullable Entry[2 * ring.length];
        for (int i = 0; i < count; i++) {
            larger[i] = at(i);
        }
        ring = larger;
        oldest = 0;
    }

    private static long cost(Entry entry) {
        return (long) OVERHEAD_BYTES + entry.bytes().length;
    }
}
