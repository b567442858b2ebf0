// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.interop.diff;

import java.util.List;

/// A sequence of steps, drawn from a seed.
record Plan(long seed, List<Step> steps) {

    Plan with(List<Step> fewer) {
        return new Plan(seed, List.copyOf(fewer));
    }
}
