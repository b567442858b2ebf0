// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.watch;

import io.zabra.core.base.PathKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Numbers for the leading parts of watched paths, up to and with the last slash, so that watches on many children of
/// one node store that node's path once. A number lives as long as someone uses it.
final class Directories {

    static final int ABSENT = -1;

    /// A row with its entry in the table, without the characters of the path.
    private static final long ROW_BYTES = 180;

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
    private final Map<PathKey, Row> byPath = new HashMap<>();
    private final ArrayList<@Nullable Row> byNumber = new ArrayList<>();
    private final ArrayList<Integer> free = new ArrayList<>();
    private final PathKey searched = new PathKey("");
    private long bytes;

    /// The number of the first `length` characters of the path, whose hash is known.
    int find(String path, int length, int hash) {
        Row row = byPath.get(searched.become(path, length, hash));
        return row == null ? ABSENT : row.number;
    }

    int find(String path) {
        return find(path, path.length(), path.hashCode());
    }

    /// The number of the path; it is not kept unless [#use] follows.
    int findOrAdd(String path) {
        PathKey key = new PathKey(path);
        Row row = byPath.get(key);
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
        byPath.put(key, added);
        bytes += bytes(added);
        return number;
    }

    /// Memory that all take.
    long bytes() {
        return bytes;
    }

    private static long bytes(Row row) {
        return ROW_BYTES + row.path.length();
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
            byPath.remove(new PathKey(row.path));
            bytes -= bytes(row);
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
