// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
/// Several servers that form an ensemble: each has the product's node and storage on a disk of its own, a network
/// between them fails in all ways that a network can, and clients move from one to the other.
///
/// `EnsembleSimulation` sets up a life. `Strikes` draws the faults, `Health` what comes after them. A `SimMember` is
/// one server, with its `SimStart` (what it finds on its disk), `SimEffects` (what its node asks for), `SimJournal`
/// (log) and `Chores` (snapshots); `SimPipe` and `SimNetwork` lie between members, `Visit` between a member and a
/// client, the `Visitor`. `Witness` sees all logs and trees at once, `Promises` hears what members say to each other,
/// `Ledger` what they say to clients. `Planted` lists the faults that the simulation itself is tested with;
/// `Interference` does those of the network.
///
/// In some lives members come and go: what there is to know of that is in `io.zabra.simulator.members`. Servers that
/// are no members yet, or any more, run as well, and must not disturb.
///
/// In some, votes go over connections, and the port for learners may be taken (`io.zabra.simulator.links`).
///
/// In some, observers learn from followers in place of the leader (`Surroundings.Masters`).
///
/// In some, epochs end by their numbers, after some hundred transactions.
///
/// In some, sessions are known to one member only. How long sessions live, and what transactions were made of where
/// requests share their numbers, is known in `io.zabra.simulator.sessions`.
///
/// Every rule is checked at each step that could break it, by one of these:
///
/// | rule | checked by | when |
/// | --- | --- | --- |
/// | I1, I2, I6, I11, I13, I20 | `Promises` | a vote or a packet is sent, an epoch begins |
/// | I3, I5, I6, I16, I17, I18 | `Witness` | a member applies, installs a snapshot or starts |
/// | I9 | `Witness`, asked by `Promises` | a leader shares its history, and proposes |
/// | I4, I7, I12, I14 | `Witness` | a record is written or removed, a member starts |
/// | I8 | `Witness` | a record is written, a leader commits, an epoch begins |
/// | I15 | `Witness`, `Promises` | a record is written, or sent |
/// | I10 | `Witness`, `Promises` | something is acknowledged or committed, a leader begins, a member starts |
/// | I19 | `Memberships` | members are proposed, committed, told of in a vote, taken for the present ones at any step |
/// | I21 | `Promises` | a member looks for a leader; I4 and I15 see records of another role |
/// | I22 | `Witness`, asked by `Promises` | a follower sends something to an observer |
/// | C1, C2, C9 | `Ledger` and its `View` of each member | an answer is given |
/// | C3 | `Visit` | an answer is given |
/// | C4, C8, C10 | `Ledger` | an answer is given, a write is committed |
/// | C6, C7 | `Lifetimes`; the `Model` of each member | a session begins, goes on or ends; in the end |
/// | C5 | `View` | an event is told, an answer is given |
/// | V1, V2, V3, V4, V6 | `Health` | nothing is wrong any more, or with one member; a leader is told to hand over |
/// | V8 | `Health` | nothing is wrong but that a leader is gone which was told to let another one lead |
/// | V5 | `SimPipe` | a packet is sent |
/// | V7 | `Witness`, `Promises` | a leader proposes; an epoch begins when nothing is wrong any more |
///
/// What the rules say stands in `io.zabra.simulator.check.Rule`.
@NullMarked
package io.zabra.simulator.ensemble;

import org.jspecify.annotations.NullMarked;
