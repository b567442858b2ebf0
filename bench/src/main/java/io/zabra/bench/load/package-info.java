// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
/// The load generator: raw client protocol over NIO, made to cost far less than the server that it measures.
///
/// Comes in: a [Workload] (which request is next), a [Budget] (how long). Goes out: a [Phase] (operations, errors,
/// latencies, own CPU). Requests are encoded before the measurement ([Template]) and only their changing digits are
/// patched; replies are cut by their length and, but for workloads that ask, never decoded.
///
/// Reading order: [Template], [Workload], [Session], [ClosedLoop], [OpenLoop]; [Writers] for faults.
@NullMarked
package io.zabra.bench.load;

import org.jspecify.annotations.NullMarked;
