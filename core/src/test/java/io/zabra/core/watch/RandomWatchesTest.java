// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.watch;

import static io.zabra.wire.client.WatcherEvent.NODE_CHILDREN_CHANGED;
import static io.zabra.wire.client.WatcherEvent.NODE_CREATED;
import static io.zabra.wire.client.WatcherEvent.NODE_DATA_CHANGED;
import static io.zabra.wire.client.WatcherEvent.NODE_DELETED;
import static org.assertj.core.api.Assertions.assertThat;

import io.zabra.core.base.Prng;
import io.zabra.wire.data.Acl;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// Random registrations and changes, against the rules written down plainly.
class RandomWatchesTest {

    @Test
    void doesWhatTheModelDoes() {
        for (long seed = 1; seed <= 30; seed++) {
            // Many paths exercise the pages, few paths the crowds.
            new Run(seed, seed % 3 == 0 ? 2 : seed % 3 == 1 ? 8 : 40).run();
        }
    }

    private static final class Run {
        final long seed;
        final Prng random;
        final int names;
        final List<String> events = new ArrayList<>();
        final List<String> expected = new ArrayList<>();
        final Watches<String> watches =
                new Watches<>(new WatchesTest.Recorder(events), WatchLimits.ofBytes(Long.MAX_VALUE, Long.MAX_VALUE), 1);
        final List<Watcher<String>> watchers = new ArrayList<>();
        final Map<String, TreeMap<Integer, Integer>> data = new HashMap<>();
        final Map<String, TreeMap<Integer, Integer>> child = new HashMap<>();

        Run(long seed, int names) {
            this.seed = seed;
            this.names = names;
            random = new Prng(seed);
        }

        void run() {
            for (int i = 0; i < 30; i++) {
                watchers.add(watches.join("w" + i));
            }
            for (int i = 0; i < 4000; i++) {
                step();
                assertThat(events).as("seed %d step %d", seed, i).isEqualTo(expected);
                events.clear();
                expected.clear();
            }
            assertThat(watches.count()).isEqualTo(size(data) + size(child));
            assertThat(watches.bytes()).isGreaterThan(8L * watches.count());
            Map<String, Integer> paths = new TreeMap<>();
            watches.visitPaths(0, Integer.MAX_VALUE, (path, clients) -> paths.put(path, clients.size()));
            Map<String, Integer> expectedPaths = new TreeMap<>();
            data.forEach((path, members) -> expectedPaths.put(path, members.size()));
            expectedPaths.values().removeIf(count -> count == 0);
            assertThat(paths).isEqualTo(expectedPaths);
            assertThat(watches.summary().paths()).isEqualTo(paths.size());
            watchers.forEach(watches::leave);
            assertThat(watches.count()).isZero();
            assertThat(watches.bytes())
                    .as("nothing is left but a page of each table")
                    .isLessThan(50);
            assertThat(watches.summary()).isEqualTo(new WatchSummary(0, 0, 0));
        }

        void step() {
            String path = path();
            int id = random.below(watchers.size());
            Watcher<String> watcher = watchers.get(id);
            int kind = random.below(100);
            if (kind < 60) {
                WatchKind added = WatchKind.values()[random.below(4)];
                watches.add(watcher, added, path);
                switch (added) {
                    case DATA -> add(data, path, id, 1);
                    case CHILD -> add(child, path, id, 1);
                    case PERSISTENT -> {
                        add(data, path, id, 2);
                        add(child, path, id, 2);
                    }
                    case PERSISTENT_RECURSIVE -> add(data, path, id, 4);
                }
            } else if (kind < 70) {
                WatchRemoval removed = WatchRemoval.of(1 + random.below(5));
                boolean there = remove(removed, path, id);
                assertThat(watches.has(watcher, removed, path)).isEqualTo(there);
                assertThat(watches.remove(watcher, removed, path)).isEqualTo(there);
            } else if (kind < 72) {
                watches.leave(watcher);
                data.values().forEach(members -> members.remove(id));
                child.values().forEach(members -> members.remove(id));
                watchers.set(id, watches.join(watcher.client()));
            } else if (kind < 82) {
                watches.dataChanged(path, Acl.OPEN);
                trigger(data, path, NODE_DATA_CHANGED, Set.of());
            } else if (path.length() > 1 && kind < 91) {
                watches.created(path, Acl.OPEN, Acl.OPEN);
                trigger(data, path, NODE_CREATED, Set.of());
                trigger(child, parent(path), NODE_CHILDREN_CHANGED, Set.of());
            } else if (path.length() > 1) {
                watches.deleted(path, Acl.OPEN, Acl.OPEN);
                Set<Integer> told = trigger(data, path, NODE_DELETED, Set.of());
                trigger(child, path, NODE_DELETED, told);
                trigger(child, parent(path), NODE_CHILDREN_CHANGED, Set.of());
            }
        }

        private Set<Integer> trigger(
                Map<String, TreeMap<Integer, Integer>> table, String path, int type, Set<Integer> except) {
            TreeMap<Integer, Integer> members = table.getOrDefault(path, new TreeMap<>());
            Set<Integer> told = new LinkedHashSet<>(members.keySet());
            members.replaceAll((id, flags) -> flags & ~1);
            members.values().removeIf(flags -> flags == 0);
            for (String at = path; at.length() > 1; at = parent(at)) {
                table.getOrDefault(parent(at), new TreeMap<>()).forEach((id, flags) -> {
                    if ((flags & 4) != 0) {
                        told.add(id);
                    }
                });
            }
            for (int id : told) {
                if (!except.contains(id)) {
                    expected.add("w" + id + " " + type + " " + path);
                }
            }
            return told;
        }

        private static void add(Map<String, TreeMap<Integer, Integer>> table, String path, int id, int flag) {
            table.computeIfAbsent(path, any -> new TreeMap<>()).merge(id, flag, (old, more) -> old | more);
        }

        private boolean remove(WatchRemoval removed, String path, int id) {
            return switch (removed) {
                case CHILDREN -> remove(child, path, id, 1);
                case DATA -> remove(data, path, id, 1);
                case ANY -> remove(child, path, id, 7) | remove(data, path, id, 7);
                case PERSISTENT -> remove(child, path, id, 2) | remove(data, path, id, 2);
                case PERSISTENT_RECURSIVE -> remove(data, path, id, 4);
            };
        }

        private static boolean remove(Map<String, TreeMap<Integer, Integer>> table, String path, int id, int flag) {
            TreeMap<Integer, Integer> members = table.getOrDefault(path, new TreeMap<>());
            int before = members.getOrDefault(id, 0);
            if ((before & ~flag) == 0) {
                members.remove(id);
            } else {
                members.put(id, before & ~flag);
            }
            return (before & flag) != 0;
        }

        private String path() {
            StringBuilder path = new StringBuilder();
            for (int depth = random.below(4); depth > 0; depth--) {
                path.append("/n").append(random.below(names));
            }
            return path.isEmpty() ? "/" : path.toString();
        }

        private static String parent(String path) {
            int slash = path.lastIndexOf('/');
            return slash == 0 ? "/" : path.substring(0, slash);
        }

        private static int size(Map<String, TreeMap<Integer, Integer>> table) {
            return table.values().stream().mapToInt(Map::size).sum();
        }
    }
}
