// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors

/// The ensemble: who leads, and how its transactions reach the others (Zab).
///
/// An [Ensemble] is one member's part in it. It elects, and then has a [Role]: [Leader] or [Learner]. The leader brings
/// an epoch about, sends its log to each learner from a cursor (`core.feed`), and commits what a quorum has on its
/// disks. What a member is told comes as [PeerInput]; what it says goes over `PeerLink` and [PeerEffects]. [Replica] is
/// the state machine on top: it applies what is committed.
///
/// Observers may learn from a follower instead of the leader: [ObserverMaster] is what a follower does for them.
///
/// Who the members are may change on the way: [Members] knows it, [Succession] and `Appointment` draw the conclusions
/// for leader and learner.
///
/// Reading order: [PeerInput], [Leader], [Learner], [Ensemble].
@NullMarked
package io.zabra.core.zab;

import org.jspecify.annotations.NullMarked;
