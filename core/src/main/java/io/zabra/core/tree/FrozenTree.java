// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.tree;

import io.zabra.core.base.Invariant;
import io.zabra.wire.data.Acl;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The tree as it was at one zxid, for another thread to walk while the owner of the tree goes on changing it.
///
/// It must be handed over safely (through a queue, for example). While it is held, each part of the tree that the
/// owner changes exists twice; [#close] lets go of it.
public final class FrozenTree implements AutoCloseable {

    /// Hears of each node. The path, in UTF-8 and empty for the root, and the node are good until it returns.
    public interface Visitor<E extends Exception> {
        void node(byte[] path, int pathLength, long aclKey, Znode node) throws E;
    }

    private final TreeOptions options;
    private final long zxid;
    private final long digest;
    private final int nodeCount;
    private final long approximateDataSize;
    private @Nullable Branch root;
    private @Nullable KeyedAcl[] acls;

    FrozenTree(DataTree tree, TreeOptions options, Branch root, @Nullable KeyedAcl[] acls) {
        this.options = options;
        this.root = root;
        this.acls = acls;
        zxid = tree.lastZxid();
        digest = tree.digest();
        nodeCount = tree.nodeCount();
        approximateDataSize = tree.approximateDataSize();
    }

    public long zxid() {
        return zxid;
    }

    public long digest() {
        return digest;
    }

    /// As [DataTree#nodeCount]: one more than there are nodes.
    public int nodeCount() {
        return nodeCount;
    }

    public long approximateDataSize() {
        return approximateDataSize;
    }

    /// The ACL table, without [KeyedAcl#OPEN].
    public List<KeyedAcl> acls() {
        List<KeyedAcl> listed = new ArrayList<>(acls.length);
        for (int slot = Acls.OPEN_SLOT + 1; slot < acls.length; slot++) {
            KeyedAcl row = acls[slot];
            if (row != null) {
                listed.add(row);
            }
        }
        return listed;
    }

    /// Visits all nodes, parents before children, the root first.
    public <E extends Exception> void walk(Visitor<E> visitor) throws E {
        Branch top = root;
        @Nullable KeyedAcl[] table = acls;
        Invariant.check(top != null, "a frozen tree cannot be walked once it is closed");
        Znode node = new Znode(options);
        Walk.through(new byte[0], top, (path, length, slot) -> {
            node.read(slot);
            KeyedAcl acl = table[node.aclSlot];
            Invariant.check(acl != null, "the ACL of a node must be in the table");
            visitor.node(path, length, acl.key(), node);
        });
    }

    /// The ACL of a node of this view.
    public List<Acl> acl(Znode node) {
        KeyedAcl acl = acls[node.aclSlot];
        Invariant.check(acl != null, "the ACL of a node must be in the table");
        return acl.acl();
    }

    /// Lets go of the view; whoever holds it may do so, once.
    @Override
    public void close() {
        root = null;
        acls = new KeyedAcl[0];
    }
}
