// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.node;

import io.zabra.core.effect.Meter;
import java.util.ArrayList;
import java.util.List;

/// Keeps what a node tells of its work.
final class CountingMeter implements Meter {

    int admitted;
    long longestWaitMs;
    int stalls;
    int staleRequests;
    int staleReplies;
    int applied;
    final List<String> counted = new ArrayList<>();

    @Override
    public void read(String path, int bytes) {
        counted.add("read " + path + " " + bytes);
    }

    @Override
    public void written(String path, int bytes) {
        counted.add("written " + path + " " + bytes);
    }

    @Override
    public void quotaExceeded(String path) {
        counted.add("exceeded " + path);
    }

    @Override
    public void applied(long ms) {
        applied++;
    }

    @Override
    public void fired(int type, int watchers) {
        counted.add("fired " + type + " " + watchers);
    }

    @Override
    public void admitted(long waitedMs) {
        admitted++;
        longestWaitMs = Math.max(longestWaitMs, waitedMs);
    }

    @Override
    public void stalled() {
        stalls++;
    }

    @Override
    public void staleRequest() {
        staleRequests++;
    }

    @Override
    public void staleReply() {
        staleReplies++;
    }
}
