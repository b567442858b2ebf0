// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.simulator.check;

import io.zabra.core.tree.DataTree;
import io.zabra.core.tree.Znode;
import io.zabra.simulator.check.Model.Result;
import io.zabra.simulator.check.ModelWatches.Due;
import io.zabra.simulator.check.ModelWatches.Watched;
import io.zabra.wire.client.AddWatchRequest;
import io.zabra.wire.client.CloseSessionRequest;
import io.zabra.wire.client.CreateResponse2;
import io.zabra.wire.client.ExistsRequest;
import io.zabra.wire.client.GetChildren2Request;
import io.zabra.wire.client.GetDataRequest;
import io.zabra.wire.client.GetDataResponse;
import io.zabra.wire.client.MultiResponse;
import io.zabra.wire.client.PathResponse;
import io.zabra.wire.client.PingRequest;
import io.zabra.wire.client.ReplyHeader;
import io.zabra.wire.client.Request;
import io.zabra.wire.client.Response;
import io.zabra.wire.client.SetWatchesRequest;
import io.zabra.wire.client.StatResponse;
import io.zabra.wire.client.WatcherEvent;
import io.zabra.wire.txn.CloseSessionTxn;
import io.zabra.wire.txn.CreateSessionTxn;
import io.zabra.wire.txn.DeleteTxn;
import io.zabra.wire.txn.ErrorTxn;
import io.zabra.wire.txn.LoggedTxn;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Holds everything that clients are told against the [Model], in the order of zxids, and every recovery against what
/// was told before.
///
/// Checked: no reply contradicts the model at its zxid; events come once, in order, and before any reply that shows the
/// change; zxids on a connection never go back; nothing that was shown is lost in a crash; the recovered tree and
/// sessions equal the model.
public final class Oracle {

    private static final int NO_NODE = -101;
    private static final int QUOTA_EXCEEDED = -125;

    /// A transaction that the server has proposed.
    ///
    /// @param request what a client asked for; null when the server itself proposed it
    private record Entry(LoggedTxn txn, @Nullable Request request) {}

    private final ModelWatches watches = new ModelWatches();
    private final Model model = new Model(watches);
    private final TreeMap<Long, Entry> proposed = new TreeMap<>();
    private final Map<Long, Result> results = new HashMap<>();
    private final Map<Integer, Long> lastZxids = new HashMap<>();
    private final Map<Integer, List<Due>> catchUp = new HashMap<>();
    private long shown;
    private long replies;

    /// The last transaction whose effect anybody may have seen.
    public long shown() {
        return shown;
    }

    /// How many answers have been checked.
    public long replies() {
        return replies;
    }

    /// The server proposed a transaction.
    public void proposed(LoggedTxn txn, @Nullable Request request) {
        long zxid = txn.header().zxid();
        if (proposed.containsKey(zxid) || zxid <= shown) {
            throw new Violation("zxid 0x" + Long.toHexString(zxid) + " is proposed twice");
        }
        proposed.put(zxid, new Entry(txn, request));
    }

    /// The server came back with everything up to `lastZxid`.
    public void recovered(long lastZxid, DataTree tree, SortedMap<Long, Integer> sessions) {
        if (lastZxid < shown) {
            throw new Violation("acknowledged transactions are lost: recovered 0x" + Long.toHexString(lastZxid)
                    + ", but 0x" + Long.toHexString(shown) + " was shown");
        }
        proposed.tailMap(lastZxid, false).clear();
        disconnectAll();
        advance(lastZxid);
        compare(tree);
        if (!sessions.keySet().equals(model.sessions())) {
            throw new Violation("sessions are " + sessions.keySet() + " instead of " + model.sessions());
        }
    }

    private void disconnectAll() {
        for (int connection : List.copyOf(lastZxids.keySet())) {
            disconnected(connection);
        }
    }

    public void connected(int connection) {
        lastZxids.put(connection, 0L);
        watches.of(connection);
        catchUp.put(connection, new ArrayList<>());
    }

    public void disconnected(int connection) {
        lastZxids.remove(connection);
        watches.forget(connection);
        catchUp.remove(connection);
    }

    /// The server tells a connection of a change.
    public void event(int connection, long zxid, WatcherEvent event) {
        Due told = new Due(zxid, event.type(), event.path());
        if (zxid == -1) {
            Objects.requireNonNull(catchUp.get(connection)).add(told);
            return;
        }
        advance(zxid);
        Due due = watches.of(connection).due.poll();
        if (!told.equals(due)) {
            throw new Violation("connection " + connection + " was told " + told + " instead of " + due);
        }
    }

    /// The server answers a connection.
    ///
    /// @param diskLow whether the server may refuse writes for want of space
    public void reply(int connection, Request request, ReplyHeader header, @Nullable Response body, boolean diskLow) {
        long zxid = header.zxid();
        int error = header.error();
        replies++;
        advance(zxid);
        long last = lastZxids.getOrDefault(connection, 0L);
        if (zxid < last) {
            throw new Violation("zxids went back on connection " + connection + " to 0x" + Long.toHexString(zxid));
        }
        lastZxids.put(connection, zxid);
        Watched watched = watches.of(connection);
        if (!watched.due.isEmpty()) {
            throw new Violation("a reply overtook events " + watched.due + " on connection " + connection);
        }
        if (request.op().isWrite()) {
            if (diskLow && error == QUOTA_EXCEEDED) {
                return;
            }
            written(request, zxid, error, body);
        } else {
            read(connection, watched, request, error, body);
        }
    }

