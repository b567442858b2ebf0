// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.request;

import io.zabra.wire.data.ErrorCode;
import io.zabra.wire.txn.Txn;

/// What becomes of a write request.
public sealed interface Prepared {

    /// It becomes a transaction.
    ///
    /// @param type the type in the transaction's header
    record Accepted(int type, Txn txn) implements Prepared {}

    /// It fails; the failure is logged and answered in the order of writes.
    record Rejected(ErrorCode code) implements Prepared {}
}
