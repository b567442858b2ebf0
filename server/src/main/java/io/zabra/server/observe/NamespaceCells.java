// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.server.observe;

import org.jspecify.annotations.Nullable;

/// Summaries by namespace for one owner at a time, who finds them without allocating: for paths that are hot.
public final class NamespaceCells {

    /// A power of two, and at least twice as many as there may be names.
    private static final int SLOTS = 2_048;

    private record Entry(String name, Summary.Cell cell) {}

    private final Namespaced<Summary> summaries;
    private final @Nullable Entry[] table = new Entry[SLOTS];
    private int used;
    private @Nullable Entry others;
    private @Nullable Entry last;

    public NamespaceCells(Namespaced<Summary> summaries) {
        this.summaries = summaries;
    }

    /// Takes a value for the namespace of `path`; none for the root, which has no namespace.
    public void add(String path, long value) {
        int slash = path.indexOf('/', 1);
        int end = slash < 0 ? path.length() : slash;
        if (end <= 1) {
            return;
        }
        Entry entry = last;
        if (entry == null || !is(entry, path, end)) {
            entry = find(path, end);
            last = entry;
        }
        entry.cell.add(value);
    }

    private Entry find(String path, int end) {
        int hash = 0;
        for (int i = 1; i < end; i++) {
            hash = 31 * hash + path.charAt(i);
        }
        int slot = (hash ^ hash >>> 16) & SLOTS - 1;
        Entry entry = table[slot];
        while (entry != null && !is(entry, path, end)) {
            slot = slot + 1 & SLOTS - 1;
            entry = table[slot];
        }
        if (entry != null) {
            return entry;
        }
        if (used < Namespaced.NAMESPACES_MAX) {
            used++;
            entry = new Entry(path.substring(1, end), summaries.ofPath(path).cell());
            table[slot] = entry;
            return entry;
        }
        Entry rest = others;
        if (rest == null) {
            rest = new Entry("", summaries.ofPath(path).cell());
            others = rest;
        }
        return rest;
    }

    private static boolean is(Entry entry, String path, int end) {
        return entry.name.length() == end - 1 && path.startsWith(entry.name, 1);
    }
}
