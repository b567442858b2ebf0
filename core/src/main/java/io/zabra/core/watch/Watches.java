// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.watch;

import io.zabra.core.base.Invariant;
import io.zabra.core.base.PathKey;
import io.zabra.core.tree.ChangeListener;
import io.zabra.wire.client.WatcherEvent;
import io.zabra.wire.data.Acl;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// All watches of a server. They belong to connections, not to sessions, and end with them.
///
/// There are two tables, and a change at P, a child of Q, triggers them in this order:
///
/// | change | data table at P | child table at P | child table at Q |
/// | --- | --- | --- | --- |
/// | create | NodeCreated | | NodeChildrenChanged |
/// | set data | NodeDataChanged | | |
/// | delete | NodeDeleted | NodeDeleted, except to those just told | NodeChildrenChanged |
///
/// DATA watches stand in the data table, CHILD watches in the child table, PERSISTENT ones in both. RECURSIVE ones
/// stand in the data table and are triggered by what happens at their path and anywhere below. A client hears of
/// each trigger once, however many of its watches match. A trigger uses up the one-shot watches, even of clients
/// that may not read the node and so hear nothing.
///
/// Memory: about 15 bytes and the last name of the path for a one-shot watch on one of many children of a node; a
/// watched path whose parent has no other watches costs about 150 bytes more.
public final class Watches<C> implements ChangeListener {

    private static final int ID_MAX = 1 << 28;

    private final WatchSink<C> sink;
    private final WatchLimits limits;
    private final Directories directories = new Directories();
    private final ArrayList<@Nullable Watcher<C>> watchers = new ArrayList<>();
    private final ArrayList<Integer> freeIds = new ArrayList<>();
    private final long hashSeed;
    private final WatchTable<C> data;
    private final WatchTable<C> child;
    private final IntBag told = new IntBag();
    // Where the slashes of a path are, and the hashes of the parts up to and with them.
    private final IntBag slashes = new IntBag();
    private final IntBag hashes = new IntBag();
    private long trigger;

    /// @param hashSeed key of the hash of names, which no client can know
    public Watches(WatchSink<C> sink, WatchLimits limits, long hashSeed) {
        this.sink = sink;
        this.limits = limits;
        this.hashSeed = hashSeed;
        data = new WatchTable<>(false, directories, watchers, hashSeed);
        child = new WatchTable<>(true, directories, watchers, hashSeed);
    }

    /// Lets a client have watches.
    public Watcher<C> join(C client) {
        int id = freeIds.isEmpty() ? watchers.size() : freeIds.removeLast();
        Invariant.check(id < ID_MAX, "more clients with watches than ids");
        Watcher<C> watcher = new Watcher<>(client, id);
        if (id == watchers.size()) {
            watchers.add(watcher);
        } else {
            watchers.set(id, watcher);
        }
        return watcher;
    }

    /// Removes a client and all its watches, at a cost in proportion to their number.
    public void leave(Watcher<C> watcher) {
        Invariant.check(watchers.get(watcher.id) == watcher, "a client leaves once");
        data.removeAll(watcher);
        child.removeAll(watcher);
        watchers.set(watcher.id, null);
        freeIds.add(watcher.id);
    }

    /// Registers a watch; again if need be, which changes nothing. The path is taken as it is, and need not exist.
    /// False: a limit is reached and nothing was registered.
    public boolean add(Watcher<C> watcher, WatchKind kind, String path) {
        if (isFull(watcher, path)) {
            return false;
        }
        int nameFrom = path.lastIndexOf('/') + 1;
        Place place =
                Place.of(directories.findOrAdd(path.substring(0, nameFrom)), path, nameFrom, path.length(), hashSeed);
        switch (kind) {
            case DATA -> data.change(watcher, place, WatchTable.STANDARD, 0);
            case CHILD -> child.change(watcher, place, WatchTable.STANDARD, 0);
            case PERSISTENT -> {
                data.change(watcher, place, WatchTable.PERSISTENT, 0);
                child.change(watcher, place, WatchTable.PERSISTENT, 0);
            }
            case PERSISTENT_RECURSIVE -> data.change(watcher, place, WatchTable.RECURSIVE, 0);
        }
        return true;
    }

