// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.tree;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A part of the children of one node: an open-addressing table with linear probing that keeps the hashes beside the
/// slots, so that growing, splitting and deleting never touch the nodes themselves.
///
/// A slot holds the packed form of a leaf (`byte[]`) or a [Branch]. The hash beside an empty slot is 0, and no child's
/// is: in a large tree each array that is touched is a miss of the processor's caches, and so a search that finds
/// nothing reads the hashes alone. A segment whose generation is not the tree's
/// current one belongs to a frozen view as well, and is cloned before it is changed.
final class Segment {

    /// A segment that grows beyond this asks to be split. Small enough to be cloned in no time.
    static final int COUNT_MAX = 192;

    private static final int CAPACITY_MIN = 4;
    private static final int EMPTY = 0;

    final int generation;
    /// How many of the leading bits of the hash all entries share.
    int depth;
    int count;
    private int capacity;
    private int[] hashes;
    private @Nullable Object[] slots;

    Segment(int generation, int depth) {
        this.generation = generation;
        this.depth = depth;
        capacity = CAPACITY_MIN;
        hashes = new int[CAPACITY_MIN];
        slots = new Object[CAPACITY_MIN];
    }

    private Segment(int generation, Segment from) {
        this.generation = generation;
        depth = from.depth;
        count = from.count;
        capacity = from.capacity;
        hashes = from.hashes.clone();
        slots = from.slots.clone();
    }

    Segment cloned(int newGeneration) {
        return new Segment(newGeneration, this);
    }

    int capacity() {
        return capacity;
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
        int wanted = stored(hash);
        int index = home(wanted);
        while (true) {
            int at = hashes[index];
            if (at == EMPTY) {
                return -1;
            }
            if (at == wanted && isNamed(slots[index], path, from, to)) {
                return index;
            }
            index = next(index);
        }
    }

    /// Adds a child that is not there yet.
    void insert(int hash, Object child) {
        if ((count + 1) * 5 > capacity * 4) {
            resize(Math.max(capacity + 4, capacity * 3 / 2));
        }
        put(stored(hash), child);
        count++;
    }

    void remove(int index) {
        int hole = index;
        int probe = next(hole);
        while (hashes[probe] != EMPTY) {
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
        hashes[hole] = EMPTY;
        count--;
        if (capacity > 2 * CAPACITY_MIN && count * 4 < capacity) {
            resize(Math.max(CAPACITY_MIN, capacity / 2));
        }
    }

    private static boolean isNamed(@Nullable Object child, byte[] path, int from, int to) {
        byte[] packed = child instanceof Branch holder ? holder.packed : (byte[]) Objects.requireNonNull(child);
        int length = Znode.nameLength(packed);
        if (length != to - from) {
            return false;
        }
        int nameFrom = Znode.nameFrom(packed);
        return Arrays.equals(packed, nameFrom, nameFrom + length, path, from, to);
    }

    private void resize(int newCapacity) {
        int[] oldHashes = hashes;
        @Nullable Object[] oldSlots = slots;
        capacity = newCapacity;
        hashes = new int[newCapacity];
        slots = new Object[newCapacity];
        for (int i = 0; i < oldSlots.length; i++) {
            Object child = oldSlots[i];
            if (child != null) {
                put(oldHashes[i], child);
            }
        }
    }

    private void put(int stored, Object child) {
        int index = home(stored);
        while (hashes[index] != EMPTY) {
            index = next(index);
        }
        slots[index] = child;
        hashes[index] = stored;
    }

    /// Keeps 0 free. Only the lowest bit changes, which no directory is ever large enough to look at.
    private static int stored(int hash) {
        return hash == EMPTY ? 1 : hash;
    }

    /// Mixes anew, since the leading bits are the same for all in here.
    private int home(int stored) {
        long mixed = Integer.toUnsignedLong(stored * 0x9E3779B9);
        return (int) ((mixed * capacity) >>> 32);
    }

    private int next(int index) {
        return index + 1 == capacity ? 0 : index + 1;
    }

    private int distance(int from, int to) {
        return to >= from ? to - from : to - from + capacity;
    }
}
