// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.election;

/// How a search ended.
///
/// @param vote the leader, with the history it was elected for
/// @param round the election in which it was
record Outcome(Vote vote, long round) {}
