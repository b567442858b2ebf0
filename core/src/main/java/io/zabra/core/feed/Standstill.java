// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.feed;

import io.zabra.core.log.History;
import org.jspecify.annotations.Nullable;

/// For how long a disk has made nothing durable of what it was given.
public final class Standstill {

    private long before = -1;
    private long sinceMs;
    private long wanted = -1;
    private long wantedSinceMs;

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

    /// Why a leader with this disk should lead no longer: its own clients wait for it, and only for it. Null if it need
    /// not.
    @Nullable
    public String reasonToEnd(History history, long nowMs, long limitMs) {
        long silentMs = ms(history.lastDurable(), history.lastAppended(), nowMs);
        if (silentMs > limitMs) {
            return "the own disk has written nothing for " + silentMs + " ms";
        }
        if (history.lastDurable() >= wanted) {
            wanted = history.committed();
            wantedSinceMs = nowMs;
        }
        long behindMs = nowMs - wantedSinceMs;
        return behindMs > limitMs ? "the own disk is " + behindMs + " ms behind those of a quorum" : null;
    }
}
