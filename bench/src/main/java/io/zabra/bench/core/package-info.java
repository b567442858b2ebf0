// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors

/// The state machine alone, without sockets, threads and disk: what one core can decide a second, and whether that
/// stays flat as trees, sessions and watches grow.
///
/// JMH runs these; [io.zabra.bench.core.CoreRuns] is the way in. Begin with [io.zabra.bench.core.NodeBenchmark].
@NullMarked
package io.zabra.bench.core;

import org.jspecify.annotations.NullMarked;
