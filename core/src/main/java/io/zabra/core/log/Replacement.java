// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.log;

import java.util.ArrayList;
import java.util.List;

/// A snapshot and the entries that come in behind it, which take the place of all that there is once they are complete.
/// Owned by the node.
public final class Replacement {

    /// What entries may take in memory until then.
    private static final long BYTES_MAX = 256L << 20;

    private final ReceivedSnapshot snapshot;
    private final List<Entry> entries = new ArrayList<>();
    private long bytes;

    public Replacement(ReceivedSnapshot snapshot) {
        this.snapshot = snapshot;
    }

    public ReceivedSnapshot snapshot() {
        return snapshot;
    }

    /// What is behind the snapshot, in the order of the zxids.
    public List<Entry> entries() {
        return List.copyOf(entries);
    }

    /// The end of it all so far.
    public long last() {
        return entries.isEmpty() ? snapshot.zxid() : entries.getLast().zxid();
    }

    /// Whether the record `zxid` is certainly not part of it, though it goes further.
    public boolean lacks(long zxid) {
        return zxid > snapshot.zxid() && zxid < last() && entries.stream().noneMatch(entry -> entry.zxid() == zxid);
    }

    /// Takes the next entry; false if that is more than fits into memory.
    public boolean add(Entry entry) {
        bytes += entry.bytes().length;
        return bytes <= BYTES_MAX && entries.add(entry);
    }
}
