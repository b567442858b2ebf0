// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.server.net;

import java.util.concurrent.atomic.AtomicLong;

/// The bytes that one connection makes this server keep, as a part of the sum over all connections. Any thread.
///
/// A connection that is about to end is abandoned: from then on it does not count, though its bytes take a moment to
/// go, so that one excess never ends two connections.
final class Share {

    private final AtomicLong sum;
    private volatile long bytes;
    private boolean abandoned;

    /// @param sum what all connections keep
    Share(AtomicLong sum) {
        this.sum = sum;
    }

    long bytes() {
        return bytes;
    }

    /// Adds to the share, or takes from it if `delta` is below 0.
    synchronized void add(long delta) {
        bytes += delta;
        if (!abandoned) {
            sum.addAndGet(delta);
        }
    }

    /// Stops counting; false when that was done before.
    synchronized boolean abandon() {
        if (abandoned) {
            return false;
        }
        abandoned = true;
        sum.addAndGet(-bytes);
        return true;
    }

    /// What counts towards the sum.
    synchronized long counted() {
        return abandoned ? 0 : bytes;
    }
}
