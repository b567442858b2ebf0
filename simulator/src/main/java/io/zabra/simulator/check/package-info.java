// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
/// What must hold: a reference model of the service, written apart from it, and the oracle that compares.
@NullMarked
package io.zabra.simulator.check;

import org.jspecify.annotations.NullMarked;
