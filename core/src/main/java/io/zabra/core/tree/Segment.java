// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.tree;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// A part of the children of one node: an open-addressing table with linear probing that keeps the hashes beside the
/// slots, so that growing, splitting and deleting never touch the nodes themselves.
///
/// A slot holds the packed form of a leaf (`byte[]`) or a [Branch]. A segment whose generation is not the tree's
/// current one belongs to a frozen view as well, and is cloned before it is changed.
final class Segment {

    /// A segment that grows beyond this asks to be split. Small enough to be cloned in no time.
    static final int COUNT_MAX = 192;

    private static final int CAPACITY_MIN = 4;

    final int generation;
    /// How many of the leading bits of the hash all entries share.
    int depth;
    int count;
    private int[] hashes;
    private @Nullable Object[] slots;

    Segment(int generation, int depth) {
        this.generation = generation;
        this.depth = depth;
        hashes = new int[CAPACITY_MIN];
        slots = new Object[CAPACITY_MIN];
    }

    private Segment(int generation, Segment from) {
        this.generation = generation;
        depth = from.depth;
        count = from.count;
        hashes = from.hashes.clone();
        slots = from.slots.clone();
    }

    Segment cloned(int newGeneration) {
        return new Segment(newGeneration, this);
    }

    int capacity() {
        return slots.length;
    }

    @Nullable
    Object at(int index) {
        return slots[index];
    }

    int hashAt(int index) {
        return hashes[index];
    }

    void set(int index, Object child) {
        slots[index] = child;
    }

    /// The index of the child with the name from `from` to `to`, or -1.
    int find(int hash, byte[] path, int from, int to) {
        int index = home(hash);
        while (true) {
            Object child = slots[index];
            if (child == null) {
                return -1;
            }
            if (hashes[index] == hash && isNamed(child, path, from, to)) {
                return index;
            }
            index = next(index);
        }
    }

    /// Adds a child that is not there yet.
    void insert(int hash, Object child) {
        if ((count + 1) * 5 > slots.length * 4) {
            resize(Math.max(slots.length + 4, slots.length * 3 / 2));
        }
        put(hash, child);
        count++;
    }

    void remove(int index) {
        int hole = index;
        int probe = next(hole);
        while (slots[probe] != null) {
            // Whatever would no longer be found past the hole moves into it.
            int distance = distance(home(hashes[probe]), probe);
            if (distance >= distance(hole, probe)) {
                slots[hole] = slots[probe];
                hashes[hole] = hashes[probe];
                hole = probe;
            }
            probe = next(probe);
        }
        slots[hole] = null;
        count--;
        if (slots.length > 2 * CAPACITY_MIN && count * 4 < slots.length) {
            resize(Math.max(CAPACITY_MIN, slots.length / 2));
        }
    }

    static boolean isNamed(Object child, byte[] path, int from, int to) {
        byte[] packed = child instanceof Branch holder ? holder.packed : (byte[]) child;
        int length = Znode.nameLength(packed);
        if (length != to - from) {
            return false;
        }
        int nameFrom = Znode.nameFrom(packed);
        return Arrays.equals(packed, nameFrom, nameFrom + length, path, from, to);
    }

    private void resize(int capacity) {
        int[] oldHashes = hashes;
        @Nullable Object[] oldSlots = slots;
        hashes = new int[capacity];
        slots = new Object[capacity];
        for (int i = 0; i < oldSlots.length; i++) {
            Object child = oldSlots[i];
            if (child != null) {
                put(oldHashes[i], child);
            }
        }
    }

    private void put(int hash, Object child) {
        int index = home(hash);
        while (slots[index] != null) {
            index = next(index);
        }
        slots[index] = child;
        hashes[index] = hash;
    }

    /// Mixes anew, since the leading bits are the same for all in here.
    private int home(int hash) {
        long mixed = Integer.toUnsignedLong(hash * 0x9E3779B9);
        return (int) ((mixed * slots.length) >>> 32);
    }

    private int next(int index) {
        return index + 1 == slots.length ? 0 : index + 1;
    }

    private int distance(int from, int to) {
        return to >= from ? to - from : to - from + slots.length;
    }
}
