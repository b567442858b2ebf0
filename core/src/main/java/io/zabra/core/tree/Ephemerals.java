// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.tree;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Who owns which nodes: the ephemeral nodes of each session, and the nodes that the sweeper has to look at. Paths
/// are kept sorted, so that every replica and every run sees one order.
final class Ephemerals {

    private final TreeOptions options;
    private final TreeMap<Long, TreeSet<String>> bySession = new TreeMap<>();
    private final TreeSet<String> swept = new TreeSet<>();
    private int count;

    Ephemerals(TreeOptions options) {
        this.options = options;
    }

    void add(String path, long owner) {
        switch (options.kind(owner)) {
            case NONE -> {}
            case CONTAINER, TTL -> swept.add(path);
            case SESSION, UNKNOWN -> {
                TreeSet<String> paths = bySession.get(owner);
                if (paths == null) {
                    paths = new TreeSet<>();
                    bySession.put(owner, paths);
                }
                count += paths.add(path) ? 1 : 0;
            }
        }
    }

    void remove(String path, long owner) {
        switch (options.kind(owner)) {
            case NONE -> {}
            case CONTAINER, TTL -> swept.remove(path);
            case SESSION, UNKNOWN -> {
                TreeSet<String> paths = bySession.get(owner);
                if (paths != null && paths.remove(path)) {
                    count--;
                    if (paths.isEmpty()) {
                        bySession.remove(owner);
                    }
                }
            }
        }
    }

    int count() {
        return count;
    }

    List<String> of(long sessionId) {
        TreeSet<String> paths = bySession.get(sessionId);
        return paths == null ? List.of() : new ArrayList<>(paths);
    }

    /// Those of the session whose paths begin with `prefix`.
    List<String> of(long sessionId, String prefix) {
        List<String> found = new ArrayList<>();
        TreeSet<String> paths = bySession.get(sessionId);
        if (paths != null) {
            for (String path : paths.tailSet(prefix)) {
                if (!path.startsWith(prefix)) {
                    break;
                }
                found.add(path);
            }
        }
        return found;
    }

    /// The sessions that own nodes, in rising order.
    long[] sessions() {
        long[] ids = new long[bySession.size()];
        int i = 0;
        for (long id : bySession.keySet()) {
            ids[i++] = id;
        }
        return ids;
    }

    /// Containers and TTL nodes behind `after`, or from the first one.
    Iterable<String> swept(@Nullable String after) {
        return after == null ? swept : swept.tailSet(after, false);
    }
}
