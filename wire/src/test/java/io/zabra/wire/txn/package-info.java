// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
/// Tests of the transactions.
@NullMarked
package io.zabra.wire.txn;

import org.jspecify.annotations.NullMarked;
