// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.simulator.history;

import io.zabra.wire.txn.LoggedTxn;
import java.util.List;

/// What happened to a service from its first transaction on, as far as it can be seen from outside.
///
/// @param entries what clients asked and were told, in the order in which it was seen; so who saw an answer before
///     something else was asked can be told from it
/// @param committed all transactions that were committed, by zxid
public record History(List<Entry> entries, List<LoggedTxn> committed) {}
