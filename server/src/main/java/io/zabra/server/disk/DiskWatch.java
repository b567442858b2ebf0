// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.server.disk;

import io.zabra.core.node.Input;
import io.zabra.core.node.Input.Space;
import io.zabra.server.config.ServerConfig;
import io.zabra.server.net.NodeInbox;
import io.zabra.server.observe.Events;
import io.zabra.server.report.Notice;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// Watches the space that is left on the disk, and tells the node what may still be logged.
///
/// There are two marks, each with a higher one at which its state ends. Below the first, `zabra.disk.refuseBelowMb`,
/// writes are refused. Below the second, an eighth of that, nothing is logged at all, so that nothing has to be waited
/// for. Space is measured by the clock and by what the log has written, since a fast disk fills in a second what the
/// marks keep free. When others fill the disk faster than that, the log waits, and says so.
///
/// Any thread may call it.
public final class DiskWatch implements LogLoop.Room {

    /// Bytes of log after which the space is measured.
    private static final long MEASURE_BYTES = 8 << 20;

    private final ServerConfig.Reserve marks;
    private final Usable disk;
    private final Events events;
    private @Nullable NodeInbox inbox;
    private Space space = Space.AMPLE;
    private boolean starved;
    private boolean blind;
    private long unmeasured;

    public DiskWatch(ServerConfig.Reserve marks, Usable disk, Events events) {
        this.marks = marks;
        this.disk = disk;
        this.events = events;
    }

    /// Says how much space is left.
    @FunctionalInterface
    public interface Usable {
        long bytes() throws IOException;
    }

    /// Measures for the first time, before anything can be asked of the node.
    public synchronized void start(NodeInbox newInbox) {
        inbox = newInbox;
        measure();
    }

    /// Measures, and tells the node if a mark was passed.
    synchronized void measure() {
        unmeasured = 0;
        Space now;
        try {
            now = starved ? Space.FULL : space.after(disk.bytes(), marks.refuseBelowBytes(), marks.resumeAboveBytes());
            blind = false;
        } catch (IOException e) {
            if (!blind) {
                blind = true;
                events.error(new Notice.DiskCheckFailed(IoCause.of(e)));
            }
            return;
        }
        if (now != space && inbox != null) {
            space = now;
            inbox.offer(new Input.DiskSpace(now));
            inbox.wake();
        }
    }

    /// What the node was told last.
    synchronized Space space() {
        return space;
    }

    /// Whether so many bytes may be written without coming near the second mark.
    boolean fits(long bytes) throws IOException {
        return Space.leftForLog(disk.bytes() - bytes, marks.refuseBelowBytes());
    }

    @Override
    public synchronized void used(int bytes) {
        unmeasured += bytes;
        if (unmeasured >= MEASURE_BYTES) {
            measure();
        }
    }

    @Override
    public synchronized void none(IOException cause) {
        starved = true;
        events.error(new Notice.LogWaitsForSpace(IoCause.of(cause)));
        measure();
    }

    @Override
    public synchronized void found() {
        starved = false;
        events.warn(new Notice.LogFoundSpace());
        measure();
    }
}
