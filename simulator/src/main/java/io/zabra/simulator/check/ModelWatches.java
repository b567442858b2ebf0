// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.simulator.check;

import io.zabra.wire.client.WatcherEvent;
import io.zabra.wire.data.Acl;
import io.zabra.wire.data.Id;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// The watches of the reference model: sets of paths for each connection, and the events that it must be told next.
public final class ModelWatches {

    /// An event that a connection must be told.
    public record Due(long zxid, int type, String path) {}

    /// What one connection watches.
    public static final class Watched {
        final TreeSet<String> data = new TreeSet<>();
        final TreeSet<String> child = new TreeSet<>();
        final TreeSet<String> persistent = new TreeSet<>();
        final TreeSet<String> recursive = new TreeSet<>();
        final ArrayDeque<Due> due = new ArrayDeque<>();
        List<Id> credentials = List.of();

        /// The event that its owner must be told next, which is taken off; null if there is none.
        public @Nullable Due next() {
            return due.poll();
        }

        /// What its owner must be told before anything else.
        public List<Due> due() {
            return List.copyOf(due);
        }

        /// Whether there is a registration of the kind that `checkWatches` and `removeWatches` give a number.
        boolean has(int kind, String path) {
            return switch (kind) {
                case 1 -> child.contains(path);
                case 2 -> data.contains(path);
                case 4 -> persistent.contains(path);
                case 5 -> recursive.contains(path);
                default -> has(1, path) || has(2, path) || has(4, path) || has(5, path);
            };
        }

        void remove(int kind, String path) {
            switch (kind) {
                case 1 -> child.remove(path);
                case 2 -> data.remove(path);
                case 4 -> persistent.remove(path);
                case 5 -> recursive.remove(path);
                default -> {
                    child.remove(path);
                    data.remove(path);
                    persistent.remove(path);
                    recursive.remove(path);
                }
            }
        }
    }

    private final Map<Integer, Watched> connections = new TreeMap<>();
    private final List<Runnable> held = new ArrayList<>();
    private boolean holding;
    private long zxid;

    /// What a connection watches.
    public Watched of(int connection) {
        return connections.computeIfAbsent(connection, _ -> new Watched());
    }

    /// A connection is gone, with its watches.
    public void forget(int connection) {
        connections.remove(connection);
    }

    /// Makes sure that everybody was told of everything.
    void checkTold() {
        connections.forEach((connection, watched) -> {
            if (!watched.due.isEmpty()) {
                throw new Violation(Rule.C5, "connection " + connection + " was not told " + watched.due);
            }
        });
    }

    void begin(long newZxid) {
        zxid = newZxid;
    }

    /// Keeps events back until it is known whether the multi succeeds.
    void hold() {
        holding = true;
    }

    void release() {
        holding = false;
        held.forEach(Runnable::run);
        held.clear();
    }

    void drop() {
        holding = false;
        held.clear();
    }

    void created(String path, List<Acl> acl, List<Acl> parentAcl) {
        now(() -> {
            for (Watched watched : connections.values()) {
                data(watched, WatcherEvent.NODE_CREATED, path, acl);
                child(watched, Model.parentPath(path), parentAcl);
            }
        });
    }

    void deleted(String path, List<Acl> acl, List<Acl> parentAcl) {
        now(() -> {
            for (Watched watched : connections.values()) {
                boolean told = data(watched, WatcherEvent.NODE_DELETED, path, acl);
                if (watched.child.remove(path) && !told) {
                    due(watched, WatcherEvent.NODE_DELETED, path, acl);
                }
                child(watched, Model.parentPath(path), parentAcl);
            }
        });
    }

    void dataChanged(String path, List<Acl> acl) {
        now(() -> {
            for (Watched watched : connections.values()) {
                data(watched, WatcherEvent.NODE_DATA_CHANGED, path, acl);
            }
        });
    }

    private void now(Runnable firing) {
        if (holding) {
            held.add(firing);
        } else {
            firing.run();
        }
    }

    private boolean data(Watched watched, int type, String path, List<Acl> acl) {
        boolean hit =
                watched.data.remove(path) || watched.persistent.contains(path) || coveredByRecursive(watched, path);
        if (hit) {
            due(watched, type, path, acl);
        }
        return hit;
    }

    private void child(Watched watched, String path, List<Acl> acl) {
        if (watched.child.remove(path) || watched.persistent.contains(path)) {
            due(watched, WatcherEvent.NODE_CHILDREN_CHANGED, path, acl);
        }
    }

    private static boolean coveredByRecursive(Watched watched, String path) {
        String at = path;
        while (!watched.recursive.contains(at)) {
            if (at.equals("/")) {
                return false;
            }
            at = Model.parentPath(at);
        }
        return true;
    }

    /// A one-shot watch is used up also where its owner may not know what happened.
    private void due(Watched watched, int type, String path, List<Acl> acl) {
        if (ModelAccess.permits(acl, Acl.READ, watched.credentials)) {
            watched.due.add(new Due(zxid, type, path));
        }
    }
}
