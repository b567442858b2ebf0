// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.simulator.history;

import io.zabra.simulator.check.Model;
import io.zabra.simulator.check.ModelReads;
import io.zabra.simulator.check.ModelReads.Answer;
import io.zabra.simulator.check.ModelReads.Reader;
import io.zabra.simulator.check.ModelWatches;
import io.zabra.simulator.check.ModelWatches.Due;
import io.zabra.simulator.check.ModelWatches.Watched;
import io.zabra.simulator.check.Violation;
import io.zabra.wire.client.CloseSessionRequest;
import io.zabra.wire.client.MultiRequest;
import io.zabra.wire.client.SetWatches2Request;
import io.zabra.wire.client.SetWatchesRequest;
import io.zabra.wire.data.Id;
import io.zabra.wire.data.Stat;
import io.zabra.wire.txn.CloseSessionTxn;
import io.zabra.wire.txn.CreateSessionTxn;
import io.zabra.wire.txn.DeleteTxn;
import io.zabra.wire.txn.ErrorTxn;
import io.zabra.wire.txn.LoggedTxn;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// Retells a history in the order of zxids on the reference model: each answer must be the model's at its zxid, each
/// event one that the model has, in its turn.
final class Retelling {

    private static final List<Id> CREDENTIALS = List.of(new Id("ip", "127.0.0.1"));

    /// No transaction has what it holds, as long as the membership does not change.
    private static final String MEMBERSHIP = "/zookeeper/config";

    private final Findings findings;
    private final Map<Long, Integer> sessions;
    private final int slackMs;
    private final ModelWatches watches = new ModelWatches();
    private final Model model = new Model(watches, true);
    private final ModelReads reads = new ModelReads(model);
    private final Map<Long, Ask> origins = new HashMap<>();
    private final Map<Long, Model.Result> outcomes = new HashMap<>();
    /// When each session last asked for something that became a transaction, and was answered.
    private final Map<Long, Long> heardMs = new HashMap<>();
    private final Map<Conversation, List<Due>> missed = new HashMap<>();
    private long zxid;
    private int askedLast;

    /// @param sessions time-outs of sessions
    /// @param slackMs by how much a session may end before its time, see [HistoryCheck]
    Retelling(Findings findings, Map<Long, Integer> sessions, int slackMs) {
        this.findings = findings;
        this.sessions = sessions;
        this.slackMs = slackMs;
    }

    void retell(Listening heard, List<LoggedTxn> committed) {
        for (Ask ask : heard.asks()) {
            if (ask.txn != null) {
                origins.put(ask.txn.header().zxid(), ask);
            }
        }
        List<Frame> frames = new ArrayList<>(heard.frames());
        frames.sort(Comparator.comparingLong(Frame::key).thenComparingInt(Frame::at));
        int next = 0;
        for (LoggedTxn txn : committed) {
            while (next < frames.size() && frames.get(next).key() < txn.header().zxid()) {
                judge(frames.get(next++));
            }
            guarded("C8", () -> apply(txn));
            zxid = txn.header().zxid();
        }
        while (next < frames.size()) {
            judge(frames.get(next++));
        }
    }

    private void guarded(String rule, Runnable step) {
        try {
            step.run();
        } catch (Violation violation) {
            findings.complain(rule, String.valueOf(violation.getMessage()));
        } catch (IllegalArgumentException unknown) {
            findings.complain(rule, "this cannot be checked: " + unknown.getMessage());
        }
    }

    private void apply(LoggedTxn txn) {
        long at = txn.header().zxid();
        long session = txn.header().clientId();
        Ask ask = origins.get(at);
        if (ask != null) {
            askedLast = Math.max(askedLast, ask.at);
        }
        switch (txn.txn()) {
            case CreateSessionTxn _ -> model.createSession(session);
            case CloseSessionTxn(List<String> paths) -> {
                if (ask == null) {
                    checkExpiry(txn);
                }
                guarded("C6", () -> model.closeSession(session, at, paths == null ? List.of() : paths));
            }
            case DeleteTxn(String path)
            when ask == null -> model.sweep(path, at, txn.header().timeMs());
            default -> {
                if (ask != null) {
                    write(txn, ask);
                }
            }
        }
    }

    private void checkExpiry(LoggedTxn txn) {
        long session = txn.header().clientId();
        Long lastMs = heardMs.get(session);
        Integer timeoutMs = sessions.get(session);
        if (lastMs != null && timeoutMs != null && txn.header().timeMs() < lastMs + timeoutMs - slackMs) {
            findings.complain(
                    "C7",
                    "session " + Long.toHexString(session) + " expired "
                            + (txn.header().timeMs() - lastMs) + " ms after a request that was answered, and not "
                            + timeoutMs + " ms");
        }
    }

