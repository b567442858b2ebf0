// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.watch;

/// A client that may have watches; made by [Watches#join]. Ids are small and reused.
public final class Watcher<C> {

    final C client;
    final int id;
    final Registrations data = new Registrations();
    final Registrations child = new Registrations();
    /// Number of the last trigger that told this one.
    long served;
    /// Sum of [WatchTable#weight] over its watches.
    long weight;

    Watcher(C client, int id) {
        this.client = client;
        this.id = id;
    }

    public C client() {
        return client;
    }

    /// How many watches it has; a persistent one counts twice.
    public int count() {
        return data.live() + child.live();
    }

    Registrations in(boolean childTable) {
        return childTable ? child : data;
    }
}
