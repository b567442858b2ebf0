// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.simulator.history;

import io.zabra.simulator.check.Model;
import io.zabra.simulator.check.ModelReads;
import io.zabra.simulator.check.ModelWatches;
import io.zabra.simulator.check.ModelWatches.Due;
import io.zabra.wire.client.CloseSessionRequest;
import io.zabra.wire.client.CreateMode;
import io.zabra.wire.client.CreateRequest;
import io.zabra.wire.client.DeleteRequest;
import io.zabra.wire.client.GetDataRequest;
import io.zabra.wire.client.MultiRequest;
import io.zabra.wire.client.MultiResponse;
import io.zabra.wire.client.OpCode;
import io.zabra.wire.client.PathResponse;
import io.zabra.wire.client.Request;
import io.zabra.wire.client.Response;
import io.zabra.wire.client.SetDataRequest;
import io.zabra.wire.client.StatResponse;
import io.zabra.wire.client.WatcherEvent;
import io.zabra.wire.data.Acl;
import io.zabra.wire.data.Id;
import io.zabra.wire.txn.CloseSessionTxn;
import io.zabra.wire.txn.CreateSessionTxn;
import io.zabra.wire.txn.CreateTxn;
import io.zabra.wire.txn.DeleteTxn;
import io.zabra.wire.txn.ErrorTxn;
import io.zabra.wire.txn.LoggedTxn;
import io.zabra.wire.txn.MultiTxn;
import io.zabra.wire.txn.SetDataTxn;
import io.zabra.wire.txn.Txn;
import io.zabra.wire.txn.TxnHeader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.IntStream;

/// Writes true histories, of a service that does one thing after the other; tests then falsify them.
final class Scribe {

    static final int TIMEOUT_MS = 4_000;
    private static final long EPOCH = 1L << 32;
    private static final List<Id> CREDENTIALS = List.of(new Id("ip", "127.0.0.1"));

    final List<Entry> entries = new ArrayList<>();
    final List<LoggedTxn> committed = new ArrayList<>();
    final TreeMap<Integer, Long> sessions = new TreeMap<>();
    private final ModelWatches watches = new ModelWatches();
    private final Model model = new Model(watches, true);
    private final ModelReads reads = new ModelReads(model);
    long zxid = EPOCH;
    int xid;
    long nowMs = 1_000_000;

    History history() {
        return new History(entries, committed);
    }

    Verdict check() {
        return HistoryCheck.check(history(), 0);
    }

    /// A client with a session of its own; sessions and connections have the same numbers here.
    int begin() {
        int connection = sessions.size() + 1;
        log(connection, 0, OpCode.CREATE_SESSION, new CreateSessionTxn(TIMEOUT_MS));
        model.createSession(connection);
        open(connection, connection, 0);
        return connection;
    }

    void open(int connection, long session, long seen) {
        sessions.put(connection, session);
        entries.add(new Entry.Opened(connection, session, seen, TIMEOUT_MS, false));
    }

    void close(int connection) {
        entries.add(new Entry.Closed(connection));
        watches.forget(connection);
    }

    void ask(int connection, Request request) {
        entries.add(new Entry.Asked(connection, ++xid, request, ++nowMs));
    }

    void answer(int connection, int to, int error, Response body) {
        entries.add(new Entry.Answered(connection, to, zxid, error, body));
    }

    void log(long session, int cxid, OpCode type, Txn txn) {
        zxid++;
        committed.add(new LoggedTxn(new TxnHeader(session, cxid, zxid, ++nowMs, type.number()), txn, null));
    }

    /// Asks for a write, which is done and answered.
    void write(int connection, Request request) {
        ask(connection, request);
        Model.Result result = commit(connection, xid, request);
        answer(connection, xid, result.error(), body(result));
    }

