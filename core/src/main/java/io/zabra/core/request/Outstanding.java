// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.request;

import io.zabra.core.base.Invariant;
import io.zabra.core.tree.DataTree;
import io.zabra.core.tree.TreeDigest;
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

    /// A proposal, and how many of the changed paths and of the created znodes with an owner are its own.
    private record InFlight(long zxid, int changed, int owned) {}

    private final DataTree tree;
    private final @Nullable TreeDigest digests;
    private final Map<String, Change> changes = new HashMap<>();
    private final ArrayDeque<InFlight> inFlight = new ArrayDeque<>();
    private final ArrayDeque<String> changed = new ArrayDeque<>();
    private final List<Undo> undo = new ArrayList<>();
    /// The znodes with an owner that the present proposal creates.
    private final List<HeadNode> created = new ArrayList<>();
    /// The same of all proposals in flight, in their order.
    private final ArrayDeque<HeadNode> owned = new ArrayDeque<>();
    /// The same by owner. Only ever asked for single owners.
    private final Map<Long, ArrayDeque<HeadNode>> ownedBy = new HashMap<>();
    private long zxid;
    private long digest;
    private long digestBefore;

    Outstanding(DataTree tree, boolean digests) {
        this.tree = tree;
        this.digests = digests ? new TreeDigest() : null;
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

    /// The same, only to be looked at: it does not know its part in the digest, which for large data is work.
    @Nullable
    HeadNode glance(String path) {
        String key = key(path);
        Change change = changes.get(key);
        if (change != null) {
            return change.node();
        }
        Znode znode = tree.find(key);
        return znode == null ? null : HeadNode.of(tree, key, znode, null);
    }

    /// Whether there will be a znode at `path`; cheaper than [#head].
    boolean exists(String path) {
        String key = key(path);
        Change change = changes.get(key);
        return change != null ? change.node() != null : tree.has(key);
    }

    /// Replaces `before` (null: there was none) by `after`.
    void put(@Nullable HeadNode before, HeadNode after) {
        change(after.path(), after);
        if (before == null && after.stat().ephemeralOwner() != 0) {
            created.add(after);
        }
        digest += after.digest() - (before == null ? 0 : before.digest());
    }

    void remove(HeadNode node) {
        change(node.path(), null);
        digest -= node.digest();
    }

    /// Keeps the changes made since [#begin]: they were proposed.
    void keep() {
        inFlight.add(new InFlight(zxid, undo.size(), created.size()));
        for (int i = 0; i < undo.size(); i++) {
            changed.add(undo.get(i).path());
        }
        for (int i = 0; i < created.size(); i++) {
            HeadNode node = created.get(i);
            owned.add(node);
            ownedBy.computeIfAbsent(node.stat().ephemeralOwner(), _ -> new ArrayDeque<>())
                    .add(node);
        }
        created.clear();
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
        created.clear();
        digest = digestBefore;
    }

    /// Drops what the tree now holds itself.
    void applied(long appliedZxid) {
        InFlight first = inFlight.peek();
        if (first == null || first.zxid() != appliedZxid) {
            return;
        }
        inFlight.remove();
        for (int i = 0; i < first.owned(); i++) {
            long owner = owned.remove().stat().ephemeralOwner();
            ArrayDeque<HeadNode> all = Invariant.present(ownedBy.get(owner));
            all.remove();
            if (all.isEmpty()) {
                ownedBy.remove(owner);
            }
        }
        for (int i = 0; i < first.changed(); i++) {
            String path = changed.remove();
            Change change = changes.get(path);
            if (change != null && change.zxid() == appliedZxid) {
                changes.remove(path);
            }
        }
    }

    /// What computes digests of znodes; null when they are off.
    @Nullable
    TreeDigest digests() {
        return digests;
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
        ArrayDeque<HeadNode> inFlightToo = ownedBy.get(sessionId);
        if (inFlightToo != null) {
            for (HeadNode node : inFlightToo) {
                Change change = changes.get(node.path());
                if (change != null && owns(change, sessionId)) {
                    paths.add(node.path());
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
