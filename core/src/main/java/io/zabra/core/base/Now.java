// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.base;

/// The time of one batch of inputs, read once by whoever drives the core.
///
/// @param monotonicNs a clock that never jumps, in nanoseconds; only differences have a meaning
/// @param wallMs the wall clock, in milliseconds since 1970; it stamps transactions and may jump
public record Now(long monotonicNs, long wallMs) {

    public long monotonicMs() {
        return monotonicNs / 1_000_000;
    }
}
