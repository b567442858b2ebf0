// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.server.observe;

import java.util.SortedMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Supplier;

/// Metrics of the same kind, one for each namespace, which is the first part of a path.
///
/// @param <T> [Counter] or [Summary]
public final class Namespaced<T> {

    /// Namespaces come from clients; further ones share one metric.
    static final int NAMESPACES_MAX = 1_000;

    /// The namespace that stands for all those without a metric of their own.
    static final String OTHERS = "_others";

    private final Supplier<T> maker;
    private final ConcurrentSkipListMap<String, T> metrics = new ConcurrentSkipListMap<>();

    Namespaced(Supplier<T> maker) {
        this.maker = maker;
    }

    /// The metric of the namespace of `path`; `/zookeeper/quota` is in `zookeeper`. Any thread may call it.
    public T ofPath(String path) {
        int end = path.indexOf('/', 1);
        String name = path.substring(Math.min(1, path.length()), end < 0 ? path.length() : end);
        T known = metrics.get(name);
        if (known != null) {
            return known;
        }
        String key = metrics.size() < NAMESPACES_MAX ? name : OTHERS;
        return metrics.computeIfAbsent(key, unused -> maker.get());
    }

    SortedMap<String, T> all() {
        return metrics;
    }
}
