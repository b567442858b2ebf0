// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.simulator.ensemble;

import io.zabra.simulator.check.Rule;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/// Faults put in on purpose, to test the simulation of ensembles: each must be found. They sit in the simulated
/// surroundings of the servers. Many are what ensembles have suffered from for real; each names the rules that may find
/// it.
@SuppressWarnings("ImmutableEnumChecker") // The collections cannot be changed.
enum Planted {
    /// Nothing is wrong.
    NOTHING("nothing"),

    // The disk.
    /// The log reports records as durable before they are synced.
    ANSWERED_BEFORE_SYNCED("ZOOKEEPER-4646", Rule.I10, Rule.I16, Rule.I21),
    /// Syncs of the disk do nothing.
    SYNC_IGNORED("ZOOKEEPER-4646", Rule.I10, Rule.I12),
    /// After an error of the disk the member goes on as if the write had happened.
    WRITE_ERROR_IGNORED("ZOOKEEPER-4882", EnumSet.of(Own.RECORDS), Rule.I10, Rule.I15, Rule.I16, Rule.V1),
    /// Records that are to be removed stay.
    TRUNCATION_FORGOTTEN("ZOOKEEPER-3701", EnumSet.of(Own.RECORDS), Rule.I14),
    /// The first of the records that are to be removed stays.
    TRUNCATION_CUT_SHORT("a truncation that keeps one record", EnumSet.of(Own.RECORDS), Rule.I14),
    /// The last record of an epoch is written once more in the next one.
    OLD_RECORD_WRITTEN_AGAIN("ZOOKEEPER-4541, ZOOKEEPER-4712", EnumSet.of(Own.RECORDS), Rule.I15),
    /// Epochs are reported as durable and never written.
    EPOCHS_NOT_KEPT("ZOOKEEPER-2355, ZOOKEEPER-1653", Rule.I10, Rule.I12),
    /// An epoch that is only accepted is not written.
    PROMISE_NOT_KEPT("ZOOKEEPER-2355, ZOOKEEPER-1653", Rule.I12, Rule.I13),
    /// Epochs are reported as durable at once, and written later.
    EPOCHS_REPORTED_EARLY("ZOOKEEPER-4785", Rule.I11, Rule.I20),
    /// An epoch is entered before the history that it begins with is on the disk.
    EPOCH_BEFORE_HISTORY("ZOOKEEPER-4643", Rule.I11),
    /// A snapshot that came from a leader is never installed on the disk.
    INSTALLATION_FORGOTTEN("ZOOKEEPER-3642", EnumSet.of(Own.RECORDS), Rule.I10),
    /// It is reported as installed before it is.
    INSTALLATION_EARLY("ZOOKEEPER-5094", EnumSet.of(Own.RECORDS), Rule.I10),
    /// All old logs are removed, covered by a snapshot or not.
    LOGS_PURGED_TOO_EARLY("ZOOKEEPER-3056", Rule.I10),
    /// A snapshot has the name of a later transaction.
    SNAPSHOT_NAMED_TOO_HIGH("ZOOKEEPER-4837", Rule.I17, Rule.I18),
    /// A start writes a snapshot that holds the whole log.
    SNAPSHOT_OF_THE_TAIL("ZOOKEEPER-4837", Rule.I17, Rule.I18, Rule.C7),
    /// Who has lost its disk does not know it.
    LOSS_FORGOTTEN("ZOOKEEPER-2325", Rule.I10, Rule.I18),
    /// At a start the whole log is taken for committed.
    TAIL_TAKEN_FOR_COMMITTED("ZOOKEEPER-2845", Rule.I10, Rule.I17),
    /// The record of a member does not have who the members are.
    MEMBERS_NOT_KEPT("members that a restart does not find", Rule.I19),

