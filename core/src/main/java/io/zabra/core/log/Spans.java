// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.log;

import java.util.ArrayList;
import java.util.List;

/// Finds out, from the records of a log in their order, behind which transaction the log is whole, and what it holds
/// from there on.
///
/// A record whose counter is not 1 follows the one with the number before it, whether that is in the log or not. The
/// first record of an epoch says nothing of what comes before it: only a place that is known to be whole does. Where
/// records are left out, what is before them does not count.
public final class Spans {

    private final List<Span> closed = new ArrayList<>();
    private final long snapshotZxid;
    private long base;
    private long first;
    private long last;
    /// Whether what comes after [#last] is known to follow it.
    private boolean joined;

    private boolean behindSnapshot;

    /// @param wholeFrom behind this record nothing was ever left out of the log, though its beginning may be gone
    /// @param snapshotZxid behind this one nothing is left out, and nothing is gone
    public Spans(long wholeFrom, long snapshotZxid) {
        this.snapshotZxid = snapshotZxid;
        base = wholeFrom;
        last = wholeFrom;
    }

    /// The next record of the log.
    public void record(long zxid) {
        if (zxid > snapshotZxid) {
            reachSnapshot();
        }
        if (zxid <= base) {
            joined |= zxid == base;
        } else if (zxid == last + 1 || joined && Zxid.follows(zxid, last)) {
            add(zxid);
        } else {
            restart(zxid);
        }
    }

    /// Records may be missing here, whatever comes next: only its number can prove that it follows.
    public void gap() {
        joined = false;
    }

    /// There are no more records.
    public void end() {
        reachSnapshot();
    }

    /// The transaction before the first record.
    public long base() {
        return base;
    }

    public List<Span> spans() {
        List<Span> all = new ArrayList<>(closed);
        if (first != 0) {
            all.add(new Span(first, last));
        }
        return all;
    }

    private void reachSnapshot() {
        if (!behindSnapshot && last != snapshotZxid) {
            clear(snapshotZxid);
        }
        behindSnapshot = true;
        joined = true;
    }

    private void add(long zxid) {
        if (first == 0) {
            first = zxid;
        } else if (zxid != last + 1) {
            closed.add(new Span(first, last));
            first = zxid;
        }
        last = zxid;
        joined = true;
    }

    private void restart(long zxid) {
        if (Zxid.counter(zxid) > 1) {
            clear(zxid - 1);
            add(zxid);
        } else {
            clear(zxid);
            joined = true;
        }
    }

    private void clear(long newBase) {
        closed.clear();
        first = 0;
        base = newBase;
        last = newBase;
    }
}
