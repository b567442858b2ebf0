// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.watch;

/// How many watches there may be; a persistent one counts twice.
///
/// @param totalMax of all clients together
/// @param perClientMax of one client
public record WatchLimits(int totalMax, int perClientMax) {

    /// Far beyond what a server of today serves; memory would end first for most.
    public static WatchLimits defaults() {
        return new WatchLimits(100_000_000, 10_000_000);
    }
}