    /// Whether the client has such a watch.
    public boolean has(Watcher<C> watcher, WatchRemoval which, String path) {
        Place place = place(path);
        if (place == null) {
            return false;
        }
        return (data.flags(watcher, place) & dataFlags(which)) != 0
                || (child.flags(watcher, place) & childFlags(which)) != 0;
    }

    /// Removes such watches, without an event; false if there was none.
    public boolean remove(Watcher<C> watcher, WatchRemoval which, String path) {
        Place place = place(path);
        if (place == null) {
            return false;
        }
        int before = child.change(watcher, place, 0, childFlags(which)) & childFlags(which);
        // The first change may have been the last use of the directory's number.
        place = place(path);
        if (place != null) {
            before |= data.change(watcher, place, 0, dataFlags(which)) & dataFlags(which);
        }
        return before != 0;
    }

    @Override
    public void created(String path, List<Acl> acl, List<Acl> parentAcl) {
        triggerData(path, WatcherEvent.NODE_CREATED, acl);
        triggerChildrenChanged(path, parentAcl);
    }

    @Override
    public void deleted(String path, List<Acl> acl, List<Acl> parentAcl) {
        triggerData(path, WatcherEvent.NODE_DELETED, acl);
        triggerChild(path, WatcherEvent.NODE_DELETED, acl, trigger);
        triggerChildrenChanged(path, parentAcl);
    }

    @Override
    public void dataChanged(String path, List<Acl> acl) {
        triggerData(path, WatcherEvent.NODE_DATA_CHANGED, acl);
    }

    /// Watches in both tables; a persistent one counts twice.
    public int count() {
        return data.watches() + child.watches();
    }

    /// Memory that all watches take, in bytes, but for what is the same for each client.
    public long bytes() {
        return data.bytes() + child.bytes() + directories.bytes();
    }

    /// What [#bytes] may become.
    public long bytesMax() {
        return limits.bytesMax();
    }

    /// Clients that have joined.
    public int clients() {
        return watchers.size() - freeIds.size();
    }

    /// Figures of the data table.
    public WatchSummary summary() {
        return new WatchSummary(data.watchers(), data.paths(), data.watches());
    }

    /// Paths that the client watches, by the data table (`wchc`).
    public List<String> paths(Watcher<C> watcher) {
        return data.paths(watcher);
    }

    /// Calls back for paths of the data table with their clients (`wchp`, `wchc`), in steps, since there may be
    /// millions: returns where the next step begins, -1 when there is none. What changes between two steps may be told
    /// or not, and a path that moves when the table grows may be told twice.
    ///
    /// @param from 0, or what the step before returned
    /// @param enough paths after which a step ends; a few more may be told
    public int visitPaths(int from, int enough, BiConsumer<String, List<C>> visitor) {
        return data.visit(from, enough, (path, members) -> {
            List<C> clients = new ArrayList<>(members.length);
            for (int member : members) {
                clients.add(watcher(WatchTable.id(member)).client);
            }
            visitor.accept(path, clients);
        });
    }

    /// Calls back for each client that has joined, in the order of their ids.
    public void forEachClient(Consumer<Watcher<C>> visitor) {
        for (Watcher<C> watcher : watchers) {
            if (watcher != null) {
                visitor.accept(watcher);
            }
        }
    }

    private boolean isFull(Watcher<C> watcher, String path) {
        // A persistent watch stands in both tables.
        long weight = 2L * (WatchTable.WEIGHT_MIN + path.length());
        return count() > limits.totalMax() - 2
                || watcher.count() > limits.perClientMax() - 2
                || bytes() + weight > limits.bytesMax()
                || watcher.weight + weight > limits.bytesPerClientMax();
    }

