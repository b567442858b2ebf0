// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.simulator.ensemble;

/// Faults put in on purpose, to test the simulation of ensembles: each must be found. They sit in the simulated
/// surroundings of the servers.
enum Planted {
    /// Nothing is wrong.
    NOTHING,
    /// The log reports records as durable before they are synced.
    ANSWERED_BEFORE_SYNCED,
    /// Syncs of the disk do nothing.
    SYNC_IGNORED,
    /// Epochs are reported as durable and never written.
    EPOCHS_NOT_KEPT,
    /// Records that are to be removed stay.
    TRUNCATION_FORGOTTEN,
    /// A `sync` is answered without the leader.
    EARLY_SYNC,
    /// A learner acknowledges an epoch before it has entered it.
    EARLY_ACK,
    /// A request reaches the leader twice.
    FORWARDED_TWICE,
    /// A client that moves does not say what it has seen.
    LAST_SEEN_FORGOTTEN
}
