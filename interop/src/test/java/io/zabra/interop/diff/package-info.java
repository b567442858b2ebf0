// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
/// The differential tests: one random plan of steps is played on two servers, and what they say must be equal.
///
/// [Generator] draws a [Plan] from a seed; a [Player] plays it on one server and writes a [Transcript] in which all
/// that may lawfully differ (session ids, clock times, hash order, the zxid at which the plan began) is replaced by
/// names. [Duel] compares two transcripts and shrinks a plan that tells the servers apart. What is meant to differ is
/// no part of the plans and stands in [IntendedDifferencesIT] instead.
@NullMarked
package io.zabra.interop.diff;

import org.jspecify.annotations.NullMarked;
