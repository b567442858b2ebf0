// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.feed;

import io.zabra.core.base.Now;

/// When a learner last had a word of its leader, on the monotonic clock. Owned by the learner.
public final class Contact {

    private long heardMs;
    private long snapshotBytes;

    /// Something has come.
    public void heard(Now now) {
        heardMs = now.monotonicMs();
    }

    /// Looks how much of a snapshot has come by now: more is a word too.
    ///
    /// @param bytes since the connection stands
    public void snapshot(long bytes, Now now) {
        if (bytes != snapshotBytes) {
            snapshotBytes = bytes;
            heard(now);
        }
    }

    /// For how long nothing has come.
    public long silentMs(Now now) {
        return now.monotonicMs() - heardMs;
    }

    /// When something came last, in milliseconds.
    public long heardMs() {
        return heardMs;
    }
}
