// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
/// Results: what was measured in each round, summed up as medians with their extremes, as a text table and as JSON.
///
/// Reading order: [Figure], [Figures], [Result], [Summary], [TextTable], [Json].
@NullMarked
package io.zabra.bench.report;

import org.jspecify.annotations.NullMarked;
