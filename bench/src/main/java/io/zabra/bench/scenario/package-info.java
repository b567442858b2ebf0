// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
/// The scenarios: what is loaded before, which load runs, what is measured.
///
/// Comes in: a fresh [io.zabra.bench.target.RunningEnsemble] and the [Options]. Goes out:
/// [io.zabra.bench.report.Figures].
///
/// Reading order: [Scenario], [Options], [Catalogue], [Operations] (all closed loops), then the special ones.
@NullMarked
package io.zabra.bench.scenario;

import org.jspecify.annotations.NullMarked;
