// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.zab;

import io.zabra.core.feed.Tutor;

/// How long members of an ensemble wait for each other.
///
/// @param tickMs `tickTime`
/// @param initMs `initLimit`, in milliseconds: for a new leader to be accepted, for a learner to catch up
/// @param syncMs `syncLimit`, in milliseconds: without a word until the other is given up
public record Timing(int tickMs, int initMs, int syncMs) {

    /// For how long a server waits for those that learn from it.
    Tutor.Patience patience() {
        return new Tutor.Patience(initMs + syncMs, syncMs, tickMs / 2);
    }
}
