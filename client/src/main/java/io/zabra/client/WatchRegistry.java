// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.client;

import io.zabra.wire.client.Request;
import io.zabra.wire.client.SetWatches2Request;
import io.zabra.wire.client.SetWatchesRequest;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The watches of one client. A server forgets them with the connection; this is where they come back from.
///
/// A watch is entered when the server has confirmed it, before any later packet is looked at, so no event can miss it.
/// Paths are those of the application, without the chroot. Owner: the I/O thread.
final class WatchRegistry {

    /// Where a watch is filed. `EXIST` waits for a znode that is not there yet.
    enum Table {
        DATA,
        EXIST,
        CHILD,
        PERSISTENT,
        PERSISTENT_RECURSIVE
    }

    /// About the size that Apache's client keeps to, far below what a server accepts.
    private static final int MAX_CHARS_A_PACKET = 128 * 1024;

    private final Map<Table, Map<String, Set<Watcher>>> tables = new EnumMap<>(Table.class);

    WatchRegistry() {
        for (Table table : Table.values()) {
            tables.put(table, new LinkedHashMap<>());
        }
    }

    void add(Table table, String path, Watcher watcher) {
        of(table).computeIfAbsent(path, unused -> new LinkedHashSet<>()).add(watcher);
    }

    /// Takes the one-shot watches out that an event has used up and gives all watchers that it is for.
    Set<Watcher> fired(WatchEvent.Type type, String path) {
        Set<Watcher> found = new LinkedHashSet<>();
        switch (type) {
            case NODE_CREATED, NODE_DATA_CHANGED -> {
                take(Table.DATA, path, found);
                take(Table.EXIST, path, found);
            }
            case NODE_CHILDREN_CHANGED -> take(Table.CHILD, path, found);
            case NODE_DELETED -> {
                take(Table.DATA, path, found);
                take(Table.EXIST, path, found);
                take(Table.CHILD, path, found);
            }
            case DATA_WATCH_REMOVED, CHILD_WATCH_REMOVED, PERSISTENT_WATCH_REMOVED, WATCH_RESTORED, EVENTS_LOST ->
                throw new IllegalArgumentException(type + " does not come from a server");
        }
        found.addAll(of(Table.PERSISTENT).getOrDefault(path, Set.of()));
        if (type != WatchEvent.Type.NODE_CHILDREN_CHANGED) {
            addRecursive(path, found);
        }
        return found;
    }

    private void addRecursive(String path, Set<Watcher> found) {
        Map<String, Set<Watcher>> recursive = of(Table.PERSISTENT_RECURSIVE);
        if (recursive.isEmpty()) {
            return;
        }
        String at = path;
        while (true) {
            found.addAll(recursive.getOrDefault(at, Set.of()));
            if (at.length() <= 1) {
                return;
            }
            at = at.substring(0, Math.max(1, at.lastIndexOf('/')));
        }
    }

    /// True if there is a watch of this kind at this path.
    boolean contains(WatchKind kind, String path) {
        return tablesOf(kind).stream().anyMatch(table -> of(table).containsKey(path));
    }

    /// Takes all watches of this kind at this path out; each watcher comes with the event that tells it so.
    Map<WatchEvent.Type, Set<Watcher>> remove(WatchKind kind, String path) {
        Map<WatchEvent.Type, Set<Watcher>> removed = new EnumMap<>(WatchEvent.Type.class);
        for (Table table : tablesOf(kind)) {
            take(table, path, removed.computeIfAbsent(removal(table), unused -> new LinkedHashSet<>()));
        }
        return removed;
    }

    /// Takes one watcher out wherever it stands. The server may go on sending events that nobody wants.
    void remove(Watcher watcher, String path) {
        for (Map<String, Set<Watcher>> table : tables.values()) {
            Set<Watcher> watchers = table.get(path);
            if (watchers != null && watchers.remove(watcher) && watchers.isEmpty()) {
                table.remove(path);
            }
        }
    }

