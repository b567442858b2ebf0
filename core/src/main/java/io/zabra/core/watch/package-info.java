// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
/// Watches: who wants to hear of changes at which paths (Apache's `WatchManager` and its kin).
///
/// A connection joins ([Watches#join]), registers, and hears of changes until it leaves. [Watches] is a
/// [io.zabra.core.tree.ChangeListener] of the tree and turns each change into events, which it gives to its
/// [WatchSink]. One owner at a time.
///
/// Reading order: `Watches` (which change fires what), `WatchTable` (how a million registrations fit into few bytes),
/// `Directories` and `Registrations` (its two helpers).
@NullMarked
package io.zabra.core.watch;

import org.jspecify.annotations.NullMarked;
