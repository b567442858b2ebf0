// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.simulator.ensemble;

import io.zabra.core.log.Zxid;
import io.zabra.core.tree.DataTree;
import io.zabra.simulator.check.Violation;
import io.zabra.wire.client.CreateRequest;
import io.zabra.wire.client.DeleteRequest;
import io.zabra.wire.client.GetDataRequest;
import io.zabra.wire.client.GetDataResponse;
import io.zabra.wire.client.Request;
import io.zabra.wire.client.Response;
import io.zabra.wire.client.SetDataRequest;
import io.zabra.wire.client.SyncRequest;
import io.zabra.wire.txn.CloseSessionTxn;
import io.zabra.wire.txn.CreateSessionTxn;
import io.zabra.wire.txn.CreateTxn;
import io.zabra.wire.txn.DeleteTxn;
import io.zabra.wire.txn.ErrorTxn;
import io.zabra.wire.txn.LoggedTxn;
import io.zabra.wire.txn.SetDataTxn;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// What clients may see: what each znode held after each transaction that was committed, and who asked for it. Written
/// without the product's tree.
final class Ledger {

    private static final int NO_NODE = -101;
    private static final int BAD_VERSION = -103;
    private static final int NODE_EXISTS = -110;

    /// A request as it was sent.
    ///
    /// @param completed the last transaction that any client had been told of at that time
    record Sent(long session, int xid, Request request, long completed) {}

    /// What a client is told.
    record Told(long zxid, int error, @Nullable Response body) {}

    /// A znode behind one transaction.
    private record Held(byte[] data, int version, long owner, long mzxid) {}

    private record Asked(long session, int cxid) {}

    private final SortedMap<String, TreeMap<Long, @Nullable Held>> znodes = new TreeMap<>();
    private final Map<Long, LoggedTxn> txns = new HashMap<>();
    private final Set<Asked> done = new HashSet<>();
    private final Set<Long> closed = new HashSet<>();
    private long completed;
    private long answers;

    /// The last transaction that any client was told of.
    long completed() {
        return completed;
    }

    long answers() {
        return answers;
    }

    /// The next transaction is committed.
    void committed(long zxid, byte[] entry) {
        LoggedTxn txn = LoggedTxn.read(entry);
        txns.put(zxid, txn);
        long session = txn.header().clientId();
        boolean asked = !(txn.txn() instanceof CreateSessionTxn) && !(txn.txn() instanceof CloseSessionTxn);
        if (asked && !done.add(new Asked(session, txn.header().cxid()))) {
            throw new Violation("C8: what session " + Long.toHexString(session) + " asked for under "
                    + txn.header().cxid() + " was done twice");
        }
        if (closed.contains(session) && !(txn.txn() instanceof ErrorTxn) && asked) {
            throw new Violation("C6: " + Zxid.text(zxid) + " is of a session that was closed before");
        }
        switch (txn.txn()) {
            case CreateTxn create -> {
                byte[] data = create.data();
                long owner = create.ephemeral() ? session : 0;
                put(create.path(), zxid, new Held(data == null ? new byte[0] : data, 0, owner, zxid));
            }
            case SetDataTxn set -> {
                Held before = at(set.path(), zxid);
                byte[] data = set.data();
                long owner = before == null ? 0 : before.owner;
                put(set.path(), zxid, new Held(data == null ? new byte[0] : data, set.version(), owner, zxid));
            }
            case DeleteTxn delete -> put(delete.path(), zxid, null);
            case CloseSessionTxn _ -> close(session, zxid);
            default -> {
                // It changes no znode.
            }
        }
    }

    private void put(String path, long zxid, @Nullable Held held) {
        znodes.computeIfAbsent(path, _ -> new TreeMap<>()).put(zxid, held);
    }

    private void close(long session, long zxid) {
        closed.add(session);
        znodes.forEach((path, states) -> {
            Held last = states.lastEntry().getValue();
            if (last != null && last.owner == session) {
                states.put(zxid, null);
            }
        });
    }

