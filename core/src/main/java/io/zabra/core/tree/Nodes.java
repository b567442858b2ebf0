// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.tree;

import io.zabra.core.base.ByteHash;
import io.zabra.core.base.Invariant;
import org.jspecify.annotations.Nullable;

/// The nodes and their digest: finds, adds, replaces and removes them, by paths in UTF-8 (the root's has no bytes).
///
/// Freezing costs nothing: it counts up the generation, and from then on whatever bears an older one is copied
/// before it is changed, from the root down to the change. A second change in the same place finds everything
/// already copied.
final class Nodes {

    private final TreeOptions options;
    private final long hashSeed;
    private final Listings listings;
    private final TreeDigest digests = new TreeDigest();
    private final Znode scratch;
    private Branch root;
    private int generation = 1;
    private long digest;

    /// Starts with a root of zeroes, which does not count for the digest until [#root(Znode)].
    Nodes(TreeOptions options, Listings listings) {
        this.options = options;
        hashSeed = options.hashSeed();
        this.listings = listings;
        scratch = new Znode(options);
        scratch.fresh(new byte[0], 0, 0);
        root = new Branch(generation, scratch.pack(), scratch);
    }

    Branch root() {
        return root;
    }

    long digest() {
        return digest;
    }

    /// Gives the root its content, once.
    void root(Znode node) {
        root.packed = node.pack();
        root.creations = node.creations;
        root.pzxid = node.pzxid;
        if (options.digestEnabled()) {
            root.digest = digests.of(node.nameBytes, 0, node);
            digest += Integer.toUnsignedLong(root.digest);
        }
    }

    /// The digest of a node that counts, as the bits of an int.
    int digestOf(byte[] path, Znode node) {
        Branch branch = node.branch;
        return branch == null ? digests.of(path, path.length, node) : branch.digest;
    }

    /// Keeps the present state for others: nothing reachable from the result changes any more.
    Branch freeze() {
        generation++;
        return root;
    }

    /// What is at the path: packed form, branch or null.
    @Nullable
    Object find(byte[] path) {
        return find(path, path.length);
    }

    @Nullable
    Object find(byte[] path, int length) {
        Object at = root;
        int from = 1;
        if (length > 0 && path[0] != '/') {
            return null;
        }
        while (from <= length) {
            if (!(at instanceof Branch holder)) {
                return null;
            }
            int to = nextSlash(path, from, length);
            at = holder.find(hash(path, from, to), path, from, to);
            if (at == null) {
                return null;
            }
            from = to + 1;
        }
        return at;
    }

    /// Adds a node that is not there under `parent`, which [#owned] has returned. Does not touch the parent's
    /// metadata.
    void insert(Branch parent, byte[] path, int hash, Znode node) {
        listings.forget(parent);
        parent.insert(hash, node.pack());
        if (counts(path, path.length)) {
            digest += Integer.toUnsignedLong(digests.of(path, path.length, node));
        }
    }

    /// Removes the node and returns what it was; null if it was not there. `parent` is what [#owned] has returned
    /// for the path up to `slash`. Nodes below it have to be gone already.
    @Nullable
    Object remove(Branch parent, byte[] path, int slash) {
        Object removed = parent.remove(hash(path, slash + 1, path.length), path, slash + 1, path.length);
        if (removed != null) {
            listings.forget(parent);
            if (counts(path, path.length)) {
                digest -= Integer.toUnsignedLong(digestOf(removed, path, path.length));
            }
        }
        return removed;
    }

    /// Sets what `branch`, which [#owned] has returned for the first `length` bytes of the path, knows of its
    /// children.
    void count(Branch branch, byte[] path, int length, int creations, long pzxid) {
        if (!counts(path, length)) {
            branch.creations = creations;
            branch.pzxid = pzxid;
            return;
        }
        int before = digests.ofStat(scratch.read(branch));
        branch.creations = creations;
        branch.pzxid = pzxid;
        scratch.creations = creations;
        scratch.pzxid = pzxid;
        redigest(branch, branch.digest ^ before ^ digests.ofStat(scratch));
    }

    /// Puts `node`, which was read from what is at the path, `slot`, and then changed, in its place.
    void replace(byte[] path, Object slot, Znode node) {
        int length = path.length;
        boolean counted = counts(path, length);
        if (length == 0 || node.branch != null) {
            Branch branch = owned(path, length);
            branch.packed = node.pack();
            if (counted) {
                redigest(branch, digests.of(path, length, node));
            }
            return;
        }
        int slash = Paths.lastSlash(path, length);
        if (counted) {
            digest -= Integer.toUnsignedLong(digestOf(slot, path, length));
            digest += Integer.toUnsignedLong(digests.of(path, length, node));
        }
        byte[] packed = node.pack();
        owned(path, slash).replace(hash(path, slash + 1, length), path, slash + 1, length, packed);
    }

    /// The node at the path, which must be there, as a branch that may be changed.
    Branch owned(byte[] path, int length) {
        Branch branch = ownedOrNull(path, length);
        Invariant.check(branch != null, "a node that is changed must be there");
        return branch;
    }

    /// The node at the path as a branch that may be changed; null if it is not there.
    @Nullable
    Branch ownedOrNull(byte[] path, int length) {
        if (length > 0 && path[0] != '/') {
            return null;
        }
        Branch at = ownedRoot();
        int from = 1;
        while (from <= length) {
            int to = nextSlash(path, from, length);
            int hash = hash(path, from, to);
            Object child = at.find(hash, path, from, to);
            if (child == null) {
                return null;
            }
            Branch next;
            if (child instanceof Branch holder) {
                next = holder.generation == generation ? holder : copied(holder);
            } else {
                next = promoted((byte[]) child, path, to);
            }
            if (next != child) {
                at.replace(hash, path, from, to, next);
            }
            at = next;
            from = to + 1;
        }
        return at;
    }

    /// The hash by which a branch has the child of this name.
    int hash(byte[] path, int from, int to) {
        return ByteHash.of(path, from, to, hashSeed);
    }

    private Branch ownedRoot() {
        if (root.generation != generation) {
            root = copied(root);
        }
        return root;
    }

    private Branch copied(Branch branch) {
        listings.forget(branch);
        return branch.cloned(generation);
    }

    /// Makes a leaf fit to have children.
    private Branch promoted(byte[] packed, byte[] path, int length) {
        scratch.read(packed);
        Branch branch = new Branch(generation, packed, scratch);
        if (counts(path, length)) {
            branch.digest = digests.of(path, length, scratch);
        }
        return branch;
    }

    private void redigest(Branch branch, int newDigest) {
        digest += Integer.toUnsignedLong(newDigest) - Integer.toUnsignedLong(branch.digest);
        branch.digest = newDigest;
    }

    private int digestOf(Object slot, byte[] path, int length) {
        return slot instanceof Branch holder ? holder.digest : digests.of(path, length, scratch.read(slot));
    }

    private boolean counts(byte[] path, int length) {
        return options.digestEnabled() && TreeDigest.counted(path, length);
    }

    private static int nextSlash(byte[] path, int from, int length) {
        int at = from;
        while (at < length && path[at] != '/') {
            at++;
        }
        return at;
    }
}
