// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
/// Who should lead: Apache's "fast leader election", message for message, as a state machine that is told what it hears
/// and what time it is.
///
/// Every server that looks for a leader proposes the best history it knows of, first of all its own: a [Vote] is a
/// server with its current epoch and the last zxid of its log, and of two votes the greater wins. It tells the voters,
/// takes over whatever is better than its own proposal, and is done when a quorum proposes the same. A server that
/// comes late learns the result from those that are done.
///
/// In: [Election#look] (the role has ended), [Election#heard] (a notification came), [Election#tick] (time passed),
/// [Election#membership] (who may vote has changed), [Election#established] (the leader opened its epoch). Out:
/// [Election.Out].
///
/// What an election promises is little: the decided leader had the best history of a quorum of servers when they voted.
/// There may be two such leaders, and a server may follow one that is dead by now. That only one of them can commit
/// anything, and that it has all that was ever committed, is the work of the epochs in the hand-shake that comes after.
///
/// Reading order: [Vote], [Ballot] (what a peer said last), [Looking] (the search itself), [Election] (around it:
/// answers to others, in the search and after it).
@NullMarked
package io.zabra.core.election;

import org.jspecify.annotations.NullMarked;
