// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
/// Histories: what clients asked servers and were told, recorded from outside, and the check that it was the truth.
///
/// A [History] is a list of [Entry] in the order in which they happened, and the transactions that were committed, from
/// the members' logs. [HistoryText] writes and reads one. [HistoryCheck] replays it in the order of zxids on the
/// reference model of `simulator.check`; [Linearizability] does not believe zxids, and searches for an order by itself.
/// Neither knows who served: simulated members, processes of this project, or Apache's.
@NullMarked
package io.zabra.simulator.history;

import org.jspecify.annotations.NullMarked;
