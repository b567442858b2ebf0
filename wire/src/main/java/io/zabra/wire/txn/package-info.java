// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
/// Transactions: what the log stores and what the leader proposes. [io.zabra.wire.txn.LoggedTxn] is a whole entry,
/// [io.zabra.wire.txn.Txn] the closed set of changes.
@NullMarked
package io.zabra.wire.txn;

import org.jspecify.annotations.NullMarked;
