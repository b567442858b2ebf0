// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.bench.report;

/// One run: round `round` (from 1) of a scenario on a target.
public record Result(String scenario, String parameters, String target, int round, Figures figures) {}
