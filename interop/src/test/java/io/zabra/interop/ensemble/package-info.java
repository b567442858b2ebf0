// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors

/// What a member says to other members, word for word: elections beside real servers of Apache ([Voter]), and real
/// servers whose leader is played by the test ([LedByTheTest]). Whole ensembles of both products are in
/// `io.zabra.interop.mixed`.
@NullMarked
package io.zabra.interop.ensemble;

import org.jspecify.annotations.NullMarked;