    /// All persistent watchers and where they stand.
    Map<String, Set<Watcher>> persistent() {
        Map<String, Set<Watcher>> all = new LinkedHashMap<>();
        for (Table table : List.of(Table.PERSISTENT, Table.PERSISTENT_RECURSIVE)) {
            of(table)
                    .forEach((path, watchers) -> all.computeIfAbsent(path, unused -> new LinkedHashSet<>())
                            .addAll(watchers));
        }
        return all;
    }

    /// The requests that bring all watches back on a new connection, in packets of a bounded size. `zxid` is the last
    /// one that this client has seen: the server answers with events for all that changed since.
    List<Request> restoring(long zxid, String chroot) {
        List<Request> requests = new ArrayList<>();
        Batch batch = new Batch();
        for (Table table : Table.values()) {
            for (String path : of(table).keySet()) {
                batch.add(table, rooted(chroot, path));
                if (batch.chars >= MAX_CHARS_A_PACKET) {
                    requests.add(batch.request(zxid));
                    batch = new Batch();
                }
            }
        }
        if (batch.chars > 0) {
            requests.add(batch.request(zxid));
        }
        return requests;
    }

    static String rooted(String chroot, String path) {
        if (chroot.isEmpty()) {
            return path;
        }
        return path.equals("/") ? chroot : chroot + path;
    }

    /// Path as the application knows it. Znodes under `/zookeeper` can lie outside the chroot.
    static String unrooted(String chroot, String path) {
        if (chroot.isEmpty() || !(path.equals(chroot) || path.startsWith(chroot + "/"))) {
            return path;
        }
        return path.length() == chroot.length() ? "/" : path.substring(chroot.length());
    }

    private void take(Table table, String path, Set<Watcher> into) {
        Set<Watcher> watchers = of(table).remove(path);
        if (watchers != null) {
            into.addAll(watchers);
        }
    }

    private Map<String, Set<Watcher>> of(Table table) {
        return tables.computeIfAbsent(table, unused -> new LinkedHashMap<>());
    }

    private static List<Table> tablesOf(WatchKind kind) {
        return switch (kind) {
            case CHILDREN -> List.of(Table.CHILD);
            case DATA -> List.of(Table.DATA, Table.EXIST);
            case PERSISTENT -> List.of(Table.PERSISTENT);
            case PERSISTENT_RECURSIVE -> List.of(Table.PERSISTENT_RECURSIVE);
            case ANY -> List.of(Table.values());
        };
    }

    private static WatchEvent.Type removal(Table table) {
        return switch (table) {
            case DATA, EXIST -> WatchEvent.Type.DATA_WATCH_REMOVED;
            case CHILD -> WatchEvent.Type.CHILD_WATCH_REMOVED;
            case PERSISTENT, PERSISTENT_RECURSIVE -> WatchEvent.Type.PERSISTENT_WATCH_REMOVED;
        };
    }

    /// Paths of one packet.
    private static final class Batch {
        private final Map<Table, List<String>> paths = new EnumMap<>(Table.class);
        private int chars;

        void add(Table table, String path) {
            paths.computeIfAbsent(table, unused -> new ArrayList<>()).add(path);
            chars += path.length();
        }

        /// The older of the two requests does unless there are persistent watches.
        Request request(long zxid) {
            if (of(Table.PERSISTENT).isEmpty() && of(Table.PERSISTENT_RECURSIVE).isEmpty()) {
                return new SetWatchesRequest(zxid, of(Table.DATA), of(Table.EXIST), of(Table.CHILD));
            }
            return new SetWatches2Request(
                    zxid,
                    of(Table.DATA),
                    of(Table.EXIST),
                    of(Table.CHILD),
                    of(Table.PERSISTENT),
                    of(Table.PERSISTENT_RECURSIVE));
        }

        private List<String> of(Table table) {
            return paths.getOrDefault(table, List.of());
        }
    }
}
