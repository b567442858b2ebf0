// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.simulator.world;

import java.util.ArrayDeque;
import java.util.List;

/// What happened, as one number that any difference changes, and the last lines of it for people.
public final class Trace {

    private static final int LINES_KEPT = 400;

    private final ArrayDeque<String> lines = new ArrayDeque<>();
    private long hash = 0xcbf29ce484222325L;
    private boolean verbose;

    /// Keeps lines for people; costs time.
    public void verbose() {
        verbose = true;
    }

    /// Notes one thing that happened.
    public void add(long nowNs, String what, long a, long b) {
        mix(nowNs);
        mix(what.hashCode());
        mix(a);
        mix(b);
        if (verbose) {
            line(nowNs, what + " " + Long.toHexString(a) + " " + Long.toHexString(b));
        }
    }

    /// Notes something with all its details.
    public void add(long nowNs, String what, Object details) {
        mix(nowNs);
        mix(what.hashCode());
        if (verbose) {
            line(nowNs, what + " " + details);
        }
    }

    private void line(long nowNs, String text) {
        if (lines.size() == LINES_KEPT) {
            lines.remove();
        }
        lines.add(String.format("%12.6f %s", nowNs / 1e9, text));
    }

    private void mix(long value) {
        hash = (hash ^ value) * 0x100000001b3L;
        hash ^= hash >>> 29;
    }

    public long hash() {
        return hash;
    }

    /// The last lines, oldest first.
    public List<String> lines() {
        return List.copyOf(lines);
    }
}
