// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.server.pace;

import io.zabra.storage.Snapshots;
import java.io.IOException;
import java.util.concurrent.TimeUnit;

/// The pace of one snapshot: whoever writes it rests after each piece three times as long as the piece took, so that
/// disk and processors are free for others most of the time, and the more so the busier they are.
///
/// It ends all the same: the rests grow shorter where the snapshot would otherwise take longer than ten seconds and
/// what its bytes need at 64 MiB/s, each counted twice, for they are written and read back.
///
/// Used by one thread. The sources of time and rest are the caller's.
public final class SnapshotPace implements Snapshots.Pace {

    /// Passes time.
    public interface Timer {
        long nowNs();

        void rest(long ns) throws IOException;
    }

    static final int REST_SHARE = 3;

    /// A rest that is shorter is put off to the next piece.
    static final long REST_NS_MIN = TimeUnit.MICROSECONDS.toNanos(200);

    /// After a piece that was held up for long, more rest helps nobody.
    static final long REST_NS_MAX = TimeUnit.MILLISECONDS.toNanos(100);

    static final long LIMIT_NS_MIN = TimeUnit.SECONDS.toNanos(10);
    static final long BYTES_A_SECOND_MIN = 64 << 20;

    private final Timer timer;
    private final long bytesInAll;
    private final long limitNs;
    private final long beginNs;
    private long restedNs;
    private long moved;

    /// Begins now.
    ///
    /// @param bytes about how long the snapshot will be, before compression
    public SnapshotPace(long bytes, Timer timer) {
        this.timer = timer;
        bytesInAll = Math.max(1, 2 * bytes);
        limitNs = LIMIT_NS_MIN + (long) ((double) bytesInAll / BYTES_A_SECOND_MIN * TimeUnit.SECONDS.toNanos(1));
        beginNs = timer.nowNs();
        restedNs = beginNs;
    }

    @Override
    public void moved(int bytes) throws IOException {
        moved += bytes;
        long nowNs = timer.nowNs();
        long wantedNs = REST_SHARE * (nowNs - restedNs);
        if (wantedNs < REST_NS_MIN) {
            return;
        }
        double done = Math.min(1, (double) moved / bytesInAll);
        long spareNs = beginNs + (long) (limitNs * done) - nowNs;
        long restNs = Math.min(Math.min(wantedNs, REST_NS_MAX), spareNs);
        if (restNs >= REST_NS_MIN) {
            timer.rest(restNs);
        }
        restedNs = timer.nowNs();
    }
}
