// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.tree;

import io.zabra.wire.MalformedPacketException;
import io.zabra.wire.WireReader;
import io.zabra.wire.data.Acl;
import io.zabra.wire.data.StatPersisted;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
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

    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final int STAT_BYTES = 60;

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
        node.fresh(bytes, Paths.lastSlash(bytes, bytes.length) + 1, bytes.length);
        node.stat(stat);
        node.data(data);
        add(bytes, path.length(), aclKey);
    }

    /// Adds a node from its record in a snapshot, which goes from `from` to `to`: path, data, ACL key and metadata.
    /// Nothing is decoded on the way that the tree keeps encoded.
    public void add(byte[] record, int from, int to) {
        int pathLength = (int) INT.get(record, from);
        int pathFrom = from + Integer.BYTES;
        if (!isAscii(record, pathFrom, pathFrom + pathLength)) {
            // Jute's strings are not quite UTF-8.
            WireReader in = new WireReader(record, from, to);
            add(in.string(), in.buffer(), in.int64(), StatPersisted.read(in));
            return;
        }
        byte[] path = Arrays.copyOfRange(record, pathFrom, pathFrom + pathLength);
        int dataLength = (int) INT.get(record, pathFrom + pathLength);
        int dataFrom = pathFrom + pathLength + Integer.BYTES;
        int at = dataFrom + Math.max(dataLength, 0) + Long.BYTES;
        if (at + STAT_BYTES != to) {
            throw new MalformedPacketException("record of a node with " + (to - at) + " bytes of metadata");
        }
        node.fresh(path, Paths.lastSlash(path, pathLength) + 1, pathLength);
        node.data(record, dataFrom, dataLength);
        node.czxid = (long) LONG.get(record, at);
        node.mzxid = (long) LONG.get(record, at + 8);
        node.ctimeMs = (long) LONG.get(record, at + 16);
        node.mtimeMs = (long) LONG.get(record, at + 24);
        node.version = (int) INT.get(record, at + 32);
        node.creations = (int) INT.get(record, at + 36);
        node.aversion = (int) INT.get(record, at + 40);
        node.owner = (long) LONG.get(record, at + 44);
        node.pzxid = (long) LONG.get(record, at + 52);
        add(path, pathLength, (long) LONG.get(record, at - Long.BYTES));
    }

    /// Adds [#node], of whose path the length in characters is known.
    private void add(byte[] path, int characters, long aclKey) {
        Integer slot = slotsByKey.get(aclKey);
        if (slot == null) {
            throw new MalformedPacketException(
                    "node " + text(path) + " has an ACL key that is not in the table: " + aclKey);
        }
        node.aclSlot = slot;
        if (node.owner != 0 && node.kind() == Owners.Kind.UNKNOWN) {
            throw new MalformedPacketException(
                    "node " + text(path) + " is of an unknown extended type: 0x" + Long.toHexString(node.owner));
        }
        if (node.nameFrom == 0) {
            root(path);
        } else {
            add(path, characters);
        }
    }

    private static boolean isAscii(byte[] bytes, int from, int to) {
        int all = 0;
        for (int i = from; i < to; i++) {
            all |= bytes[i];
        }
        return all >= 0;
    }

    private static String text(byte[] path) {
        return new String(path, StandardCharsets.UTF_8);
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

    private void root(byte[] path) {
        if (path.length != 0 || rooted) {
            throw new MalformedPacketException("node at " + text(path) + " below no parent");
        }
        tree.acls.use(node.aclSlot);
        tree.nodes.root(node);
        tree.counted(Paths.ROOT.length(), node);
        // Apache knows the root by two names and counts its data for each.
        tree.counted(0, node);
        rooted = true;
    }

    private void add(byte[] path, int characters) {
        if (!rooted) {
            throw new MalformedPacketException("node " + text(path) + " comes before the root");
        }
        Branch under = parent(path, node.nameFrom - 1);
        int hash = tree.nodes.hash(path, node.nameFrom, path.length);
        if (under.find(hash, path, node.nameFrom, path.length) != null) {
            throw new MalformedPacketException("node " + text(path) + " comes twice");
        }
        tree.acls.use(node.aclSlot);
        tree.nodes.insert(under, path, hash, node);
        tree.counted(characters, node);
        if (node.owner != 0) {
            tree.ephemerals.add(text(path), node.owner);
        }
    }

    private Branch parent(byte[] path, int slash) {
        Branch known = parent;
        if (known != null && Arrays.equals(path, 0, slash, parentPath, 0, parentPath.length)) {
            return known;
        }
        Branch found = tree.nodes.ownedOrNull(path, slash);
        if (found == null) {
            throw new MalformedPacketException("node " + text(path) + " has no parent");
        }
        parent = found;
        parentPath = Arrays.copyOf(path, slash);
        return found;
    }
}
