// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.simulator.check;

/// What must hold, each rule with one line what it is. I: between members, at every step. C: what clients may see. V:
/// what happens in the end, once nothing is wrong any more. The failures of a simulation begin with these names.
public enum Rule {
    /// Who leads an epoch leads it alone.
    I1,
    /// A quorum enters an epoch with one leader only, in all of time.
    I2,
    /// Members apply prefixes of one sequence of transactions.
    I3,
    /// What is applied was proposed, and each zxid has one content.
    I4,
    /// Of two transactions that were applied anywhere, each member applies both.
    I5,
    /// They are applied in the same order everywhere.
    I6,
    /// What a leader proposes in its epoch is applied in the order in which it did.
    I7,
    /// Transactions of a later epoch follow all of earlier ones.
    I8,
    /// A leader has what its predecessors committed when it shares its history, and has applied it before it proposes.
    I9,
    /// What is committed is on the disks of a quorum, and every later leader has it.
    I10,
    /// Who acknowledges an epoch has on its disk what was sent before, and then the epoch.
    I11,
    /// The epochs of a member never go back, and none of its records is of a later one.
    I12,
    /// Who has promised an epoch to a leader follows no earlier one, and no other in that epoch.
    I13,
    /// Nothing that is committed is ever cut off, and of what is cut off nothing stays.
    I14,
    /// The records of an epoch are consecutive, in logs and on the way.
    I15,
    /// A member applies only what its own disk has.
    I16,
    /// Nobody sees what is not committed.
    I17,
    /// Equal histories make equal trees.
    I18,
    /// One membership follows the other, with quorums of both, and nobody takes another one for the present one.
    I19,
    /// A member votes for, and tells of, no more than its disk has; so it is when it names another that shall lead.
    I20,
    /// Nothing of a role that has ended comes true in the next one.
    I21,
    /// Who learns from a follower gets nothing that this one does not know to be committed, and loses nothing that is.
    I22,
    /// Answers are those of one machine that does one thing after the other; writes fall between question and answer.
    C1,
    /// The answers of a session come in the order of its questions, and never from an earlier state than the last one.
    C2,
    /// Who has written something reads it.
    C3,
    /// Behind a sync, and by a linearizable read, is seen what anybody was told before.
    C4,
    /// A change is told to who watched before anything is told that shows it, and once.
    C5,
    /// An ephemeral znode is there as long as its session, and not longer.
    C6,
    /// No session expires before nothing was heard of it for the time that it was given, and each does soon after that.
    C7,
    /// What was acknowledged stays; what was not happens once or never.
    C8,
    /// All of a multi happens, or nothing.
    C9,
    /// Who cannot commit acknowledges no write, and who serves only readers takes none.
    C10,
    /// A leader is found in bounded time.
    V1,
    /// Nobody looks for another one after that.
    V2,
    /// Each write is answered.
    V3,
    /// Each member catches up, and serves.
    V4,
    /// Queues keep their limits.
    V5,
    /// One slow learner makes nobody else wait.
    V6,
    /// An epoch that has used up its numbers ends, and soon there is another one.
    V7,
    /// Who was elected and ends is not waited for: those who are left find a leader long before `initLimit`.
    V8
}
