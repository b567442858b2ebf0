// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.simulator.history;

/// What a history must not show.
///
/// @param rule `C1` to `C10`: order and real time (C1), order within a session (C2), own writes (C3), sync (C4),
///     watches (C5), ephemerals (C6), time-outs (C7), nothing lost and nothing done twice (C8), all or
///     nothing (C9), read-only servers (C10)
/// @param text what was seen, and what should have been
public record Complaint(String rule, String text) {

    @Override
    public String toString() {
        return rule + ": " + text;
    }
}
