// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
/// Values that the client protocol, the transaction log and the snapshots share: metadata of nodes, access control
/// lists, error codes.
@NullMarked
package io.zabra.wire.data;

import org.jspecify.annotations.NullMarked;
