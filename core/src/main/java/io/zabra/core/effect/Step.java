// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.effect;

import io.zabra.core.base.Now;

/// What every decision within one step has at hand.
///
/// @param now the time of the step
/// @param out where effects go
public record Step(Now now, Effects out) {}
