// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.tree;

import io.zabra.wire.MalformedPacketException;
import io.zabra.wire.data.Acl;
import io.zabra.wire.data.StatPersisted;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Builds a tree from a snapshot: first the ACL table, then the nodes, parents before children, the root (path "")
/// first; then [#finish].
///
/// What does not fit together is a [MalformedPacketException], after which the restore is void. Paths are not
/// validated: old versions may have written odd ones.
public final class Restore {

    private final DataTree tree;
    private final Znode node;
    // Only ever asked for single keys: their order is of no account.
    private final Map<Long, Integer> slotsByKey = new HashMap<>();
    private boolean rooted;
    /// The parent of the last node, which often is that of the next.
    private byte[] parentPath = {};
    private @Nullable Branch parent;

    Restore(TreeOptions options) {
        tree = new DataTree(options);
        node = new Znode(options);
        slotsByKey.put(KeyedAcl.OPEN, Acls.OPEN_SLOT);
    }

    /// Adds a row of the ACL table. A key that comes again replaces the list.
    public void acl(long key, List<Acl> acl) {
        slotsByKey.put(key, tree.acls.load(new KeyedAcl(key, acl)));
    }

    public void add(String path, byte @Nullable [] data, long aclKey, StatPersisted stat) {
        byte[] bytes = path.getBytes(StandardCharsets.UTF_8);
        int slash = Paths.lastSlash(bytes, bytes.length);
        node.fresh(bytes, slash + 1, bytes.length);
        node.stat(stat);
        node.data(data);
        Integer slot = slotsByKey.get(aclKey);
        if (slot == null) {
            throw new MalformedPacketException("node " + path + " has an ACL key that is not in the table: " + aclKey);
        }
        node.aclSlot = slot;
        if (node.kind() == Owners.Kind.UNKNOWN) {
            throw new MalformedPacketException(
                    "node " + path + " is of an unknown extended type: 0x" + Long.toHexString(node.owner));
        }
        if (slash < 0) {
            root(path);
        } else {
            add(path, bytes, slash);
        }
    }

    /// The tree, with its quotas counted and unused ACLs removed. `lastZxid` is what the snapshot stands for.
    public DataTree finish(long lastZxid) {
        if (!rooted) {
            throw new MalformedPacketException("snapshot without a root");
        }
        rooted = false;
        tree.acls.removeUnused();
        tree.loaded(lastZxid);
        return tree;
    }

    private void root(String path) {
        if (!path.isEmpty() || rooted) {
            throw new MalformedPacketException("node at " + path + " below no parent");
        }
        tree.acls.use(node.aclSlot);
        tree.nodes.root(node);
        tree.counted(Paths.ROOT, node);
        // Apache knows the root by two names and counts its data for each.
        tree.counted("", node);
        rooted = true;
    }

    private void add(String path, byte[] bytes, int slash) {
        if (!rooted) {
            throw new MalformedPacketException("node " + path + " comes before the root");
        }
        Branch under = parent(bytes, slash);
        int hash = Nodes.hash(bytes, slash + 1, bytes.length);
        if (under.find(hash, bytes, slash + 1, bytes.length) != null) {
            throw new MalformedPacketException("node " + path + " comes twice");
        }
        tree.acls.use(node.aclSlot);
        tree.nodes.insert(under, bytes, hash, node);
        tree.counted(path, node);
        if (node.owner != 0) {
            tree.ephemerals.add(path, node.owner);
        }
    }

    private Branch parent(byte[] path, int slash) {
        Branch known = parent;
        if (known != null && Arrays.equals(path, 0, slash, parentPath, 0, parentPath.length)) {
            return known;
        }
        Branch found = tree.nodes.ownedOrNull(path, slash);
        if (found == null) {
            throw new MalformedPacketException("node " + new String(path, StandardCharsets.UTF_8) + " has no parent");
        }
        parent = found;
        parentPath = Arrays.copyOf(path, slash);
        return found;
    }
}
