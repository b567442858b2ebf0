// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.tree;

import io.zabra.core.base.Invariant;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// A node that has, or had, children: its packed form, what changes with each child, and the table of the children.
///
/// The table is extendible hashing: the leading bits of a name's hash choose an entry of `directory`, and several
/// entries may lead to one [Segment]. So a table grows by one small segment at a time, and a change after a freeze
/// clones one segment and the directory, even under a node with millions of children. The directory never has more
/// entries than the node has children, however bad the hashes: a segment that cannot be split then grows instead,
/// and once there are fewer children than entries the table is made anew.
///
/// As with segments, a branch of an older generation must be cloned before it is changed.
final class Branch {

    final int generation;
    byte[] packed;
    Segment[] directory;
    int count;
    /// Overrides what the packed form says.
    int creations;
    /// Overrides what the packed form says.
    long pzxid;
    /// Digest of this node; only kept if digests are on and the node counts.
    int digest;
    /// Whether the cache of encoded child lists has an entry for this.
    boolean listed;

    Branch(int generation, byte[] packed, Znode node) {
        this.generation = generation;
        this.packed = packed;
        directory = new Segment[] {new Segment(generation, 0)};
        creations = node.creations;
        pzxid = node.pzxid;
    }

    private Branch(int generation, Branch from) {
        this.generation = generation;
        packed = from.packed;
        directory = from.directory.clone();
        count = from.count;
        creations = from.creations;
        pzxid = from.pzxid;
        digest = from.digest;
    }

    Branch cloned(int newGeneration) {
        return new Branch(newGeneration, this);
    }

    /// The child with the name from `from` to `to`: packed form, branch or null.
    @Nullable
    Object find(int hash, byte[] path, int from, int to) {
        Segment segment = directory[entry(hash)];
        int index = segment.find(hash, path, from, to);
        return index < 0 ? null : segment.at(index);
    }

    /// Puts `child` in the place of the one of the same name, which must be there.
    void replace(int hash, byte[] path, int from, int to, Object child) {
        Segment segment = owned(entry(hash));
        segment.set(segment.find(hash, path, from, to), child);
    }

    /// Adds a child that is not there yet.
    void insert(int hash, Object child) {
        Segment segment = owned(entry(hash));
        while (segment.count >= Segment.COUNT_MAX && split(entry(hash))) {
            segment = directory[entry(hash)];
        }
        segment.insert(hash, child);
        count++;
    }

    /// Removes and returns the child with the name from `from` to `to`, or does nothing and returns null.
    @Nullable
    Object remove(int hash, byte[] path, int from, int to) {
        int index = directory[entry(hash)].find(hash, path, from, to);
        if (index < 0) {
            return null;
        }
        Segment segment = owned(entry(hash));
        Object removed = segment.at(index);
        segment.remove(index);
        count--;
        if (count < directory.length && directory.length > 1) {
            rebuild();
        }
        return removed;
    }

    /// The segments, each once, in the order of the directory: start at 0 and go on at `after(index)`.
    int after(int index) {
        return index + span(directory[index]);
    }

    private int entry(int hash) {
        int bits = bits();
        return bits == 0 ? 0 : hash >>> (Integer.SIZE - bits);
    }

    private int bits() {
        return Integer.numberOfTrailingZeros(directory.length);
    }

    /// How many entries of the directory lead to the segment; they are neighbours.
    private int span(Segment segment) {
        return 1 << (bits() - segment.depth);
    }

    private Segment owned(int index) {
        Segment segment = directory[index];
        if (segment.generation != generation) {
            segment = segment.cloned(generation);
            set(index, segment);
        }
        return segment;
    }

    private void set(int index, Segment segment) {
        int span = span(segment);
        int from = index & -span;
        Arrays.fill(directory, from, from + span, segment);
    }

    /// Splits the segment by one more bit; false if the directory would become larger than the children are worth.
    private boolean split(int index) {
        Segment full = directory[index];
        int from = index & -span(full);
        if (full.depth == bits()) {
            if (directory.length > count / 32) {
                return false;
            }
            doubleDirectory();
            from *= 2;
        }
        Segment low = new Segment(generation, full.depth + 1);
        Segment high = new Segment(generation, full.depth + 1);
        int bit = Integer.MIN_VALUE >>> full.depth;
        for (int i = 0; i < full.capacity(); i++) {
            Object child = full.at(i);
            if (child != null) {
                int hash = full.hashAt(i);
                ((hash & bit) == 0 ? low : high).insert(hash, child);
            }
        }
        set(from, low);
        set(from + span(low), high);
        return true;
    }

    private void doubleDirectory() {
        Segment[] doubled = new Segment[directory.length * 2];
        for (int i = 0; i < doubled.length; i++) {
            doubled[i] = directory[i >> 1];
        }
        directory = doubled;
    }

    /// Starts over with as few segments as the children that are left need.
    private void rebuild() {
        Segment[] old = directory;
        int left = count;
        directory = new Segment[] {new Segment(generation, 0)};
        count = 0;
        Segment last = null;
        for (Segment segment : old) {
            for (int i = 0; segment != last && i < segment.capacity(); i++) {
                Object child = segment.at(i);
                if (child != null) {
                    insert(segment.hashAt(i), child);
                }
            }
            last = segment;
        }
        Invariant.check(count == left, "a table must keep its children");
    }
}
