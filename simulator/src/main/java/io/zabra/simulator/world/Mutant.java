// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.simulator.world;

/// Faults put in on purpose, to test the simulator: each must be found. They sit in the simulated surroundings of the
/// server, not in the server.
public enum Mutant {
    /// Nothing is wrong.
    NONE,
    /// The log reports transactions as durable before they are written.
    ACKNOWLEDGED_BEFORE_WRITTEN,
    /// The log reports transactions as durable before they are synced.
    ACKNOWLEDGED_BEFORE_SYNCED,
    /// Syncs do nothing.
    SYNC_IGNORED,
    /// The sessions of the snapshot and the log are forgotten at a start.
    SESSIONS_FORGOTTEN,
    /// After an error of the disk the server goes on as if the write had happened.
    ERROR_IGNORED,
    /// The machine's clock is followed blindly: a pause of the process counts against its clients.
    PAUSE_COUNTED,
    /// The last transaction of a batch is reported, but never written.
    LAST_WRITE_DROPPED,
    /// Old log files are removed although no snapshot covers them.
    LOGS_PURGED_TOO_EARLY,
    /// Events are sent after the batch, behind the replies.
    EVENTS_LATE
}