    // Between members.
    /// A `sync` is answered without the leader.
    EARLY_SYNC("ZOOKEEPER-1675, ZOOKEEPER-3600", EnumSet.of(Own.ANSWERS), Rule.C4),
    /// A learner acknowledges an epoch before it has entered it.
    EARLY_ACK("ZOOKEEPER-3911", Rule.I11),
    /// Proposals count as acknowledged as soon as they are sent.
    SENT_TAKEN_FOR_ACKNOWLEDGED("a quorum that is none", Rule.I10),
    /// A request reaches the leader twice.
    FORWARDED_TWICE("a request that changes on its way", Rule.C1, Rule.C8),
    /// A request never reaches the leader, now and then.
    FORWARDED_NEVER("a request that gets lost on its way", EnumSet.of(Own.ANSWERS), Rule.V3),
    /// Learners take for committed what is proposed.
    PROPOSED_TAKEN_FOR_COMMITTED("ZOOKEEPER-2845", Rule.I17),
    /// The last record of an old epoch is left out of what a learner gets.
    LAST_OF_EPOCH_LEFT_OUT("ZOOKEEPER-4925, ZOOKEEPER-2418", Rule.I3, Rule.I15, Rule.V1),
    /// Learners are to keep what they are to cut.
    DIFF_INSTEAD_OF_TRUNC("ZOOKEEPER-2846", EnumSet.of(Own.ZXIDS), Rule.I14, Rule.I18),
    /// A learner is given up if its acknowledgements come in another order.
    ORDER_OF_ACKS_DEMANDED("ZOOKEEPER-4685", Rule.V1, Rule.V4),
    /// Learners are not told of a commit, now and then.
    COMMIT_LOST("ZOOKEEPER-4394, ZOOKEEPER-3023", EnumSet.of(Own.ANSWERS, Own.ZXIDS), Rule.I18, Rule.C4),
    /// Another content arrives than was proposed, now and then.
    PROPOSAL_ALTERED("a record that changes on its way", Rule.I4),
    /// A snapshot is announced as one of the end of the log.
    SNAPSHOT_ANNOUNCED_TOO_HIGH("ZOOKEEPER-3104", Rule.I17, Rule.I18),
    /// The sessions are left out of snapshots for learners.
    SNAPSHOT_WITHOUT_SESSIONS("ZOOKEEPER-2926", Rule.C7),
    /// Leaders are not told which sessions learners hear of.
    TOUCHES_FORGOTTEN("sessions that end too early", Rule.C7),
    /// Learners are told that every session lives.
    ALL_SESSIONS_VALID("sessions that do not end", Rule.C6),
    /// One member knows another membership than the others.
    MEMBERSHIP_DIFFERS("a quorum that is none", Rule.I19),
    /// Who comes with a change of the members counts as if it had acknowledged the change, which it is not sent.
    OLD_QUORUM_DECIDES("members change by the word of one side", Rule.I10, Rule.I19, Rule.V1),
    /// Who goes with a change of the members counts as if it had acknowledged the change.
    NEW_QUORUM_DECIDES("members change by the word of one side", Rule.I10, Rule.I19),
    /// Learners act by a membership as soon as it is proposed.
    ACTIVATED_AT_PROPOSAL("members that nobody has decided on", Rule.I17, Rule.I19, Rule.C8),
    /// In elections, members tell of a membership that is not committed.
    PROPOSED_MEMBERS_TOLD("members that nobody has decided on", Rule.I19),
    /// Who leads no longer names one that has least to lead next, with what the best one has.
    HEIR_LAGS("who leads next lacks something", Rule.I20),
    /// A `sync` is confirmed although no learner has been heard of.
    ROUND_NOT_AWAITED("ZOOKEEPER-1675, ZOOKEEPER-3600", Rule.C4, Rule.C8),

    // Towards clients.
    /// Reads that should be linearizable are answered from what there is.
    READS_NOT_ASKED("ZOOKEEPER-1675, ZOOKEEPER-3600", Rule.C4),
    /// A client that moves does not say what it has seen.
    LAST_SEEN_FORGOTTEN("a session that goes back", Rule.C2, Rule.C3),
    /// Events come behind the replies that show the change.
    EVENTS_LATE("a change that is seen before it is told", Rule.C5),
    /// The last operation of a multi is not carried out.
    MULTI_CUT_SHORT("a part of a transaction", Rule.C1, Rule.C8, Rule.C9);

    /// Invariants of the product's own that stop a server before any rule is broken.
    private enum Own {
        /// Records are written in their order.
        RECORDS(" does not follow 0x"),
        /// Requests that the leader must answer are answered in their order.
        ANSWERS("what asks the leader is answered in its turn"),
        /// Records are taken in their order.
        ZXIDS(" follows 0x");

        private final String text;

        Own(String text) {
            this.text = text;
        }
    }

    private final String like;
    private final Set<Own> own;
    private final List<Rule> rules;

    Planted(String like, Rule... rules) {
        this(like, EnumSet.noneOf(Own.class), rules);
    }

    /// @param like the reports to Apache's project that it stands for, or what it does where there are none
    /// @param own which of the product's own invariants may find it
    /// @param rules that may find it
    Planted(String like, Set<Own> own, Rule... rules) {
        this.like = like;
        this.own = Set.copyOf(own);
        this.rules = List.of(rules);
    }

    /// What it stands for.
    String like() {
        return like;
    }

    /// Whether this is how it is found. All else that goes wrong in a life with it is another fault, or an accident.
    boolean isFoundBy(String failure) {
        return rules.stream().anyMatch(rule -> failure.startsWith("Violation: " + rule + ":"))
                || failure.startsWith("InvariantViolation: ")
                        && own.stream().anyMatch(each -> failure.contains(each.text));
    }
}