    private @Nullable Held at(String path, long zxid) {
        TreeMap<Long, @Nullable Held> states = znodes.get(path);
        Map.Entry<Long, @Nullable Held> entry = states == null ? null : states.floorEntry(zxid);
        return entry == null ? null : entry.getValue();
    }

    /// A server answers: it must be true, whether or not it arrives.
    void answered(Sent sent, Told told) {
        answers++;
        Request request = sent.request;
        if (request.op().isWrite() && told.error == 0) {
            checkWrite(sent, told);
        } else if (request instanceof GetDataRequest(String path, boolean _)) {
            checkRead(path, told);
        } else if (request instanceof SyncRequest && told.error == 0 && told.zxid < sent.completed) {
            throw new Violation("C4: a sync is answered at " + Zxid.text(told.zxid) + ", but "
                    + Zxid.text(sent.completed) + " was known before");
        } else {
            checkRefusal(request, told);
        }
    }

    private void checkWrite(Sent sent, Told told) {
        LoggedTxn txn = txns.get(told.zxid);
        if (txn == null) {
            throw new Violation("C8: " + sent + " is answered at " + Zxid.text(told.zxid) + ", which is not committed");
        }
        boolean same = txn.header().clientId() == sent.session && txn.header().cxid() == sent.xid;
        if (!same || txn.txn() instanceof ErrorTxn) {
            throw new Violation("C1: " + sent + " is answered with the zxid of " + txn);
        }
        if (told.zxid <= sent.completed) {
            throw new Violation("C1: " + sent + " took place at " + Zxid.text(told.zxid));
        }
    }

    private void checkRead(String path, Told told) {
        Held held = at(path, told.zxid);
        if (told.error == NO_NODE && held == null) {
            return;
        }
        if (told.error == 0 && held != null && told.body instanceof GetDataResponse(byte[] data, var stat)) {
            if (Arrays.equals(data, held.data) && stat.version() == held.version && stat.mzxid() == held.mzxid) {
                return;
            }
        } else if (told.error != 0 && told.error != NO_NODE) {
            return;
        }
        throw new Violation("C1: a read of " + path + " at " + Zxid.text(told.zxid) + " answers " + told.error + " "
                + told.body + " instead of " + held);
    }

    private void checkRefusal(Request request, Told told) {
        boolean right = switch (told.error) {
            case NODE_EXISTS -> request instanceof CreateRequest create && at(create.path(), told.zxid) != null;
            case NO_NODE ->
                request instanceof SetDataRequest(String path, byte[] _, int _) && at(path, told.zxid) == null
                        || request instanceof DeleteRequest(String gone, int _) && at(gone, told.zxid) == null;
            case BAD_VERSION ->
                request instanceof SetDataRequest(String path, byte[] _, int version) && differs(path, told, version)
                        || request instanceof DeleteRequest(String of, int wanted) && differs(of, told, wanted);
            default -> true;
        };
        if (!right) {
            throw new Violation("C1: " + request + " is refused with " + told.error + " at " + Zxid.text(told.zxid));
        }
    }

    private boolean differs(String path, Told told, int version) {
        Held held = at(path, told.zxid);
        return held != null && held.version != version;
    }

    /// A client has received an answer.
    void received(long zxid) {
        completed = Math.max(completed, zxid);
    }

    /// A tree holds what was committed, and nothing else (C6, C8).
    void compare(long sid, DataTree tree) {
        TreeSet<String> wanted = new TreeSet<>();
        znodes.forEach((path, states) -> {
            Held held = states.lastEntry().getValue();
            if (held != null) {
                wanted.add(path.substring(1));
                if (!tree.has(path)) {
                    throw new Violation("C8: server " + sid + " has no " + path);
                }
            }
        });
        var root = tree.find("/");
        TreeSet<String> there = new TreeSet<>(root == null ? Set.of() : tree.children(root));
        there.remove("zookeeper");
        if (!there.equals(wanted)) {
            throw new Violation("C6: server " + sid + " has " + there + " instead of " + wanted);
        }
    }
}