    private void write(LoggedTxn txn, Ask ask) {
        long at = txn.header().zxid();
        long session = txn.header().clientId();
        Model.Result result = model.write(new Model.Write(
                ask.request, session, CREDENTIALS, at, txn.header().timeMs(), at - 1));
        if (result.error() == 0 && txn.txn() instanceof ErrorTxn || !Effects.same(txn.txn(), result)) {
            findings.complain(rule(ask), ask + " became " + txn + " instead of " + result);
        }
        if (ask.answered()) {
            outcomes.put(at, result);
            heardMs.put(session, ask.atMs);
        }
    }

    private static String rule(Ask ask) {
        return ask.request instanceof MultiRequest ? "C9" : "C1";
    }

    private void judge(Frame frame) {
        if (frame.key() > zxid && Findings.counter(frame.key()) != 0) {
            findings.complain("C8", what(frame) + " shows " + Findings.hex(frame.key()) + ", which is not committed");
            return;
        }
        Entry.Told told = frame.told();
        Ask ask = frame.answer();
        if (told != null) {
            tell(frame.of(), told);
        } else if (ask != null) {
            guarded("C1", () -> answer(frame, ask));
        } else {
            watches.forget(frame.of().number);
        }
    }

    private static String what(Frame frame) {
        return frame.answer() != null ? frame.answer().toString() : String.valueOf(frame.told());
    }

    private void tell(Conversation of, Entry.Told told) {
        findings.count("event");
        Due got = new Due(told.zxid(), told.event().type(), told.event().path());
        if (told.zxid() < 0) {
            missed.computeIfAbsent(of, _ -> new ArrayList<>()).add(got);
            return;
        }
        Due due = watches.of(of.number).next();
        if (!got.equals(due)) {
            findings.complain(
                    "C5", "session " + Long.toHexString(of.session) + " was told " + got + " instead of " + due);
        }
    }

    private void answer(Frame frame, Ask ask) {
        Watched watched = watches.of(frame.of().number);
        if (!watched.due().isEmpty()) {
            findings.complain("C5", "the answer to " + ask + " overtook " + watched.due());
        }
        if (askedLast > frame.at()) {
            findings.complain(
                    "C1", ask + " is answered at " + Findings.hex(frame.key()) + ", which was not asked for yet");
        }
        if (ask.writes()) {
            // What was refused without a transaction tells of another one.
            Model.Result outcome = ask.txn == null ? null : outcomes.remove(ask.zxid);
            if (outcome != null && !outcome.is(ask.error, ask.body)) {
                findings.complain(
                        rule(ask),
                        ask + " was answered " + ask.error + " " + ask.body + " at " + Findings.hex(ask.zxid)
                                + " instead of " + outcome);
            }
        } else if (!Settlement.refuses(ask.error)) {
            read(frame, ask, watched);
        }
    }

    private void read(Frame frame, Ask ask, Watched watched) {
        findings.count("read");
        Answer expected = reads.answer(ask.request, new Reader(watched, frame.of().session, CREDENTIALS));
        if (!expected.equals(ask.error, ask.body) && !MEMBERSHIP.equals(Effects.path(ask.request))) {
            findings.complain(
                    ruleOfRead(ask),
                    ask + " was answered " + ask.error + " " + ask.body + " at " + Findings.hex(frame.key())
                            + " instead of " + expected);
        }
        SetWatches2Request anew = switch (ask.request) {
            case SetWatches2Request set -> set;
            case SetWatchesRequest set ->
                new SetWatches2Request(set.relativeZxid(), set.data(), set.exist(), set.child(), List.of(), List.of());
            default -> null;
        };
        if (anew != null) {
            checkCaughtUp(frame.of(), reads.catchUp(anew, watched));
        }
    }

    private void checkCaughtUp(Conversation of, List<Due> due) {
        List<Due> told = Objects.requireNonNullElse(missed.remove(of), List.of());
        if (!due.equals(told)) {
            findings.complain(
                    "C5",
                    "session " + Long.toHexString(of.session) + " came back and was told " + told + " instead of "
                            + due);
        }
    }

    /// The rule that a wrong answer breaks first: what is shown belongs to a session that has ended, or is older than
    /// the session's own write, or is just wrong.
    private String ruleOfRead(Ask ask) {
        Stat stat = ask.body == null ? null : Effects.stat(ask.body);
        if (stat != null && stat.ephemeralOwner() != 0 && !model.sessions().contains(stat.ephemeralOwner())) {
            return "C6";
        }
        long shown = stat == null ? -1 : stat.mzxid();
        for (Ask other : origins.values()) {
            boolean ownAndBefore = other.of.session == ask.of.session
                    && other.answered()
                    && other.answeredAt < ask.at
                    && !(other.request instanceof CloseSessionRequest);
            if (ownAndBefore
                    && other.error == 0
                    && other.zxid > shown
                    && Effects.samePath(other.request, ask.request)) {
                return "C3";
            }
        }
        return "C1";
    }
}
