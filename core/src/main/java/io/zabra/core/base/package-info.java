// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
/// The ground the core stands on: time as a value, seeded randomness, invariants that stay on in production, and the
/// limits and switches of the state machine. Nothing here knows a znode or a session.
@NullMarked
package io.zabra.core.base;

import org.jspecify.annotations.NullMarked;
