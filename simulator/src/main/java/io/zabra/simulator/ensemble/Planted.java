// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.simulator.ensemble;

import io.zabra.simulator.check.Rule;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Faults put in on purpose, to test the simulation of ensembles: each must be found. They sit in the simulated
/// surroundings of the servers. Many are what ensembles have suffered from for real. Each names the rule that must find
/// it, and others that may in some lives; each rule is the one that must find some fault.
@SuppressWarnings("ImmutableEnumChecker") // The collections cannot be changed.
enum Planted {
    /// Nothing is wrong.
    NOTHING("nothing", List.of()),

    // The disk.
    /// The log reports records as durable before they are synced.
    ANSWERED_BEFORE_SYNCED("ZOOKEEPER-4646", Rule.I10, Rule.I16, Rule.I21),
    /// The same, but only with observers, who acknowledge nothing.
    OBSERVED_BEFORE_SYNCED("ZOOKEEPER-4646", Rule.I16, Rule.I10),
    /// Who looks for a leader again does not wait for its disk.
    DISK_NOT_AWAITED("ZOOKEEPER-4712", EnumSet.of(Own.DURABLE), Rule.I21),
    /// A leader's records reach its log in another order, now and then.
    RECORDS_OVERTAKE("two threads that write the log", Rule.I7, Rule.I4),
    /// A record is left out of a learner's log, now and then.
    RECORD_LEFT_OUT("a log with a hole", Rule.I15, Rule.I3, Rule.I10, Rule.I11),
    /// Syncs of the disk do nothing.
    SYNC_IGNORED("ZOOKEEPER-4646", Rule.I10, Rule.I12),
    /// After an error of the disk the member goes on as if the write had happened.
    WRITE_ERROR_IGNORED("ZOOKEEPER-4882", List.of(Rule.I10, Rule.I15, Rule.I16, Rule.V1, Rule.V4), Own.RECORDS),
    /// Records that are to be removed stay.
    TRUNCATION_FORGOTTEN("ZOOKEEPER-3701", EnumSet.of(Own.RECORDS), Rule.I14),
    /// The first of the records that are to be removed stays.
    TRUNCATION_CUT_SHORT("a truncation that keeps one record", EnumSet.of(Own.RECORDS), Rule.I14),
    /// The last record of an epoch is written once more in the next one.
    OLD_RECORD_WRITTEN_AGAIN("ZOOKEEPER-4541, ZOOKEEPER-4712", Rule.I8, Rule.I15),
    /// Epochs are reported as durable and never written.
    EPOCHS_NOT_KEPT("ZOOKEEPER-2355, ZOOKEEPER-1653", Rule.I12, Rule.I10),
    /// An epoch that is only accepted is not written.
    PROMISE_NOT_KEPT("ZOOKEEPER-2355, ZOOKEEPER-1653", Rule.I12, Rule.I10, Rule.I13),
    /// Epochs are reported as durable at once, and written later.
    EPOCHS_REPORTED_EARLY("ZOOKEEPER-4785", Rule.I11, Rule.I20),
    /// An epoch is entered before the history that it begins with is on the disk.
    EPOCH_BEFORE_HISTORY("ZOOKEEPER-4643", Rule.I11, Rule.I16),
    /// A snapshot that came from a leader is never installed on the disk.
    INSTALLATION_FORGOTTEN("ZOOKEEPER-3642", EnumSet.of(Own.RECORDS), Rule.I10, Rule.I12),
    /// It is reported as installed before it is.
    INSTALLATION_EARLY("ZOOKEEPER-5094", EnumSet.of(Own.RECORDS), Rule.I10, Rule.I12),
    /// All old logs are removed, covered by a snapshot or not.
    LOGS_PURGED_TOO_EARLY("ZOOKEEPER-3056", Rule.I10),
    /// A snapshot has the name of a later transaction.
    SNAPSHOT_NAMED_TOO_HIGH("ZOOKEEPER-4837", Rule.I18, Rule.I17),
    /// A start writes a snapshot that holds the whole log.
    SNAPSHOT_OF_THE_TAIL("ZOOKEEPER-4837", Rule.I17, Rule.I18, Rule.C7),
    /// Who has lost its disk does not know it.
    LOSS_FORGOTTEN("ZOOKEEPER-2325", EnumSet.of(Own.RECORDS), Rule.I9, Rule.I1, Rule.I10, Rule.I18),
    /// At a start the whole log is taken for committed.
    TAIL_TAKEN_FOR_COMMITTED("ZOOKEEPER-2845", Rule.I17, Rule.I10),
    /// The record of a member does not have who the members are.
    MEMBERS_NOT_KEPT("members that a restart does not find", Rule.I19),