    /// Does a write that was asked for.
    Model.Result commit(int connection, int cxid, Request request) {
        long session = sessions.get(connection);
        Model.Result result = model.write(new Model.Write(request, session, CREDENTIALS, zxid + 1, nowMs + 1, zxid));
        Txn txn = result.error() == 0 ? txn(request, result) : new ErrorTxn(result.error());
        log(session, cxid, result.error() == 0 ? request.op() : OpCode.ERROR, txn);
        tellAll();
        return result;
    }

    /// Ends a session, whether its client asks for it or not.
    void end(long session, int cxid, String... ephemerals) {
        log(session, cxid, OpCode.CLOSE_SESSION, new CloseSessionTxn(List.of(ephemerals)));
        model.closeSession(session, zxid, List.of(ephemerals));
        tellAll();
    }

    void quit(int connection, String... ephemerals) {
        ask(connection, new CloseSessionRequest());
        end(sessions.get(connection), xid, ephemerals);
        answer(connection, xid, 0, null);
    }

    private void tellAll() {
        for (int connection : sessions.keySet()) {
            for (Due due = watches.of(connection).next();
                    due != null;
                    due = watches.of(connection).next()) {
                tell(connection, due);
            }
        }
    }

    void tell(int connection, Due due) {
        WatcherEvent event = new WatcherEvent(due.type(), WatcherEvent.SYNC_CONNECTED, due.path());
        entries.add(new Entry.Told(connection, due.zxid(), event));
    }

    ModelReads.Answer read(int connection, Request request) {
        ask(connection, request);
        var reader = new ModelReads.Reader(watches.of(connection), sessions.get(connection), CREDENTIALS);
        ModelReads.Answer answer = reads.answer(request, reader);
        answer(connection, xid, answer.error(), answer.body());
        return answer;
    }

    ModelReads.Answer get(int connection, String path) {
        return read(connection, new GetDataRequest(path, false));
    }

    void create(int connection, String path) {
        write(connection, create(path, 0));
    }

    static CreateRequest create(String path, int flags) {
        return new CreateRequest(OpCode.CREATE, path, new byte[0], Acl.OPEN, flags);
    }

    void set(int connection, String path, String data) {
        write(connection, set(path, data));
    }

    static SetDataRequest set(String path, String data) {
        return new SetDataRequest(path, data.getBytes(StandardCharsets.UTF_8), -1);
    }

    void delete(int connection, String path) {
        write(connection, new DeleteRequest(path, -1));
    }

    static Response body(Model.Result result) {
        if (result.error() != 0) {
            return null;
        }
        if (result.parts() != null) {
            return new MultiResponse(result.parts());
        }
        if (result.path() != null) {
            return new PathResponse(result.path());
        }
        return result.stat() == null ? null : new StatResponse(result.stat());
    }

    private static Txn txn(Request request, Model.Result result) {
        return switch (request) {
            case CreateRequest create -> {
                CreateMode mode = CreateMode.of(create.flags());
                yield new CreateTxn(result.path(), create.data(), create.acl(), mode.isEphemeral(), 0);
            }
            case SetDataRequest set ->
                new SetDataTxn(
                        set.path(),
                        set.data(),
                        result.stat() == null ? 0 : result.stat().version());
            case DeleteRequest delete -> new DeleteTxn(delete.path());
            case MultiRequest multi ->
                new MultiTxn(IntStream.range(0, multi.ops().size())
                        .mapToObj(i ->
                                part(multi.ops().get(i), result.parts().get(i).error()))
                        .toList());
            default -> throw new IllegalArgumentException(request.toString());
        };
    }

    private static MultiTxn.Op part(Request request, int error) {
        Txn txn = error != 0
                ? new ErrorTxn(error)
                : switch (request) {
                    case CreateRequest create -> new CreateTxn(create.path(), create.data(), create.acl(), false, 0);
                    case SetDataRequest set -> new SetDataTxn(set.path(), set.data(), 0);
                    default -> new DeleteTxn(((DeleteRequest) request).path());
                };
        return new MultiTxn.Op(
                txn instanceof ErrorTxn ? OpCode.ERROR.number() : request.op().number(), txn);
    }
}
