// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.interop.cluster;

import io.zabra.simulator.history.Entry;
import java.util.ArrayList;
import java.util.List;

/// What was seen on all connections of clients, in one order.
final class Recording {

    private final List<Entry> entries = new ArrayList<>();
    private int connections;

    synchronized int nextConnection() {
        return ++connections;
    }

    synchronized void add(Entry entry) {
        entries.add(entry);
    }

    synchronized List<Entry> entries() {
        return List.copyOf(entries);
    }

    synchronized int size() {
        return entries.size();
    }
}
