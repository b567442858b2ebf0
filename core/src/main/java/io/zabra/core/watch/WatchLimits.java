// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.watch;

/// How many watches there may be; a persistent one counts twice.
///
/// @param totalMax of all clients together
/// @param perClientMax of one client
/// @param bytesMax memory of all together
/// @param bytesPerClientMax bytes of the paths that one client watches, and a few more for each
public record WatchLimits(int totalMax, int perClientMax, long bytesMax, long bytesPerClientMax) {

    /// With numbers far beyond what a server of today serves: bytes end first.
    public static WatchLimits ofBytes(long bytesMax, long bytesPerClientMax) {
        return new WatchLimits(100_000_000, 10_000_000, bytesMax, bytesPerClientMax);
    }
}
