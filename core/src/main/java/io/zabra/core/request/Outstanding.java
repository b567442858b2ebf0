// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.request;

import io.zabra.core.base.Invariant;
import io.zabra.core.tree.DataTree;
import io.zabra.core.tree.Znode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The tree as it will be: the applied tree with the changes of all proposals in flight laid over it
/// (Apache: outstandingChanges). Owned by the node.
///
/// Use: [#begin], any number of [#put] and [#remove], then either [#keep] or [#rollback]; and [#applied] in the order
/// of [#keep] when a transaction reaches the tree.
final class Outstanding {

    /// @param zxid the proposal that makes the change
    /// @param node the znode after it; null when it removes the znode
    private record Change(long zxid, @Nullable HeadNode node) {}

    private record Undo(String path, @Nullable Change before) {}

    private record InFlight(long zxid, List<String> paths) {}

    private final DataTree tree;
    private final boolean digests;
    private final Map<String, Change> changes = new HashMap<>();
    private final ArrayDeque<InFlight> inFlight = new ArrayDeque<>();
    private final List<Undo> undo = new ArrayList<>();
    private long zxid;
    private long digest;
    private long digestBefore;

    Outstanding(DataTree tree, boolean digests) {
        this.tree = tree;
        this.digests = digests;
        this.digest = tree.digest();
    }

    /// Opens the changes of one proposal.
    void begin(long newZxid) {
        Invariant.check(undo.isEmpty(), "changes of the proposal before are neither kept nor rolled back");
        zxid = newZxid;
        digestBefore = digest;
    }

    /// The znode at `path` after all changes so far, or null when there is none.
    @Nullable
    HeadNode head(String path) {
        String key = key(path);
        Change change = changes.get(key);
        if (change != null) {
            return change.node();
        }
        Znode znode = tree.find(key);
        return znode == null ? null : HeadNode.of(tree, key, znode, digests);
    }

    /// Whether there will be a znode at `path`; cheaper than [#head].
    boolean exists(String path) {
        String key = key(path);
        Change change = changes.get(key);
        return change != null ? change.node() != null : tree.find(key) != null;
    }

    /// Replaces `before` (null: there was none) by `after`.
    void put(@Nullable HeadNode before, HeadNode after) {
        change(after.path(), after);
        digest += after.digest() - (before == null ? 0 : before.digest());
    }

    void remove(HeadNode node) {
        change(node.path(), null);
        digest -= node.digest();
    }

    /// Keeps the changes made since [#begin]: they were proposed.
    void keep() {
        List<String> paths = new ArrayList<>(undo.size());
        for (Undo step : undo) {
            paths.add(step.path());
        }
        inFlight.add(new InFlight(zxid, paths));
        undo.clear();
    }

    /// Takes back the changes made since [#begin]: the request was refused.
    void rollback() {
        for (int i = undo.size() - 1; i >= 0; i--) {
            Undo step = undo.get(i);
            if (step.before() == null) {
                changes.remove(step.path());
            } else {
                changes.put(step.path(), step.before());
            }
        }
        undo.clear();
        digest = digestBefore;
    }

    /// Drops what the tree now holds itself.
    void applied(long appliedZxid) {
        InFlight first = inFlight.peek();
        if (first == null || first.zxid() != appliedZxid) {
            return;
        }
        inFlight.remove();
        for (String path : first.paths()) {
            Change change = changes.get(path);
            if (change != null && change.zxid() == appliedZxid) {
                changes.remove(path);
            }
        }
    }

    /// The digest of the whole tree after all changes so far.
    long digest() {
        return digest;
    }

    /// The ephemeral znodes that `sessionId` will own.
    Set<String> ephemerals(long sessionId) {
        Set<String> paths = new LinkedHashSet<>();
        for (String path : tree.ephemerals(sessionId)) {
            Change change = changes.get(path);
            if (change == null || owns(change, sessionId)) {
                paths.add(path);
            }
        }
        for (InFlight proposal : inFlight) {
            for (String path : proposal.paths()) {
                Change change = changes.get(path);
                if (change != null && owns(change, sessionId)) {
                    paths.add(path);
                }
            }
        }
        return paths;
    }

    private static boolean owns(Change change, long sessionId) {
        return change.node() != null && change.node().stat().ephemeralOwner() == sessionId;
    }

    private void change(String path, @Nullable HeadNode node) {
        undo.add(new Undo(path, changes.put(path, new Change(zxid, node))));
    }

    private static String key(String path) {
        return path.equals("/") ? "" : path;
    }
}
