// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.watch;

import java.util.Arrays;

/// The members of an entry that has many: numbers as in [WatchTable], in rising order.
final class Crowd {

    private int[] members;
    private int size;

    Crowd(int[] members, int size) {
        this.members = Arrays.copyOf(members, size);
        this.size = size;
    }

    int size() {
        return size;
    }

    int at(int index) {
        return members[index];
    }

    int flags(int id) {
        int index = index(id);
        return index < size && WatchTable.id(members[index]) == id ? WatchTable.flags(members[index]) : 0;
    }

    /// Flags of 0 take the member out.
    void set(int id, int flags) {
        int index = index(id);
        boolean there = index < size && WatchTable.id(members[index]) == id;
        if (flags == 0 && there) {
            System.arraycopy(members, index + 1, members, index, size - index - 1);
            size--;
        } else if (flags != 0 && there) {
            members[index] = WatchTable.member(id, flags);
        } else if (flags != 0) {
            if (size == members.length) {
                members = Arrays.copyOf(members, size + size / 2 + 1);
            }
            System.arraycopy(members, index, members, index + 1, size - index);
            members[index] = WatchTable.member(id, flags);
            size++;
        }
    }

    private int index(int id) {
        int low = 0;
        int high = size;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (WatchTable.id(members[middle]) < id) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
