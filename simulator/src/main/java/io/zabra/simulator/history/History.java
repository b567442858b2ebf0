// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.simulator.history;

import io.zabra.wire.txn.LoggedTxn;
import java.util.List;
import java.util.function.LongPredicate;

/// What happened to a service from its first transaction on, as far as it can be seen from outside.
///
/// @param entries what clients asked and were told, in the order in which it was seen; so who saw an answer before
///     something else was asked can be told from it
/// @param committed all transactions that were committed, by zxid
/// @param syncs whether a `sync` that is answered at this zxid shows all that anybody was told before it was asked: a
///     leader of Apache's shows what it has applied itself
public record History(List<Entry> entries, List<LoggedTxn> committed, LongPredicate syncs) {

    /// One in which each `sync` shows all.
    public History(List<Entry> entries, List<LoggedTxn> committed) {
        this(entries, committed, _ -> true);
    }

    /// The same, but a `sync` shows all only where `zxids` says so.
    public History withSyncs(LongPredicate zxids) {
        return new History(entries, committed, zxids);
    }
}
