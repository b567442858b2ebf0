// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.watch;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Numbers for the leading parts of watched paths, up to and with the last slash, so that watches on many children of
/// one node store that node's path once. A number lives as long as someone uses it.
final class Directories {

    static final int ABSENT = -1;

    private static final class Row {
        final String path;
        final int number;
        int uses;

        Row(String path, int number) {
            this.path = path;
            this.number = number;
        }
    }

    // Only ever asked for single paths: their order is of no account.
    private final Map<String, Row> byPath = new HashMap<>();
    private final ArrayList<@Nullable Row> byNumber = new ArrayList<>();
    private final ArrayList<Integer> free = new ArrayList<>();

    int find(String path) {
        Row row = byPath.get(path);
        return row == null ? ABSENT : row.number;
    }

    /// The number of the path; it is not kept unless [#use] follows.
    int findOrAdd(String path) {
        Row row = byPath.get(path);
        if (row != null) {
            return row.number;
        }
        int number = free.isEmpty() ? byNumber.size() : free.removeLast();
        Row added = new Row(path, number);
        if (number == byNumber.size()) {
            byNumber.add(added);
        } else {
            byNumber.set(number, added);
        }
        byPath.put(path, added);
        return number;
    }

    String path(int number) {
        return row(number).path;
    }

    void use(int number) {
        row(number).uses++;
    }

    void release(int number) {
        Row row = row(number);
        row.uses--;
        if (row.uses == 0) {
            byPath.remove(row.path);
            byNumber.set(number, null);
            free.add(number);
        }
    }

    private Row row(int number) {
        Row row = byNumber.get(number);
        if (row == null) {
            throw new IllegalStateException("no directory " + number);
        }
        return row;
    }
}
