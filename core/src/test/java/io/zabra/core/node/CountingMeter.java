// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.node;

/// Keeps what a node tells of its work.
final class CountingMeter implements Meter {

    int admitted;
    long longestWaitMs;
    int stalls;
    int staleRequests;
    int staleReplies;

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