    private void written(Request request, long zxid, int error, @Nullable Response body) {
        Result expected = results.remove(zxid);
        if (expected == null) {
            throw new Violation("no transaction 0x" + Long.toHexString(zxid) + " for " + request);
        }
        boolean same = error == expected.error()
                && (error != 0
                        || switch (body) {
                            case null -> expected.parts() == null;
                            case PathResponse(String path) -> path.equals(expected.path());
                            case CreateResponse2(String path, var stat) ->
                                path.equals(expected.path()) && stat.equals(expected.stat());
                            case StatResponse(var stat) -> stat.equals(expected.stat());
                            case MultiResponse(var parts) -> parts.equals(expected.parts());
                            default -> false;
                        });
        if (!same) {
            throw new Violation("0x" + Long.toHexString(zxid) + " " + request + " was answered " + error + " " + body
                    + " instead of " + expected);
        }
    }

    private void read(int connection, Watched watched, Request request, int error, @Nullable Response body) {
        switch (request) {
            case PingRequest _, CloseSessionRequest _ -> expect(error == 0, request, error, body);
            case AddWatchRequest(String path, int mode) -> {
                expect(error == 0, request, error, body);
                (mode == 0 ? watched.persistent : watched.recursive).add(path);
            }
            case SetWatchesRequest set -> setWatches(connection, watched, set);
            case GetDataRequest(String path, boolean watch) -> {
                ModelNode node = model.find(path);
                expect(
                        node == null
                                ? error == NO_NODE
                                : body instanceof GetDataResponse(byte[] data, var stat)
                                        && Arrays.equals(data, node.data)
                                        && stat.equals(node.stat()),
                        request,
                        error,
                        body);
                if (node != null && watch) {
                    watched.data.add(path);
                }
            }
            case ExistsRequest(String path, boolean watch) -> {
                ModelNode node = model.find(path);
                expect(
                        node == null
                                ? error == NO_NODE
                                : body instanceof StatResponse(var stat) && stat.equals(node.stat()),
                        request,
                        error,
                        body);
                if (watch) {
                    watched.data.add(path);
                }
            }
            case GetChildren2Request(String path, boolean watch) -> {
                ModelNode node = model.find(path);
                expect(
                        node == null ? error == NO_NODE : Children.match(body, node.children, node.stat()),
                        request,
                        error,
                        body);
                if (node != null && watch) {
                    watched.child.add(path);
                }
            }
            default -> throw new IllegalArgumentException("not in the workload: " + request);
        }
    }

    private void setWatches(int connection, Watched watched, SetWatchesRequest set) {
        List<Due> expected = new ArrayList<>();
        for (String path : set.data()) {
            ModelNode node = model.find(path);
            if (node == null) {
                expected.add(new Due(-1, WatcherEvent.NODE_DELETED, path));
            } else if (node.mzxid > set.relativeZxid()) {
                expected.add(new Due(-1, WatcherEvent.NODE_DATA_CHANGED, path));
            } else {
                watched.data.add(path);
            }
        }
        for (String path : set.exist()) {
            if (model.find(path) != null) {
                expected.add(new Due(-1, WatcherEvent.NODE_CREATED, path));
            } else {
                watched.data.add(path);
            }
        }
        for (String path : set.child()) {
            ModelNode node = model.find(path);
            if (node == null) {
                expected.add(new Due(-1, WatcherEvent.NODE_DELETED, path));
            } else if (node.pzxid > set.relativeZxid()) {
                expected.add(new Due(-1, WatcherEvent.NODE_CHILDREN_CHANGED, path));
            } else {
                watched.child.add(path);
            }
        }
        List<Due> told = Objects.requireNonNull(catchUp.get(connection));
        if (!told.equals(expected)) {
            throw new Violation("setWatches told " + told + " instead of " + expected);
        }
        told.clear();
    }

    private static void expect(boolean holds, Request request, int error, @Nullable Response body) {
        if (!holds) {
            throw new Violation(request + " was answered " + error + " " + body);
        }
    }

    /// Lets the model catch up with everything that may be visible at `zxid`.
    private void advance(long zxid) {
        while (shown < zxid) {
            Map.Entry<Long, Entry> next = proposed.pollFirstEntry();
            if (next == null || next.getKey() > zxid) {
                throw new Violation("zxid 0x" + Long.toHexString(zxid) + " is shown, but was never proposed");
            }
            shown = next.getKey();
            execute(next.getValue());
        }
    }

    private void execute(Entry entry) {
        LoggedTxn txn = entry.txn;
        long zxid = txn.header().zxid();
        long session = txn.header().clientId();
        switch (txn.txn()) {
            case CreateSessionTxn _ -> model.createSession(session);
            case CloseSessionTxn(List<String> paths) ->
                model.closeSession(session, zxid, paths == null ? List.of() : paths);
            case DeleteTxn(String path) when entry.request == null -> model.sweep(path, zxid);
            case ErrorTxn _ when entry.request == null -> {
                // The sweeper came too late.
            }
            default ->
                results.put(
                        zxid,
                        model.write(
                                Objects.requireNonNull(entry.request),
                                session,
                                zxid,
                                txn.header().timeMs()));
        }
    }

    /// Compares a whole tree with the model at the same transaction.
    public void compare(DataTree tree) {
        if (tree.lastZxid() != shown) {
            advance(tree.lastZxid());
        }
        // The tree counts its root twice, as Apache does.
        if (tree.nodeCount() != model.nodes().size() + 1) {
            throw new Violation("the tree has " + tree.nodeCount() + " znodes instead of "
                    + (model.nodes().size() + 1));
        }
        model.nodes().forEach((path, expected) -> {
            Znode node = tree.find(path);
            if (node == null
                    || !node.stat().equals(expected.stat())
                    || !Arrays.equals(node.data(), expected.data)
                    || !tree.acl(node).equals(expected.acl)) {
                throw new Violation(
                        path + " is " + (node == null ? "missing" : node.stat()) + " instead of " + expected.stat());
            }
        });
    }
}
