// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.tree;

import io.zabra.wire.MalformedPacketException;
import io.zabra.wire.data.Acl;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The distinct ACLs of the tree; nodes hold the number of a slot. An ACL goes when the last node that uses it goes.
///
/// Slots are our own affair; the keys are what snapshots hold, and stay as they were loaded. A new key is one above
/// the largest so far.
final class Acls {

    /// Slot of the list that lets everybody do everything, which most nodes have. It is always there.
    static final int OPEN_SLOT = 0;

    private static final class Row {
        final KeyedAcl keyed;
        final int slot;
        int uses;

        Row(KeyedAcl keyed, int slot) {
            this.keyed = keyed;
            this.slot = slot;
        }
    }

    private final ArrayList<@Nullable Row> rows = new ArrayList<>();
    private final ArrayList<Integer> freeSlots = new ArrayList<>();
    // Only ever asked for single keys: their order is of no account.
    private final Map<List<Acl>, Row> byList = new HashMap<>();
    private long keyMax;

    Acls() {
        rows.add(new Row(new KeyedAcl(KeyedAcl.OPEN, Acl.OPEN), OPEN_SLOT));
    }

    /// The slot of the list, which gets one more user.
    int use(@Nullable List<Acl> acl) {
        if (acl == null || acl.equals(Acl.OPEN)) {
            return OPEN_SLOT;
        }
        Row row = byList.get(acl);
        if (row == null) {
            row = add(new KeyedAcl(keyMax + 1, List.copyOf(acl)));
        }
        row.uses++;
        return row.slot;
    }

    void use(int slot) {
        if (slot != OPEN_SLOT) {
            row(slot).uses++;
        }
    }

    void release(int slot) {
        if (slot == OPEN_SLOT) {
            return;
        }
        Row row = row(slot);
        row.uses--;
        if (row.uses == 0) {
            remove(row);
        }
    }

    List<Acl> at(int slot) {
        return slot == OPEN_SLOT ? Acl.OPEN : row(slot).keyed.acl();
    }

    /// Adds a row of a snapshot, with no users, and returns its slot.
    int load(KeyedAcl keyed) {
        if (keyed.key() < 1) {
            throw new MalformedPacketException("ACL key " + keyed.key());
        }
        return add(new KeyedAcl(keyed.key(), List.copyOf(keyed.acl()))).slot;
    }

    void removeUnused() {
        for (int slot = OPEN_SLOT + 1; slot < rows.size(); slot++) {
            Row row = rows.get(slot);
            if (row != null && row.uses == 0) {
                remove(row);
            }
        }
    }

    /// The rows by slot, with null where there is none; a copy, at four bytes a row.
    @Nullable
    KeyedAcl[] snapshot() {
        @Nullable KeyedAcl[] copy = new KeyedAcl[rows.size()];
        for (int i = 0; i < copy.length; i++) {
            Row row = rows.get(i);
            copy[i] = row == null ? null : row.keyed;
        }
        return copy;
    }

    int size() {
        return rows.size() - freeSlots.size() - 1;
    }

    private Row add(KeyedAcl keyed) {
        int slot = freeSlots.isEmpty() ? rows.size() : freeSlots.removeLast();
        Row row = new Row(keyed, slot);
        if (slot == rows.size()) {
            rows.add(row);
        } else {
            rows.set(slot, row);
        }
        byList.put(keyed.acl(), row);
        keyMax = Math.max(keyMax, keyed.key());
        return row;
    }

    private void remove(Row row) {
        rows.set(row.slot, null);
        freeSlots.add(row.slot);
        // Snapshots may hold one list under two keys.
        byList.remove(row.keyed.acl(), row);
    }

    private Row row(int slot) {
        Row row = rows.get(slot);
        if (row == null) {
            throw new IllegalStateException("no ACL in slot " + slot);
        }
        return row;
    }
}
