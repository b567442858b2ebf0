// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.election;

import java.util.List;
import java.util.TreeMap;

/// Servers without a vote that asked who leads, with the time of the last answer to each in milliseconds.
///
/// Two servers neither of which counts the other as a voter would answer each other's answers for ever: so nobody is
/// answered twice within a short time.
final class Askers {

    private static final int ASKERS_MAX = 1_000;

    private final TreeMap<Long, Long> answeredAtMs = new TreeMap<>();
    private final long pauseMs;

    Askers(long pauseMs) {
        this.pauseMs = pauseMs;
    }

    /// Notes that `sid` asks; false when it was answered just now.
    boolean admits(long sid, long nowMs) {
        Long last = answeredAtMs.get(sid);
        if (last != null && nowMs - last < pauseMs) {
            return false;
        }
        if (last == null && answeredAtMs.size() == ASKERS_MAX) {
            // They will ask again: the price is an answer too many, or one that comes later.
            answeredAtMs.clear();
        }
        answeredAtMs.put(sid, nowMs);
        return true;
    }

    /// All who asked since the last [#clear].
    List<Long> all() {
        return List.copyOf(answeredAtMs.keySet());
    }

    void clear() {
        answeredAtMs.clear();
    }
}
