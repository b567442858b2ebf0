// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors

/// Joins the node to the other members of its ensemble.
///
/// [Peers] is what the node sees of it: it passes on what is to be sent to others, brings in what they send, and turns
/// what the node asks of its log into work for the log's thread. [SnapshotTransfer] sends and receives snapshots. The
/// connections themselves are in `server.peer`; what a member keeps on its disk is in `storage.member`.
@NullMarked
package io.zabra.server.ensemble;

import org.jspecify.annotations.NullMarked;
