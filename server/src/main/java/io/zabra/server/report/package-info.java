// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors

/// What the parts of a running server report, and what becomes of it: lines of the log and metrics.
///
/// A part calls a plain interface, or a method that it was given; the classes here turn that into the numbers and
/// events of `io.zabra.server.observe`. [RequestMetrics] listens to the connections, [NodeMetrics] and [NodeEvents]
/// to the node, [FlushMetrics] to the log, [SnapshotMetrics] to the snapshots; [ServerGauges] are looked up when
/// somebody asks. [Notice] has the events that are not the node's.
@NullMarked
package io.zabra.server.report;

import org.jspecify.annotations.NullMarked;
