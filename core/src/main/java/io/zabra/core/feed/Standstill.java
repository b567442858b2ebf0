// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.feed;

/// For how long a disk has made nothing durable of what it was given.
public final class Standstill {

    private long before = -1;
    private long sinceMs;

    /// @param done up to here it is durable
    /// @param asked up to here it was given
    /// @return 0 if nothing is left, or there is more of it than at the last call
    public long ms(long done, long asked, long nowMs) {
        if (done >= asked || done > before) {
            before = done;
            sinceMs = nowMs;
        }
        return nowMs - sinceMs;
    }
}
