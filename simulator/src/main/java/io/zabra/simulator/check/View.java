// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.simulator.check;

import io.zabra.core.tree.DataTree;
import io.zabra.core.tree.Znode;
import io.zabra.simulator.check.Model.Result;
import io.zabra.simulator.check.ModelReads.Answer;
import io.zabra.simulator.check.ModelReads.Reader;
import io.zabra.simulator.check.ModelWatches.Due;
import io.zabra.simulator.check.ModelWatches.Watched;
import io.zabra.wire.client.GetDataRequest;
import io.zabra.wire.client.GetDataResponse;
import io.zabra.wire.client.MultiResponse;
import io.zabra.wire.client.ReconfigRequest;
import io.zabra.wire.client.Request;
import io.zabra.wire.client.Response;
import io.zabra.wire.client.SetWatches2Request;
import io.zabra.wire.client.SetWatchesRequest;
import io.zabra.wire.client.WatcherEvent;
import io.zabra.wire.data.Id;
import io.zabra.wire.data.Stat;
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
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What one server must answer and tell, at the transaction that it has come to: a [Model] of its tree, and the watches
/// of its connections.
public final class View {

    /// A transaction in its place in the order.
    ///
    /// @param request what a client asked for; null when a server itself proposed it
    /// @param credentials of that client
    /// @param appliedZxid what the proposer had applied
    /// @param timeMs the proposer's time
    /// @param local whether the session is known to one server only, and is taken for that
    public record Entry(
            LoggedTxn txn,
            @Nullable Request request,
            List<Id> credentials,
            long appliedZxid,
            long timeMs,
            boolean local) {

        /// Of a session that is known to all, or to nobody.
        public Entry(LoggedTxn txn, @Nullable Request request, List<Id> credentials, long appliedZxid, long timeMs) {
            this(txn, request, credentials, appliedZxid, timeMs, false);
        }

        /// The same of a session that only one server knows.
        public Entry ofLocal() {
            return new Entry(txn, request, credentials, appliedZxid, timeMs, true);
        }
    }

    private static final int SESSION_MOVED = -118;

    private final ModelWatches watches = new ModelWatches();
    private final Model model;
    private final ModelReads reads;
    private final Map<Integer, Long> lastZxids = new HashMap<>();
    private final Map<Integer, List<Due>> catchUp = new HashMap<>();
    private final Rules rules;
    private long shown;

    /// @param extendedTypes whether znodes with a time to live exist
    public View(boolean extendedTypes, Rules rules) {
        this.rules = rules;
        model = new Model(watches, extendedTypes);
        reads = new ModelReads(model);
    }

    /// It is a member of this ensemble.
    public void membership(byte[] text, long version) {
        model.membership(text, version);
    }

    /// The transaction that it has come to.
    public long shown() {
        return shown;
    }

    Set<Long> sessions() {
        return model.sessions();
    }

    /// Executes the next transaction; what a client who asked for it must be answered, or null.
    public @Nullable Result execute(Entry entry) {
        LoggedTxn txn = entry.txn;
        Request request = entry.request;
        long zxid = txn.header().zxid();
        long session = txn.header().clientId();
        shown = zxid;
        switch (txn.txn()) {
            case CreateSessionTxn _ -> model.createSession(session);
            case CloseSessionTxn(List<String> paths) ->
                model.closeSession(session, zxid, paths == null ? List.of() : paths);
            case DeleteTxn(String path) when request == null -> model.sweep(path, zxid, entry.timeMs);
            case ErrorTxn _ when request == null -> {
                // The sweeper came too late.
            }
            case ErrorTxn(int error)
            when error == SESSION_MOVED -> {
                return Result.failed(error);
            }
            default -> {
                Model.Write write = new Model.Write(
                        Objects.requireNonNull(request),
                        session,
                        entry.credentials,
                        zxid,
                        txn.header().timeMs(),
                        entry.appliedZxid,
                        entry.local);
                return request instanceof ReconfigRequest reconfig
                        ? model.reconfig(reconfig, write, txn.txn())
                        : model.write(write);
            }
        }
        return null;
    }

    // --- Connections.

    /// A connection was made.
    ///
    /// @param credentials what it proves by itself
    public void connected(int connection, List<Id> credentials) {
        lastZxids.put(connection, 0L);
        watches.of(connection).credentials = credentials;
        catchUp.put(connection, new ArrayList<>());
    }

    public void disconnected(int connection) {
        lastZxids.remove(connection);
        watches.forget(connection);
        catchUp.remove(connection);
    }

