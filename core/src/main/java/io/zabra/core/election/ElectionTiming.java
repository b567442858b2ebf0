// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.election;

import io.zabra.core.base.Invariant;

/// How patient an election is.
///
/// @param finalizeWaitMs how long a quorum's agreement must stand before it counts, unless all voters agree that can be
///     reached: time for the vote of a better server that is a little late
/// @param resendMsMin pause before everything is said again, as long as there is news
/// @param resendMsMax what that pause grows to, doubling, while nothing new is heard
public record ElectionTiming(int finalizeWaitMs, int resendMsMin, int resendMsMax) {

    /// Apache's, but for the last: it waits up to 60 s, and so takes up to a minute to find a peer that came late.
    public static final ElectionTiming DEFAULT = new ElectionTiming(200, 200, 2_000);

    public ElectionTiming {
        Invariant.check(finalizeWaitMs >= 0, "finalizeWaitMs must not be negative");
        Invariant.check(resendMsMin > 0 && resendMsMax >= resendMsMin, "the pause between sendings must be above 0");
    }
}
