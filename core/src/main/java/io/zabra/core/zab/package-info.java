// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
/// The order of transactions: who assigns a zxid, when one is committed.
///
/// Here an ensemble of one: the [Leader] is its own quorum, and a transaction is committed when its own disk has it.
@NullMarked
package io.zabra.core.zab;

import org.jspecify.annotations.NullMarked;
