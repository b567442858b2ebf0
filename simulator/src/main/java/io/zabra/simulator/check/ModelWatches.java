// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.simulator.check;

import io.zabra.wire.client.WatcherEvent;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/// The watches of the reference model (client-protocol section 11): sets of paths for each connection, and the events
/// that it must be told next.
public final class ModelWatches {

    /// An event that a connection must be told.
    public record Due(long zxid, int type, String path) {}

    /// What one connection watches.
    static final class Watched {
        final TreeSet<String> data = new TreeSet<>();
        final TreeSet<String> child = new TreeSet<>();
        final TreeSet<String> persistent = new TreeSet<>();
        final TreeSet<String> recursive = new TreeSet<>();
        final ArrayDeque<Due> due = new ArrayDeque<>();
    }

    private final Map<Integer, Watched> connections = new TreeMap<>();
    private final List<Runnable> held = new ArrayList<>();
    private boolean holding;
    private long zxid;

    Watched of(int connection) {
        return connections.computeIfAbsent(connection, _ -> new Watched());
    }

    void forget(int connection) {
        connections.remove(connection);
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

    void created(String path) {
        now(() -> {
            for (Watched watched : connections.values()) {
                data(watched, WatcherEvent.NODE_CREATED, path);
                child(watched, WatcherEvent.NODE_CHILDREN_CHANGED, Model.parentPath(path));
            }
        });
    }

    void deleted(String path) {
        now(() -> {
            for (Watched watched : connections.values()) {
                boolean told = data(watched, WatcherEvent.NODE_DELETED, path);
                if (watched.child.remove(path) && !told) {
                    due(watched, WatcherEvent.NODE_DELETED, path);
                }
                child(watched, WatcherEvent.NODE_CHILDREN_CHANGED, Model.parentPath(path));
            }
        });
    }

    void dataChanged(String path) {
        now(() -> {
            for (Watched watched : connections.values()) {
                data(watched, WatcherEvent.NODE_DATA_CHANGED, path);
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

    private boolean data(Watched watched, int type, String path) {
        boolean hit =
                watched.data.remove(path) || watched.persistent.contains(path) || coveredByRecursive(watched, path);
        if (hit) {
            due(watched, type, path);
        }
        return hit;
    }

    private void child(Watched watched, int type, String path) {
        if (watched.child.remove(path) || watched.persistent.contains(path)) {
            due(watched, type, path);
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

    private void due(Watched watched, int type, String path) {
        watched.due.add(new Due(zxid, type, path));
    }
}
