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
import io.zabra.wire.client.ReplyHeader;
import io.zabra.wire.client.Request;
import io.zabra.wire.client.Response;
import io.zabra.wire.client.SetWatches2Request;
import io.zabra.wire.client.SetWatchesRequest;
import io.zabra.wire.client.WatcherEvent;
import io.zabra.wire.data.Id;
import io.zabra.wire.txn.CloseSessionTxn;
import io.zabra.wire.txn.CreateSessionTxn;
import io.zabra.wire.txn.DeleteTxn;
import io.zabra.wire.txn.ErrorTxn;
import io.zabra.wire.txn.LoggedTxn;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
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

    /// What a client has sent.
    ///
    /// @param credentials what its connection had proved by then
    /// @param atNs when the server had it
    public record Sent(Request request, List<Id> credentials, long atNs) {}

    /// What a write must be answered.
    private record Outcome(Sent sent, Result result) {}

    /// A transaction that the server has proposed.
    ///
    /// @param sent what a client asked for; null when the server itself proposed it
    /// @param appliedZxid what was applied by then
    /// @param timeMs the true time
    public record Proposed(LoggedTxn txn, @Nullable Sent sent, long appliedZxid, long timeMs) {}

    private final ModelWatches watches = new ModelWatches();
    private final Model model;
    private final ModelReads reads;
    private final TreeMap<Long, Proposed> proposed = new TreeMap<>();
    private final Map<Long, Outcome> outcomes = new HashMap<>();
    /// Writes in the order of transactions whose answers nobody has seen.
    private final Set<Sent> unanswered = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Map<Integer, Long> lastZxids = new HashMap<>();
    private final Map<Integer, List<Due>> catchUp = new HashMap<>();
    private final TreeMap<String, Long> tally = new TreeMap<>();
    private long shown;
    private long replies;

    /// @param extendedTypes whether znodes with a time to live exist
    public Oracle(boolean extendedTypes) {
        model = new Model(watches, extendedTypes);
        reads = new ModelReads(model);
    }

    /// The last transaction whose effect anybody may have seen.
    public long shown() {
        return shown;
    }

    /// How many answers have been checked.
    public long replies() {
        return replies;
    }

    /// How often each kind of thing happened that was checked, by name.
    public SortedMap<String, Long> tally() {
        return tally;
    }

    /// The server proposed a transaction.
    public void proposed(Proposed proposal) {
        long zxid = proposal.txn.header().zxid();
        if (proposed.containsKey(zxid) || zxid <= shown) {
            throw new Violation("zxid 0x" + Long.toHexString(zxid) + " is proposed twice");
        }
        proposed.put(zxid, proposal);
        if (proposal.sent != null) {
            unanswered.add(proposal.sent);
        }
    }

    /// The server has applied everything up to `zxid`: from now on it may be seen, and who watched has been told.
    public void applied(long zxid) {
        if (zxid > shown) {
            advance(zxid);
            watches.checkTold();
        }
    }

    /// The server came back with everything up to `lastZxid`.
    public void recovered(long lastZxid, DataTree tree, SortedMap<Long, Integer> sessions) {
        if (lastZxid < shown) {
            throw new Violation("acknowledged transactions are lost: recovered 0x" + Long.toHexString(lastZxid)
                    + ", but 0x" + Long.toHexString(shown) + " was shown");
        }
        proposed.tailMap(lastZxid, false).clear();
        unanswered.clear();
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

    /// The server has taken an auth packet of a connection.
    public void authenticated(int connection, List<Id> credentials) {
        if (lastZxids.containsKey(connection)) {
            watches.of(connection).credentials = credentials;
            count("AUTH");
        }
    }

    /// The server tells a connection of a change.
    public void event(int connection, long zxid, WatcherEvent event) {
        Due told = new Due(zxid, event.type(), event.path());
        if (zxid == -1) {
            Objects.requireNonNull(catchUp.get(connection)).add(told);
            count("caught up");
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
    /// @param session the session of the connection
    /// @param refusedUntilNs until when the server may have refused writes for want of space
    public void reply(int connection, long session, Sent sent, Told told, long refusedUntilNs) {
        long zxid = told.header.zxid();
        int error = told.header.error();
        Request request = sent.request;
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
        count(error == 0 ? request.op().name() : request.op().name() + " " + error);
        if (request.op().isWrite()) {
            if (unanswered.remove(sent)) {
                written(sent, told);
            } else {
                refused(sent, told, refusedUntilNs);
            }
        } else {
            read(connection, request, new Reader(watched, session, sent.credentials), told);
        }
    }

    /// What a client was told.
    public record Told(ReplyHeader header, @Nullable Response body) {}

    /// Something happened that should happen often.
    public void count(String what) {
        tally.merge(what, 1L, Long::sum);
    }

    /// A write without a transaction has no effect, and only the want of space is a reason for it.
    private void refused(Sent sent, Told told, long refusedUntilNs) {
        if (told.header.error() != Model.QUOTA_EXCEEDED || told.body != null || refusedUntilNs < sent.atNs) {
            throw new Violation(sent.request + " was answered " + told + ", but never proposed");
        }
        count("refused for want of space");
    }

    private void written(Sent sent, Told told) {
        Request request = sent.request;
        long zxid = told.header.zxid();
        int error = told.header.error();
        Response body = told.body;
        Outcome outcome = outcomes.remove(zxid);
        if (outcome == null || outcome.sent != sent) {
            throw new Violation("transaction 0x" + Long.toHexString(zxid) + " is " + outcome + " and not " + request);
        }
        Result expected = outcome.result;
        if (!expected.is(error, body)) {
            throw new Violation("0x" + Long.toHexString(zxid) + " " + request + " was answered " + error + " " + body
                    + " instead of " + expected);
        }
    }

    private void read(int connection, Request request, Reader reader, Told told) {
        Answer expected = reads.answer(request, reader);
        if (!expected.equals(told.header.error(), told.body)) {
            throw new Violation(request + " was answered " + told + " instead of " + expected);
        }
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
            throw new Violation("setWatches told " + told + " instead of " + missed);
        }
        told.clear();
    }

    /// Lets the model catch up with everything that may be visible at `zxid`.
    private void advance(long zxid) {
        while (shown < zxid) {
            Map.Entry<Long, Proposed> next = proposed.pollFirstEntry();
            if (next == null || next.getKey() > zxid) {
                throw new Violation("zxid 0x" + Long.toHexString(zxid) + " is shown, but was never proposed");
            }
            shown = next.getKey();
            execute(next.getValue());
        }
    }

    private void execute(Proposed entry) {
        LoggedTxn txn = entry.txn;
        Sent sent = entry.sent;
        long zxid = txn.header().zxid();
        long session = txn.header().clientId();
        switch (txn.txn()) {
            case CreateSessionTxn _ -> model.createSession(session);
            case CloseSessionTxn(List<String> paths) ->
                model.closeSession(session, zxid, paths == null ? List.of() : paths);
            case DeleteTxn(String path)
            when sent == null -> {
                model.sweep(path, zxid, entry.timeMs);
                count("swept");
            }
            case ErrorTxn _ when sent == null -> {
                // The sweeper came too late.
            }
            default -> {
                Sent by = Objects.requireNonNull(sent);
                Result result = model.write(new Model.Write(
                        by.request, session, by.credentials, zxid, txn.header().timeMs(), entry.appliedZxid));
                outcomes.put(zxid, new Outcome(by, result));
            }
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
