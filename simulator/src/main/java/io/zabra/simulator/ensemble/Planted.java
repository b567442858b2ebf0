// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.simulator.ensemble;

/// Faults put in on purpose, to test the simulation of ensembles: each must be found. They sit in the simulated
/// surroundings of the servers. Many are what ensembles have suffered from for real; docs/testing.md has the table.
enum Planted {
    /// Nothing is wrong.
    NOTHING,

    // The disk.
    /// The log reports records as durable before they are synced.
    ANSWERED_BEFORE_SYNCED,
    /// Syncs of the disk do nothing.
    SYNC_IGNORED,
    /// After an error of the disk the member goes on as if the write had happened.
    WRITE_ERROR_IGNORED,
    /// Records that are to be removed stay.
    TRUNCATION_FORGOTTEN,
    /// The first of the records that are to be removed stays.
    TRUNCATION_CUT_SHORT,
    /// The last record of an epoch is written once more in the next one.
    OLD_RECORD_WRITTEN_AGAIN,
    /// Epochs are reported as durable and never written.
    EPOCHS_NOT_KEPT,
    /// An epoch that is only accepted is not written.
    PROMISE_NOT_KEPT,
    /// Epochs are reported as durable at once, and written later.
    EPOCHS_REPORTED_EARLY,
    /// An epoch is entered before the history that it begins with is on the disk.
    EPOCH_BEFORE_HISTORY,
    /// A snapshot that came from a leader is never installed on the disk.
    INSTALLATION_FORGOTTEN,
    /// It is reported as installed before it is.
    INSTALLATION_EARLY,
    /// All old logs are removed, covered by a snapshot or not.
    LOGS_PURGED_TOO_EARLY,
    /// A snapshot has the name of a later transaction.
    SNAPSHOT_NAMED_TOO_HIGH,
    /// A start writes a snapshot that holds the whole log.
    SNAPSHOT_OF_THE_TAIL,
    /// Who has lost its disk does not know it.
    LOSS_FORGOTTEN,
    /// At a start the whole log is taken for committed.
    TAIL_TAKEN_FOR_COMMITTED,
    /// The record of a member does not have who the members are.
    MEMBERS_NOT_KEPT,

    // Between members.
    /// A `sync` is answered without the leader.
    EARLY_SYNC,
    /// A learner acknowledges an epoch before it has entered it.
    EARLY_ACK,
    /// Proposals count as acknowledged as soon as they are sent.
    SENT_TAKEN_FOR_ACKNOWLEDGED,
    /// A request reaches the leader twice.
    FORWARDED_TWICE,
    /// A request never reaches the leader, now and then.
    FORWARDED_NEVER,
    /// Learners take for committed what is proposed.
    PROPOSED_TAKEN_FOR_COMMITTED,
    /// The last record of an old epoch is left out of what a learner gets.
    LAST_OF_EPOCH_LEFT_OUT,
    /// Learners are to keep what they are to cut.
    DIFF_INSTEAD_OF_TRUNC,
    /// A learner is given up if its acknowledgements come in another order.
    ORDER_OF_ACKS_DEMANDED,
    /// Learners are not told of a commit, now and then.
    COMMIT_LOST,
    /// Another content arrives than was proposed, now and then.
    PROPOSAL_ALTERED,
    /// A snapshot is announced as one of the end of the log.
    SNAPSHOT_ANNOUNCED_TOO_HIGH,
    /// The sessions are left out of snapshots for learners.
    SNAPSHOT_WITHOUT_SESSIONS,
    /// Leaders are not told which sessions learners hear of.
    TOUCHES_FORGOTTEN,
    /// Learners are told that every session lives.
    ALL_SESSIONS_VALID,
    /// One member knows another membership than the others.
    MEMBERSHIP_DIFFERS,
    /// Who comes with a change of the members counts as if it had acknowledged the change, which it is not sent.
    OLD_QUORUM_DECIDES,
    /// Who goes with a change of the members counts as if it had acknowledged the change.
    NEW_QUORUM_DECIDES,
    /// Learners act by a membership as soon as it is proposed.
    ACTIVATED_AT_PROPOSAL,
    /// In elections, members tell of a membership that is not committed.
    PROPOSED_MEMBERS_TOLD,
    /// Who leads no longer names one that has least to lead next, with what the best one has.
    HEIR_LAGS,
    /// A `sync` is confirmed although no learner has been heard of.
    ROUND_NOT_AWAITED,

    // Towards clients.
    /// Reads that should be linearizable are answered from what there is.
    READS_NOT_ASKED,
    /// A client that moves does not say what it has seen.
    LAST_SEEN_FORGOTTEN,
    /// Events come behind the replies that show the change.
    EVENTS_LATE,
    /// The last operation of a multi is not carried out.
    MULTI_CUT_SHORT
}