    private void triggerData(String path, int type, List<Acl> acl) {
        trigger++;
        if (data.watches() == 0) {
            return;
        }
        told.clear();
        Place place = place(path);
        if (place != null) {
            data.take(place, told);
        }
        if (data.recursive() > 0) {
            addAncestors(path);
        }
        for (int i = 0; i < told.size(); i++) {
            Watcher<C> watcher = watcher(told.at(i));
            if (watcher.served != trigger) {
                watcher.served = trigger;
                tell(watcher, type, path, acl);
            }
        }
    }

    private void addAncestors(String path) {
        slashes.clear();
        hashes.clear();
        int hash = 0;
        for (int i = 0; i < path.length(); i++) {
            hash = PathKey.hash(hash, path.charAt(i));
            if (path.charAt(i) == '/') {
                slashes.add(i);
                hashes.add(hash);
            }
        }
        for (int i = slashes.size() - 1; i > 0; i--) {
            addRecursive(path, i - 1, slashes.at(i));
        }
        if (path.length() > 1) {
            addRecursive(path, 0, 1);
        }
    }

    /// Adds those who watch all below the node whose name goes from the slash with this index up to `nameTo`.
    private void addRecursive(String path, int slash, int nameTo) {
        int nameFrom = slashes.at(slash) + 1;
        int directory = directories.find(path, nameFrom, hashes.at(slash));
        if (directory != Directories.ABSENT) {
            data.addRecursive(Place.of(directory, path, nameFrom, nameTo, hashSeed), told);
        }
    }

    private void triggerChildrenChanged(String path, List<Acl> parentAcl) {
        if (child.watches() > 0) {
            int slash = path.lastIndexOf('/');
            String parent = slash == 0 ? "/" : path.substring(0, slash);
            triggerChild(parent, WatcherEvent.NODE_CHILDREN_CHANGED, parentAcl, 0);
        }
    }

    /// Tells all at the path but those whom the trigger numbered `except` has told.
    private void triggerChild(String path, int type, List<Acl> acl, long except) {
        Place place = child.watches() == 0 ? null : place(path);
        if (place == null) {
            return;
        }
        told.clear();
        child.take(place, told);
        for (int i = 0; i < told.size(); i++) {
            Watcher<C> watcher = watcher(told.at(i));
            if (except == 0 || watcher.served != except) {
                tell(watcher, type, path, acl);
            }
        }
    }

    private void tell(Watcher<C> watcher, int type, String path, List<Acl> acl) {
        if (sink.mayRead(watcher.client, acl)) {
            sink.event(watcher.client, type, path);
        }
    }

    private Watcher<C> watcher(int id) {
        Watcher<C> watcher = watchers.get(id);
        Invariant.check(watcher != null, "a client with watches must be there");
        return watcher;
    }

    /// Where the path is; null if nobody watches anything beside it.
    private @Nullable Place place(String path) {
        int nameFrom = path.lastIndexOf('/') + 1;
        int directory = directories.find(path.substring(0, nameFrom));
        return directory == Directories.ABSENT ? null : Place.of(directory, path, nameFrom, path.length(), hashSeed);
    }

    private static int dataFlags(WatchRemoval which) {
        return switch (which) {
            case CHILDREN -> 0;
            case DATA -> WatchTable.STANDARD;
            case ANY -> WatchTable.ALL;
            case PERSISTENT -> WatchTable.PERSISTENT;
            case PERSISTENT_RECURSIVE -> WatchTable.RECURSIVE;
        };
    }

    private static int childFlags(WatchRemoval which) {
        return switch (which) {
            case CHILDREN -> WatchTable.STANDARD;
            case DATA, PERSISTENT_RECURSIVE -> 0;
            case ANY -> WatchTable.ALL;
            case PERSISTENT -> WatchTable.PERSISTENT;
        };
    }
}
