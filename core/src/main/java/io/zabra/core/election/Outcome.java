// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.election;

import java.util.List;

/// How a search ended.
///
/// @param vote the leader, with the history it was elected for
/// @param round the election in which it was
/// @param supporters voters that said so
record Outcome(Vote vote, long round, List<Long> supporters) {}
