// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors

/// The connections between the servers of an ensemble.
///
/// [ElectionLinks] carry votes on the election port (quorum-protocol 1.1): one connection for each pair of servers,
/// always open, on which only the newest vote matters. They know nothing of elections: what they receive goes to the
/// owner of the node.
@NullMarked
package io.zabra.server.peer;

import org.jspecify.annotations.NullMarked;
