// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.tree;

import io.zabra.core.base.PathKey;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Quotas: which paths have one, and the nodes below `/zookeeper/quota` in which their use is kept.
///
/// The server keeps `zookeeper_stats` by itself, in place: no version and no zxid moves, no watch fires, and each
/// server counts for itself. The longest prefix with a quota is the only one that counts. The root cannot have one.
final class Quotas {

    private static final String LIMITS = "zookeeper_limits";
    private static final String STATS = "zookeeper_stats";
    private static final String BELOW = Paths.QUOTA + "/";

    private final Nodes nodes;
    private final Znode scratch;
    private final Set<PathKey> roots = new TreeSet<>();
    private final PathKey searched = new PathKey("");
    private int[] hashes = new int[64];

    Quotas(Nodes nodes, TreeOptions options) {
        this.nodes = nodes;
        scratch = new Znode(options);
    }

    void created(String path, int dataLength) {
        String root = rootOf(path);
        if (root != null && path.endsWith(LIMITS)) {
            roots.add(new PathKey(root));
        } else if (root != null) {
            recount(root);
        }
        changed(path, 1, dataLength);
    }

    void deleted(String path, int dataLength) {
        String root = rootOf(path);
        if (root != null && path.endsWith(LIMITS)) {
            roots.remove(new PathKey(root));
        }
        changed(path, -1, -dataLength);
    }

    void dataSet(String path, int lengthDelta) {
        changed(path, 0, lengthDelta);
    }

    /// The quota that governs the path, if its limits and its use are both known.
    @Nullable
    QuotaView of(String path) {
        String root = governing(path);
        String limits = root == null ? null : text(Paths.QUOTA + root + "/" + LIMITS);
        String use = root == null ? null : text(Paths.QUOTA + root + "/" + STATS);
        if (root == null || limits == null || use == null) {
            return null;
        }
        return new QuotaView(
                root,
                value(use, "count"),
                value(use, "bytes"),
                value(limits, "count"),
                value(limits, "bytes"),
                value(limits, "countHardLimit"),
                value(limits, "byteHardLimit"));
    }

    /// All quotas whose limits and use are known, in the order of their paths.
    List<QuotaView> all() {
        List<QuotaView> all = new ArrayList<>();
        for (PathKey root : roots) {
            QuotaView quota = of(root.toString());
            if (quota != null) {
                all.add(quota);
            }
        }
        all.sort(Comparator.comparing(QuotaView::root));
        return all;
    }

    /// Finds all quotas of a tree that was loaded, and counts their use.
    void load() {
        byte[] top = Paths.bytes(Paths.QUOTA);
        Object slot = nodes.find(top);
        if (slot == null) {
            return;
        }
        Walk.through(top, slot, (path, length, at) -> {
            boolean leaf = !(at instanceof Branch branch) || branch.count == 0;
            String root = leaf ? rootOf(Paths.string(path, length)) : null;
            if (root != null && Paths.string(path, length).endsWith(LIMITS)) {
                roots.add(new PathKey(root));
            }
        });
        // Counting changes nodes, so it has to wait for the walk to end.
        roots.forEach(root -> recount(root.toString()));
    }

    /// The path whose limits or use the node keeps; null if it is no such node.
    private static @Nullable String rootOf(String path) {
        if (!path.startsWith(BELOW)) {
            return null;
        }
        String name = Paths.name(path);
        String parent = Paths.parent(path);
        boolean keeps = name.equals(LIMITS) || name.equals(STATS);
        return keeps && parent.length() > Paths.QUOTA.length() ? parent.substring(Paths.QUOTA.length()) : null;
    }

    private @Nullable String governing(String path) {
        if (roots.isEmpty()) {
            return null;
        }
        int length = path.length();
        if (length > hashes.length) {
            hashes = new int[length * 2];
        }
        int hash = 0;
        for (int i = 0; i < length; i++) {
            hash = PathKey.hash(hash, path.charAt(i));
            hashes[i] = hash;
        }
        for (int end = length; end > 1; end = path.lastIndexOf('/', end - 1)) {
            if (roots.contains(searched.become(path, end, hashes[end - 1]))) {
                return searched.toString();
            }
        }
        return null;
    }

    private void changed(String path, int countDelta, long bytesDelta) {
        String root = governing(path);
        String use = root == null ? null : text(Paths.QUOTA + root + "/" + STATS);
        if (root != null && use != null) {
            write(root, value(use, "count") + countDelta, value(use, "bytes") + bytesDelta);
        }
    }

    private void recount(String root) {
        long[] sums = new long[2];
        byte[] top = Paths.bytes(root);
        Object slot = nodes.find(top);
        if (slot != null) {
            Walk.through(top, slot, (path, length, at) -> {
                sums[0]++;
                sums[1] += scratch.read(at).dataLength();
            });
        }
        write(root, sums[0], sums[1]);
    }

    private void write(String root, long count, long bytes) {
        byte[] path = Paths.bytes(Paths.QUOTA + root + "/" + STATS);
        Object slot = nodes.find(path);
        if (slot != null) {
            scratch.read(slot);
            scratch.data(("count=" + count + ",bytes=" + bytes).getBytes(StandardCharsets.UTF_8));
            nodes.replace(path, slot, scratch);
        }
    }

    private @Nullable String text(String path) {
        Object slot = nodes.find(Paths.bytes(path));
        if (slot == null) {
            return null;
        }
        byte[] data = scratch.read(slot).data();
        return data == null ? "" : new String(data, StandardCharsets.UTF_8);
    }

    /// The number that belongs to the key, the last one if there are several. What is missing, empty or no number is
    /// -1.
    private static long value(String text, String key) {
        long value = -1;
        for (String pair : text.split("[,;]+")) {
            String[] parts = pair.split("=");
            if (parts.length > 1 && parts[0].equals(key)) {
                value = number(parts[1]);
            }
        }
        return value;
    }

    private static long number(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            return -1;
        }
    }
}
