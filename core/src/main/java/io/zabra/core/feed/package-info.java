// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors

/// How a learner is brought up to date, and kept so: what the leader does for all, and a follower for the observers
/// behind it.
///
/// Each learner has a [LearnerSeat]: a place in the server's log. A [Tutor] lets learners in and takes care of them:
/// [SyncPlan] decides how one gets to its place, [Replication] sends what follows. [PeerLink] is the connection.
@NullMarked
package io.zabra.core.feed;

import org.jspecify.annotations.NullMarked;
