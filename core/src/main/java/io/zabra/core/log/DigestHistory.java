// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.log;

import java.util.ArrayDeque;
import java.util.List;

/// The digest of the tree at every 128th transaction, so that operators can compare servers (Apache: DataTree's digest
/// log, shown by the word `hash`).
public final class DigestHistory {

    /// The digest of the tree right after transaction `zxid`.
    public record Entry(long zxid, long digest) {}

    private static final int INTERVAL = 128;
    private static final int ENTRIES_MAX = 1_024;

    private final ArrayDeque<Entry> entries = new ArrayDeque<>();

    /// The tree has `digest` after `zxid`.
    public void applied(long zxid, long digest) {
        if (zxid % INTERVAL == 0) {
            if (entries.size() == ENTRIES_MAX) {
                entries.remove();
            }
            entries.add(new Entry(zxid, digest));
        }
    }

    /// The kept digests, oldest first.
    public List<Entry> entries() {
        return List.copyOf(entries);
    }
}