    /// Nobody is connected any more.
    public void disconnectAll() {
        for (int connection : List.copyOf(lastZxids.keySet())) {
            disconnected(connection);
        }
    }

    /// The server has taken an auth packet; false if the connection is gone.
    public boolean authenticated(int connection, List<Id> credentials) {
        boolean there = lastZxids.containsKey(connection);
        if (there) {
            watches.of(connection).credentials = credentials;
        }
        return there;
    }

    // --- What the server says.

    /// The server tells a connection of a change; it must have been executed here.
    public void event(int connection, long zxid, WatcherEvent event) {
        Due told = new Due(zxid, event.type(), event.path());
        if (zxid == -1) {
            Objects.requireNonNull(catchUp.get(connection)).add(told);
            return;
        }
        Due due = watches.of(connection).due.poll();
        rules.check(
                Rule.C5,
                told.equals(due),
                () -> "connection " + connection + " was told " + told + " instead of " + due);
    }

    /// Makes sure that everybody was told of everything.
    public void checkTold() {
        watches.checkTold();
    }

    /// The server answers something on a connection at `zxid`: not earlier than before, and not before events.
    public void answers(int connection, long zxid) {
        long last = lastZxids.getOrDefault(connection, 0L);
        rules.check(
                Rule.C2,
                zxid >= last,
                () -> "zxids went back on connection " + connection + " to 0x" + Long.toHexString(zxid));
        lastZxids.put(connection, zxid);
        Watched watched = watches.of(connection);
        rules.check(
                Rule.C5,
                watched.due.isEmpty(),
                () -> "a reply overtook events " + watched.due + " on connection " + connection);
    }

    /// The server answers a question that changes nothing.
    public void read(int connection, long session, Request request, List<Id> credentials, Oracle.Told told) {
        if (told.body() instanceof GetDataResponse(var _, Stat stat)
                && request instanceof GetDataRequest(String path, boolean _)
                && path.equals(Model.CONFIG)) {
            // Each member writes it when it starts, by its own clock.
            Objects.requireNonNull(model.find(path)).mtimeMs = stat.mtimeMs();
        }
        Reader reader = new Reader(watches.of(connection), session, credentials);
        Answer expected = reads.answer(request, reader);
        rules.check(
                Rule.C1,
                expected.equals(told.header().error(), told.body()),
                () -> request + " was answered " + told + " instead of " + expected);
        switch (request) {
            case SetWatchesRequest set ->
                caughtUp(
                        connection,
                        reads.catchUp(
                                new SetWatches2Request(
                                        set.relativeZxid(), set.data(), set.exist(), set.child(), List.of(), List.of()),
                                reader.watched()));
            case SetWatches2Request set -> caughtUp(connection, reads.catchUp(set, reader.watched()));
            default -> {
                // Everything is in the answer.
            }
        }
    }

    private void caughtUp(int connection, List<Due> missed) {
        List<Due> told = Objects.requireNonNull(catchUp.get(connection));
        if (!told.equals(missed)) {
            throw new Violation(Rule.C5, "setWatches told " + told + " instead of " + missed);
        }
        told.clear();
    }

    /// Whether a write was answered as it must be.
    public void checkWritten(Request request, Result expected, Oracle.Told told) {
        Response body = told.body();
        rules.check(
                body instanceof MultiResponse ? Rule.C9 : Rule.C1,
                expected.is(told.header().error(), body),
                () -> request + " was answered " + told + " instead of " + expected);
    }

    /// Compares a whole tree with the model at the same transaction.
    public void compare(DataTree tree) {
        // The tree counts its root twice, as Apache does.
        if (tree.nodeCount() != model.nodes().size() + 1) {
            throw new Violation(
                    Rule.C8,
                    "the tree has " + tree.nodeCount() + " znodes instead of "
                            + (model.nodes().size() + 1));
        }
        model.nodes().forEach((path, expected) -> {
            Znode node = tree.find(path);
            if (node != null && path.equals(Model.CONFIG)) {
                // Each member writes it when it starts, by its own clock.
                expected.mtimeMs = node.stat().mtimeMs();
            }
            if (node == null
                    || !node.stat().equals(expected.stat())
                    || !Arrays.equals(node.data(), expected.data)
                    || !tree.acl(node).equals(expected.acl)) {
                throw new Violation(
                        Rule.C8,
                        path + " is " + (node == null ? "missing" : node.stat()) + " instead of " + expected.stat());
            }
        });
    }
}
