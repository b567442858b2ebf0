// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.simulator.history;

import io.zabra.wire.client.CloseSessionRequest;
import io.zabra.wire.txn.CloseSessionTxn;
import io.zabra.wire.txn.CreateSessionTxn;
import io.zabra.wire.txn.ErrorTxn;
import io.zabra.wire.txn.LoggedTxn;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Finds for each transaction the request that it comes from, so that nothing stays unknown: each request has been done
/// once or not at all, and what was acknowledged has been done.
final class Settlement {

    private static final int NOT_READ_ONLY = -119;
    private static final int QUOTA_EXCEEDED = -125;
    private static final int THROTTLED = -127;
    private static final int SESSION_EXPIRED = -112;
    private static final int SESSION_MOVED = -118;

    private record Key(long session, int xid) {}

    private final Findings findings;
    private final Map<Key, List<Ask>> asked = new HashMap<>();
    private final Set<Long> begun = new HashSet<>();

    Settlement(Findings findings) {
        this.findings = findings;
    }

    /// Whether a request may be refused with this error without a transaction, and without any effect.
    static boolean refuses(int error) {
        return switch (error) {
            case SESSION_EXPIRED, SESSION_MOVED, NOT_READ_ONLY, QUOTA_EXCEEDED, THROTTLED -> true;
            default -> false;
        };
    }

    void settle(Listening heard, List<LoggedTxn> committed) {
        for (Ask ask : heard.asks()) {
            if (ask.writes()) {
                asked.computeIfAbsent(new Key(ask.of.session, ask.xid), _ -> new ArrayList<>())
                        .add(ask);
            }
        }
        long before = 0;
        for (LoggedTxn txn : committed) {
            checkNext(before, txn);
            before = txn.header().zxid();
            settle(txn);
        }
        for (Ask ask : heard.asks()) {
            if (ask.writes()) {
                checkAnswer(ask);
            }
        }
        for (long session : heard.sessions().keySet()) {
            if (!begun.contains(session)) {
                findings.complain("C8", "session " + Long.toHexString(session) + " was granted, but never committed");
            }
        }
    }

    private void checkNext(long before, LoggedTxn txn) {
        long zxid = txn.header().zxid();
        boolean nextInEpoch = zxid == before + 1 && Findings.counter(zxid) != 0;
        boolean firstOfEpoch = zxid >>> Integer.SIZE > before >>> Integer.SIZE && Findings.counter(zxid) <= 1;
        if (!nextInEpoch && !firstOfEpoch) {
            findings.complain("C8", Findings.hex(zxid) + " comes after " + Findings.hex(before));
        }
    }

    private void settle(LoggedTxn txn) {
        long session = txn.header().clientId();
        findings.count("transaction");
        if (txn.txn() instanceof CreateSessionTxn) {
            begun.add(session);
            return;
        }
        Ask ask = origin(txn);
        if (ask != null) {
            ask.txn = txn;
            if (!ask.answered()) {
                findings.count("done, never answered");
            } else if (ask.zxid != txn.header().zxid()) {
                findings.complain(
                        "C1",
                        ask + " is answered at " + Findings.hex(ask.zxid) + ", but is transaction "
                                + Findings.hex(txn.header().zxid()));
            }
        } else if (txn.txn() instanceof CloseSessionTxn) {
            findings.count("session expired");
        } else if (session != 0) {
            findings.complain("C8", "nobody asked for " + txn + ", or it was done before");
        }
    }

    /// Clients may use an xid again on another connection.
    private @Nullable Ask origin(LoggedTxn txn) {
        List<Ask> candidates =
                asked.get(new Key(txn.header().clientId(), txn.header().cxid()));
        if (candidates == null) {
            return null;
        }
        Ask found = null;
        for (Ask ask : candidates) {
            boolean fits = ask.txn == null
                    && (txn.txn() instanceof ErrorTxn
                            || txn.txn() instanceof CloseSessionTxn == ask.request instanceof CloseSessionRequest);
            if (fits && ask.answered() && ask.zxid == txn.header().zxid()) {
                return ask;
            }
            if (fits && (found == null || found.answered())) {
                found = ask;
            }
        }
        return found;
    }

    private void checkAnswer(Ask ask) {
        if (!ask.answered()) {
            findings.count(ask.txn == null ? "not done, never answered" : "write");
            return;
        }
        findings.count("write");
        if (ask.txn == null && !refuses(ask.error)) {
            findings.complain(
                    "C8", ask + " is answered " + ask.error + " at " + Findings.hex(ask.zxid) + ", but not committed");
        }
        if (ask.txn != null && refuses(ask.error) && !(ask.txn.txn() instanceof ErrorTxn)) {
            findings.complain("C8", ask + " was refused with " + ask.error + ", but was done: " + ask.txn);
        }
        if (ask.txn != null && ask.zxid <= ask.shown) {
            findings.complain(
                    "C1",
                    ask + " took place at " + Findings.hex(ask.zxid) + ", but " + Findings.hex(ask.shown)
                            + " was shown before it was asked");
        }
    }
}
