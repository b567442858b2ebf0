// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.simulator.history;

import io.zabra.wire.client.AuthRequest;
import io.zabra.wire.client.ReplyHeader;
import io.zabra.wire.client.SyncRequest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/// Goes through the entries of a history once, in their order: joins answers with what was asked, and checks what
/// needs no knowledge of the contents: order within sessions, and real time between them.
final class Listening {

    private final Findings findings;
    private final LongPredicate syncs;
    private final Map<Integer, Conversation> conversations = new HashMap<>();
    private final List<Ask> asks = new ArrayList<>();
    private final List<Frame> frames = new ArrayList<>();
    private final Map<Long, Integer> sessions = new HashMap<>();
    private final Set<Integer> ended = new HashSet<>();
    private long shown;
    private long shownTxn;

    /// @param syncs as in a [History]
    Listening(Findings findings, LongPredicate syncs) {
        this.findings = findings;
        this.syncs = syncs;
    }

    /// All requests, in the order in which they were sent.
    List<Ask> asks() {
        return asks;
    }

    /// All that arrived at clients, in the order in which it did.
    List<Frame> frames() {
        return frames;
    }

    /// The sessions that were granted, with their time-outs in milliseconds.
    Map<Long, Integer> sessions() {
        return sessions;
    }

    void hear(int at, Entry entry) {
        if (entry instanceof Entry.Opened opened) {
            open(opened);
            return;
        }
        Conversation of = conversations.get(entry.connection());
        if (of == null || ended.contains(entry.connection())) {
            findings.complain("C2", "nobody has connection " + entry.connection() + ", but: " + entry);
            return;
        }
        switch (entry) {
            case Entry.Asked asked -> ask(at, of, asked);
            case Entry.Answered answered -> answer(at, of, answered);
            case Entry.Told told -> tell(at, of, told);
            case Entry.Closed _ -> {
                ended.add(of.number);
                frames.add(new Frame(of.key, at, of, null, null));
            }
            case Entry.Opened _ -> throw new IllegalStateException("was opened before");
        }
    }

    private void open(Entry.Opened opened) {
        conversations.put(opened.connection(), new Conversation(opened));
        findings.count(sessions.containsKey(opened.session()) ? "session moved" : "session begun");
        sessions.put(opened.session(), opened.timeoutMs());
    }

    private void ask(int at, Conversation of, Entry.Asked asked) {
        if (!(asked.request() instanceof AuthRequest)) {
            Ask ask = new Ask(at, of, asked, shown, shownTxn);
            asks.add(ask);
            of.waiting.add(ask);
        }
    }

    private void answer(int at, Conversation of, Entry.Answered answered) {
        if (answered.xid() == ReplyHeader.AUTH_XID) {
            return;
        }
        Ask ask = of.waiting.poll();
        if (ask == null || ask.xid != answered.xid()) {
            findings.complain("C2", "the reply to xid " + answered.xid() + " came instead of that to " + ask);
            return;
        }
        ask.answeredAt = at;
        ask.zxid = answered.zxid();
        ask.error = answered.error();
        ask.body = answered.body();
        if (ask.zxid > 0) {
            checkOrder(of, ask);
        }
        arrived(at, of, ask, null, ask.zxid);
    }

    private void checkOrder(Conversation of, Ask ask) {
        if (ask.zxid < of.seen) {
            findings.complain(
                    "C2",
                    ask + " is answered at " + Findings.hex(ask.zxid) + ", but the session had seen "
                            + Findings.hex(of.seen));
        }
        of.seen = Math.max(of.seen, ask.zxid);
        if (ask.request instanceof SyncRequest && ask.error == 0 && syncs.test(ask.zxid)) {
            findings.count("sync");
            // A leader shows the beginning of its epoch, while its followers are up to date with the transaction
            // before.
            if (ask.zxid < ask.shownTxn) {
                findings.complain(
                        "C4",
                        ask + " is answered at " + Findings.hex(ask.zxid) + ", but " + Findings.hex(ask.shownTxn)
                                + " was shown before it was asked");
            }
        }
        if (of.readOnly && ask.request.op().isWrite() && ask.error == 0) {
            findings.complain("C10", ask + " is done, by a server that said it was read-only");
        }
    }

    /// Events that were missed are judged with the answer that follows them.
    private void tell(int at, Conversation of, Entry.Told told) {
        if (told.zxid() < 0) {
            of.caughtUp.add(new Frame(0, at, of, null, told));
            return;
        }
        if (told.zxid() < of.seen) {
            findings.complain("C5", told + " comes after a reply that shows " + Findings.hex(of.seen));
        }
        arrived(at, of, null, told, told.zxid());
    }

    private void arrived(int at, Conversation of, @Nullable Ask answer, Entry.@Nullable Told told, long zxid) {
        of.key = Math.max(of.key, zxid);
        shown = Math.max(shown, zxid);
        if (Findings.counter(zxid) != 0) {
            shownTxn = Math.max(shownTxn, zxid);
        }
        while (!of.caughtUp.isEmpty()) {
            Frame missed = of.caughtUp.remove();
            frames.add(new Frame(of.key, missed.at(), of, null, missed.told()));
        }
        frames.add(new Frame(of.key, at, of, answer, told));
    }
}
