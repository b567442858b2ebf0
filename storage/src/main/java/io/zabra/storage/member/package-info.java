// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors

/// The disk of a member of an ensemble: what it keeps besides what every server keeps.
///
/// A member may have to take back the end of its log, or replace all it has by a snapshot, and it keeps promises: its
/// epochs. [MemberRecord] is the one file in which both are decided. [MemberRecovery] restores a member, [MemberLog]
/// does what the core asks while it runs. Files are changed by `Alteration` only, for both of them. [SnapshotIntake]
/// takes the snapshot that a leader sends.
@NullMarked
package io.zabra.storage.member;

import org.jspecify.annotations.NullMarked;
