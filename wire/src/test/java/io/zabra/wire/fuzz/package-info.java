// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
/// Fuzz tests (Jazzer). A plain build replays the saved corpus under the test resources; with `JAZZER_FUZZ=1` in the
/// environment, one of them at a time (`-Dtest=...`) searches for new inputs.
@NullMarked
package io.zabra.wire.fuzz;

import org.jspecify.annotations.NullMarked;
