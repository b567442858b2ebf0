// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.simulator.check;

import io.zabra.core.tree.DataTree;
import io.zabra.simulator.check.Model.Result;
import io.zabra.wire.client.ReplyHeader;
import io.zabra.wire.client.Request;
import io.zabra.wire.client.Response;
import io.zabra.wire.client.WatcherEvent;
import io.zabra.wire.data.Id;
import io.zabra.wire.txn.DeleteTxn;
import io.zabra.wire.txn.LoggedTxn;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
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

    private final View view;
    private final TreeMap<Long, Proposed> proposed = new TreeMap<>();
    private final Map<Long, Outcome> outcomes = new HashMap<>();
    /// Writes in the order of transactions whose answers nobody has seen.
    private final Set<Sent> unanswered = Collections.newSetFromMap(new IdentityHashMap<>());
    private final TreeMap<String, Long> tally = new TreeMap<>();
    private long replies;

    /// @param extendedTypes whether znodes with a time to live exist
    public Oracle(boolean extendedTypes) {
        view = new View(extendedTypes, new Rules());
    }

    /// The last transaction whose effect anybody may have seen.
    public long shown() {
        return view.shown();
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
        if (proposed.containsKey(zxid) || zxid <= shown()) {
            throw new Violation("zxid 0x" + Long.toHexString(zxid) + " is proposed twice");
        }
        proposed.put(zxid, proposal);
        if (proposal.sent != null) {
            unanswered.add(proposal.sent);
        }
    }

    /// The server has applied everything up to `zxid`: from now on it may be seen, and who watched has been told.
    public void applied(long zxid) {
        if (zxid > shown()) {
            advance(zxid);
            view.checkTold();
        }
    }

    /// The server came back with everything up to `lastZxid`.
    public void recovered(long lastZxid, DataTree tree, SortedMap<Long, Integer> sessions) {
        if (lastZxid < shown()) {
            throw new Violation("acknowledged transactions are lost: recovered 0x" + Long.toHexString(lastZxid)
                    + ", but 0x" + Long.toHexString(shown()) + " was shown");
        }
        proposed.tailMap(lastZxid, false).clear();
        unanswered.clear();
        view.disconnectAll();
        advance(lastZxid);
        compare(tree);
        if (!sessions.keySet().equals(view.sessions())) {
            throw new Violation("sessions are " + sessions.keySet() + " instead of " + view.sessions());
        }
    }

    /// A connection was made.
    ///
    /// @param credentials what it proves by itself
    public void connected(int connection, List<Id> credentials) {
        view.connected(connection, credentials);
    }

    public void disconnected(int connection) {
        view.disconnected(connection);
    }

    /// The server has taken an auth packet of a connection.
    public void authenticated(int connection, List<Id> credentials) {
        if (view.authenticated(connection, credentials)) {
            count("AUTH");
        }
    }

    /// The server tells a connection of a change.
    public void event(int connection, long zxid, WatcherEvent event) {
        if (zxid == -1) {
            count("caught up");
        } else {
            advance(zxid);
        }
        view.event(connection, zxid, event);
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
        view.answers(connection, zxid);
        count(error == 0 ? request.op().name() : request.op().name() + " " + error);
        if (request.op().isWrite()) {
            if (unanswered.remove(sent)) {
                written(sent, told);
            } else {
                refused(sent, told, refusedUntilNs);
            }
        } else {
            view.read(connection, session, request, sent.credentials, told);
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
        Outcome outcome = outcomes.remove(zxid);
        if (outcome == null || outcome.sent != sent) {
            throw new Violation("transaction 0x" + Long.toHexString(zxid) + " is " + outcome + " and not " + request);
        }
        view.checkWritten(request, outcome.result, told);
    }

    /// Lets the model catch up with everything that may be visible at `zxid`.
    private void advance(long zxid) {
        while (shown() < zxid) {
            Map.Entry<Long, Proposed> next = proposed.pollFirstEntry();
            if (next == null || next.getKey() > zxid) {
                throw new Violation("zxid 0x" + Long.toHexString(zxid) + " is shown, but was never proposed");
            }
            execute(next.getValue());
        }
    }

    private void execute(Proposed entry) {
        Sent sent = entry.sent;
        Result result = view.execute(new View.Entry(
                entry.txn,
                sent == null ? null : sent.request,
                sent == null ? List.of() : sent.credentials,
                entry.appliedZxid,
                entry.timeMs));
        if (sent != null && result != null) {
            outcomes.put(entry.txn.header().zxid(), new Outcome(sent, result));
        } else if (sent == null && entry.txn.txn() instanceof DeleteTxn) {
            count("swept");
        }
    }

    /// Compares a whole tree with the model at the same transaction.
    public void compare(DataTree tree) {
        if (tree.lastZxid() != shown()) {
            advance(tree.lastZxid());
        }
        view.compare(tree);
    }
}
