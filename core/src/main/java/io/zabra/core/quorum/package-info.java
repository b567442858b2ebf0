// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
/// Who belongs to the ensemble, and how many of them decide.
///
/// A [Membership] is one version of the list of servers: a [Member] for each, and the [QuorumRule] that says which sets
/// of voters are a quorum. It comes from a text, that of the configuration file, of the node `/zookeeper/config` and of
/// the messages between servers, and goes back into the same text.
///
/// While one membership replaces another, both count: [Quorums] asks each of them.
///
/// All values here are immutable, and all answers total: a server that nobody knows has no vote and no weight, and to
/// ask about it is not an error.
@NullMarked
package io.zabra.core.quorum;

import org.jspecify.annotations.NullMarked;