    // Between members.
    /// A `sync` is answered without the leader.
    EARLY_SYNC("ZOOKEEPER-1675, ZOOKEEPER-3600", EnumSet.of(Own.ANSWERS), Rule.C4),
    /// Who was offered an epoch counts as if it had accepted it.
    OFFER_TAKEN_FOR_ACCEPTED("a quorum that is none", Rule.I1, Rule.V1),
    /// The list that one member has been given names nobody else.
    LISTED_ALONE("a quorum that is none", Rule.I2, Rule.I8, Rule.I10, Rule.I11, Rule.I19),
    /// Commits come behind later ones, now and then.
    COMMITS_OVERTAKE("commits that change their order", EnumSet.of(Own.ANSWERS), Rule.I6),
    /// A proposal is left out of what a learner gets, now and then.
    PROPOSAL_LEFT_OUT("ZOOKEEPER-4925, ZOOKEEPER-2418", Rule.I15, Rule.I3),
    /// Observers behind a follower are told that all that it has is committed.
    UNCOMMITTED_TAUGHT("ZOOKEEPER-2845", Rule.I22),
    /// One member does not hear that the epoch stands.
    UP_TO_DATE_UNHEARD("a learner that never serves", Rule.V4, Rule.V1),
    /// Nobody hears how an epoch begins.
    NEW_LEADER_UNHEARD("leaders that nobody follows", Rule.V1),
    /// Who has accepted an epoch before accepts it again, perhaps from another leader.
    ACCEPTED_AGAIN("a promise to two leaders", Rule.I13),
    /// An acknowledgement counts once every voter that runs has the record.
    SLOWEST_AWAITED("a quorum of all", Rule.V6, Rule.V1, Rule.V2, Rule.V3, Rule.V4),
    /// What waits to be sent to a learner is not counted.
    QUEUES_FORGOTTEN("a queue without a limit", Rule.V5),
    /// Connections between members break after some seconds.
    CONNECTIONS_AGE("a firewall between members", Rule.V2, Rule.V1, Rule.V3, Rule.V4, Rule.V6),
    /// A learner acknowledges an epoch before it has entered it.
    EARLY_ACK("ZOOKEEPER-3911", Rule.I11),
    /// Proposals count as acknowledged as soon as they are sent.
    SENT_TAKEN_FOR_ACKNOWLEDGED("a quorum that is none", Rule.I10),
    /// A request reaches the leader twice, but for those that begin a session.
    FORWARDED_TWICE("a request that changes on its way", Rule.C8, Rule.C1),
    /// A request for a session never reaches the leader, now and then.
    FORWARDED_NEVER("a request that gets lost on its way", Rule.V3),
    /// Learners take for committed what is proposed.
    PROPOSED_TAKEN_FOR_COMMITTED("ZOOKEEPER-2845", Rule.I17),
    /// The last record of an old epoch is left out of what a learner gets.
    LAST_OF_EPOCH_LEFT_OUT("ZOOKEEPER-4925, ZOOKEEPER-2418", Rule.I3, Rule.I15, Rule.V1),
    /// Learners are to keep what they are to cut.
    DIFF_INSTEAD_OF_TRUNC("ZOOKEEPER-2846", EnumSet.of(Own.ZXIDS), Rule.I5, Rule.I14, Rule.I18),
    /// A learner is given up if its acknowledgements come in another order.
    ORDER_OF_ACKS_DEMANDED("ZOOKEEPER-4685", Rule.V4, Rule.V1),
    /// Learners are not told of a commit, now and then.
    COMMIT_LOST("ZOOKEEPER-4394, ZOOKEEPER-3023", EnumSet.of(Own.ANSWERS, Own.ZXIDS), Rule.C4, Rule.I18),
    /// Another content arrives than was proposed, now and then.
    PROPOSAL_ALTERED("a record that changes on its way", Rule.I4),
    /// A snapshot is announced as one of the end of the log.
    SNAPSHOT_ANNOUNCED_TOO_HIGH("ZOOKEEPER-3104", Rule.I17, Rule.I18, Rule.I22),
    /// The sessions are left out of snapshots for learners.
    SNAPSHOT_WITHOUT_SESSIONS("ZOOKEEPER-2926", Rule.C7),
    /// Leaders are not told which sessions learners hear of.
    TOUCHES_FORGOTTEN("sessions that end too early", Rule.C7),
    /// Learners say that they have heard of every session.
    SILENT_SESSIONS_HEARD("sessions that never end", Rule.C7),
    /// Learners are told that every session lives.
    ALL_SESSIONS_VALID("sessions that do not end", Rule.C6),
    /// One member knows another membership than the others.
    MEMBERSHIP_DIFFERS("a quorum that is none", Rule.I19),
    /// Who comes with a change of the members counts as if it had acknowledged the change, which it is not sent.
    OLD_QUORUM_DECIDES("members change by the word of one side", Rule.I19, Rule.I10, Rule.V1),
    /// Who goes with a change of the members counts as if it had acknowledged the change.
    NEW_QUORUM_DECIDES("members change by the word of one side", Rule.I19, Rule.I10),
    /// Learners act by a membership as soon as it is proposed.
    ACTIVATED_AT_PROPOSAL("members that nobody has decided on", Rule.I19, Rule.I17, Rule.C8),
    /// In elections, members tell of a membership that is not committed.
    PROPOSED_MEMBERS_TOLD("members that nobody has decided on", Rule.I19),
    /// Who leads no longer names one that has least to lead next, with what the best one has.
    HEIR_LAGS("who leads next lacks something", Rule.I20),
    /// Who begins to look for a leader later than others is told neither of their votes, until they say them again, nor
    /// of who is elected, until that one serves.
    LATE_VOTERS_UNTOLD("votes that come too early", Rule.V8, Rule.V1, Rule.V7),
    /// Who leads no longer, or has left its leader, goes on to say so until it looks for another one.
    ROLE_OUTLIVED("a leader that waits for its disk and is elected again", Rule.V1),
    /// A leader does not count the numbers of its epoch.
    NUMBERS_NOT_COUNTED("ZOOKEEPER-1277", Rule.V7),
    /// A `sync` is confirmed although no learner has been heard of.
    ROUND_NOT_AWAITED("ZOOKEEPER-1675, ZOOKEEPER-3600", Rule.C4, Rule.C8),

