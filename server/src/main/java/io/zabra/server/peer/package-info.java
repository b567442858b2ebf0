// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors

/// The connections between the servers of an ensemble.
///
/// [ElectionLinks] carry votes on the election port: one connection for each pair of servers, always open, on which
/// only the newest vote matters. [QuorumLinks] carry the transactions on the quorum port: from each learner to its
/// leader, with packets in a fixed order and snapshots between them. Both know nothing of what they carry: what they
/// receive goes to the owner of the node.
@NullMarked
package io.zabra.server.peer;

import org.jspecify.annotations.NullMarked;
