// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
/// A disk in memory that fails as real ones do: power loss with lost and torn writes, errors, no space.
@NullMarked
package io.zabra.simulator.disk;

import org.jspecify.annotations.NullMarked;
