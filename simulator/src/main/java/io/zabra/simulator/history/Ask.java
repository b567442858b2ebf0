// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.simulator.history;

import io.zabra.wire.client.CloseSessionRequest;
import io.zabra.wire.client.Request;
import io.zabra.wire.client.Response;
import io.zabra.wire.txn.LoggedTxn;
import org.jspecify.annotations.Nullable;

/// A request of a client with all that is found out about it while a history is checked.
final class Ask {

    /// Where in the history it was asked.
    final int at;

    final Conversation of;
    final int xid;
    final Request request;
    final long atMs;

    /// The latest zxid that anybody had been shown when it was asked.
    final long shown;

    /// The latest transaction among those: the beginning of an epoch is none.
    final long shownTxn;

    /// Where in the history it was answered; negative if it was not.
    int answeredAt = -1;

    long zxid;
    int error;

    @Nullable
    Response body;

    /// The transaction that it became, if any.
    @Nullable
    LoggedTxn txn;

    Ask(int at, Conversation of, Entry.Asked entry, long shown, long shownTxn) {
        this.at = at;
        this.of = of;
        this.xid = entry.xid();
        this.request = entry.request();
        this.atMs = entry.atMs();
        this.shown = shown;
        this.shownTxn = shownTxn;
    }

    boolean answered() {
        return answeredAt >= 0;
    }

    /// Whether it wants a transaction.
    boolean writes() {
        return request.op().isWrite() || request instanceof CloseSessionRequest;
    }

    @Override
    public String toString() {
        return request + " (session " + Long.toHexString(of.session) + ", xid " + xid + ", entry " + at + ")";
    }
}