    // Towards clients.
    /// Reads that should be linearizable are answered from what there is.
    READS_NOT_ASKED("ZOOKEEPER-1675, ZOOKEEPER-3600", Rule.C4),
    /// A client that moves does not say what it has seen.
    LAST_SEEN_FORGOTTEN("a session that goes back", Rule.C3, Rule.C2),
    /// A read is answered that there is nothing, now and then.
    ANSWER_ALTERED("an answer that is not true", Rule.C1),
    /// A reply comes behind later ones, now and then.
    REPLIES_OVERTAKE("replies that change their order", Rule.C2),
    /// A client that only reads is not told that its writes are refused.
    REFUSAL_LOST("a write that nobody has done", Rule.C10),
    /// Events come behind the replies that show the change.
    EVENTS_LATE("a change that is seen before it is told", Rule.C5),
    /// The last operation of a multi is not carried out.
    MULTI_CUT_SHORT("a part of a transaction", Rule.C9, Rule.C1, Rule.C8);

    /// Invariants of the product's own that stop a server before any rule is broken.
    private enum Own {
        /// Records are written in their order.
        RECORDS(" does not follow 0x"),
        /// Requests that the leader must answer are answered in their order.
        ANSWERS("what asks the leader is answered in its turn"),
        /// Records are taken in their order.
        ZXIDS(" follows 0x"),
        /// The disk answers in the order in which it was asked.
        DURABLE("durable zxid ");

        private final String text;

        Own(String text) {
            this.text = text;
        }
    }

    private final String like;
    private final @Nullable Rule finder;
    private final Set<Own> own;
    private final List<Rule> rules;

    /// @param finder the rule that must find it
    /// @param others that may find it in some lives
    Planted(String like, Rule finder, Rule... others) {
        this(like, EnumSet.noneOf(Own.class), finder, others);
    }

    /// @param like the reports to Apache's project that it stands for, or what it does where there are none
    /// @param own which of the product's own invariants may find it in some lives
    Planted(String like, Set<Own> own, Rule finder, Rule... others) {
        this.like = like;
        this.finder = finder;
        this.own = Set.copyOf(own);
        this.rules = Stream.concat(Stream.of(finder), Stream.of(others)).toList();
    }

    /// One that is found by the product itself, as a rule before any of ours.
    Planted(String like, List<Rule> rules, Own... own) {
        this.like = like;
        this.finder = null;
        this.own = Set.of(own);
        this.rules = rules;
    }

    /// What it stands for.
    String like() {
        return like;
    }

    /// The rule that must find it; null if it may be any.
    @Nullable
    Rule finder() {
        return finder;
    }

    /// Whether it is found as it must.
    boolean isProvenBy(String failure) {
        return finder == null ? isFoundBy(failure) : failure.startsWith("Violation: " + finder + ":");
    }

    /// Whether this is how it is found. All else that goes wrong in a life with it is another fault, or an accident.
    boolean isFoundBy(String failure) {
        return rules.stream().anyMatch(rule -> failure.startsWith("Violation: " + rule + ":"))
                || failure.startsWith("InvariantViolation: ")
                        && own.stream().anyMatch(each -> failure.contains(each.text));
    }
}
