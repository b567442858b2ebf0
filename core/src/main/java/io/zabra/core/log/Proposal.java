// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.log;

import io.zabra.core.session.Client;
import io.zabra.core.session.Tag;
import io.zabra.wire.txn.LoggedTxn;
import org.jspecify.annotations.Nullable;

/// A transaction on its way from the log to the tree.
///
/// @param txn what will be applied
/// @param origin who asked for it; null when this server did
public record Proposal(LoggedTxn txn, @Nullable Origin origin) {

    /// The request behind a proposal.
    public record Origin(Client client, Tag tag) {}

    /// The same transaction, with nobody who waits for it.
    Proposal disowned() {
        return origin == null ? this : new Proposal(txn, null);
    }

    /// Size of the request behind it; 0 when this server asked.
    int requestBytes() {
        return origin == null ? 0 : origin.tag().bytes();
    }

    public long zxid() {
        return txn.header().zxid();
    }
}
