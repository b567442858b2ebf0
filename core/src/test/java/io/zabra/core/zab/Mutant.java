// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.zab;

/// A bug that is planted into the world around the ensemble, or between the ensemble and the world, to see whether the
/// checks find it.
enum Mutant {
    NONE,
    /// The disk says that records are durable when they are handed over.
    EARLY_DURABLE,
    /// The disk writes the epochs before the records that were handed over earlier.
    EPOCHS_OVERTAKE,
    /// The disk forgets the promise to follow a leader.
    FORGETS_PROMISE,
    /// A process that starts again does not know that its records were damaged.
    FORGETS_LOSS,
    /// A truncation keeps one record too many.
    TRUNCATES_ONE_LESS,
    /// A process that starts again keeps the records that were on trial.
    KEEPS_TRIAL,
    /// A process that starts again takes all its records for committed.
    TRUSTS_TAIL,
    /// NEWLEADER is acknowledged when it comes.
    EARLY_ACK,
    /// UPTODATE follows NEWLEADER at once.
    EARLY_UP_TO_DATE,
    /// What a server accepts counts although its disk was replaced.
    COUNTS_NEWCOMERS,
    /// An acceptance of an epoch counts although it was given before.
    ACCEPTS_TWICE,
    /// A `sync` is answered without asking the others.
    EARLY_SYNC,
    /// Votes speak of records that the server does not have.
    BOASTS,
    /// Snapshots are installed without the entries behind them.
    SNAPSHOT_WITHOUT_ENTRIES,
    /// Observers are counted as voters.
    OBSERVERS_VOTE
}
