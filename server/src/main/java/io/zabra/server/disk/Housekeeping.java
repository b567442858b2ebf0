// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.server.disk;

import io.zabra.core.node.Input;
import io.zabra.server.config.ServerConfig;
import io.zabra.server.net.NodeInbox;
import io.zabra.server.report.Notice;
import io.zabra.server.report.Notifications;
import java.io.IOException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/// What has to be done now and then beside the serving: measure the space on the disk, remove old files.
///
/// Old files go at intervals, the first time an hour after the start: whoever started on the wrong folder, or on one
/// of Apache's, which keeps everything, has so long to notice. And they go when space runs short, because there would
/// be no other end to it: then a snapshot is also asked for, which makes more of the log unneeded, and later again, at
/// growing intervals.
public final class Housekeeping implements SnapshotTask.Room {

    private static final int MEASURE_MS = 100;
    private static final long FIRST_PURGE_MINUTES = 60;
    private static final long MAKE_ROOM_MS_MIN = TimeUnit.MINUTES.toMillis(1);
    private static final long MAKE_ROOM_MS_MAX = TimeUnit.HOURS.toMillis(1);

    private final ServerConfig.Storage config;
    private final DataFolders folders;
    private final DiskWatch space;
    private final Notifications tell;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("zabra-housekeeping").daemon().factory());
    private long makeRoomMs = MAKE_ROOM_MS_MIN;
    private long untilMakeRoomMs;

    public Housekeeping(ServerConfig.Storage config, DataFolders folders, DiskWatch space, Notifications tell) {
        this.config = config;
        this.folders = folders;
        this.space = space;
        this.tell = tell;
    }

    public void start(SnapshotTask snapshots, NodeInbox inbox) {
        thread.scheduleWithFixedDelay(
                () -> guarded(() -> watch(snapshots, inbox)), 0, MEASURE_MS, TimeUnit.MILLISECONDS);
        if (purges()) {
            thread.scheduleWithFixedDelay(
                    () -> snapshots.between(() -> purge(false)),
                    FIRST_PURGE_MINUTES,
                    TimeUnit.HOURS.toMinutes(config.purge().intervalHours()),
                    TimeUnit.MINUTES);
        }
    }

    /// An error that escaped would only end the repetition, unseen.
    private void guarded(Runnable action) {
        try {
            action.run();
        } catch (Throwable e) {
            tell.fatal().accept(e);
        }
    }

    private void watch(SnapshotTask snapshots, NodeInbox inbox) {
        space.measure();
        if (space.space() == Input.Space.AMPLE) {
            makeRoomMs = MAKE_ROOM_MS_MIN;
            untilMakeRoomMs = 0;
            return;
        }
        untilMakeRoomMs -= MEASURE_MS;
        if (untilMakeRoomMs < 0 && purges()) {
            untilMakeRoomMs = makeRoomMs;
            makeRoomMs = Math.min(2 * makeRoomMs, MAKE_ROOM_MS_MAX);
            snapshots.between(() -> makeRoom(inbox));
        }
    }

    private void makeRoom(NodeInbox inbox) {
        purge(true);
        space.measure();
        if (space.space() != Input.Space.AMPLE) {
            inbox.offer(new Input.SnapshotWanted());
            inbox.wake();
        }
    }

    @Override
    public void demand(long bytes) throws IOException {
        if (!space.fits(bytes) && purges()) {
            purge(true);
        }
        if (!space.fits(bytes)) {
            throw new IOException("it would take about " + (bytes >> 20) + " MiB, and leave too little free space");
        }
    }

    @Override
    public void moved(int bytes) throws IOException {
        if (!space.fits(0)) {
            throw new IOException("it was given up to leave the log its space");
        }
    }

    private boolean purges() {
        return config.purge().intervalHours() > 0;
    }

    /// @param full whether space is needed now
    private void purge(boolean full) {
        try {
            int removed = folders.purge(config.purge().keep()) + (full ? folders.forgetReplaced() : 0);
            if (removed > 0) {
                tell.events().info(new Notice.FilesPurged(removed));
            }
        } catch (IOException | RuntimeException e) {
            tell.events().error(new Notice.PurgeFailed(IoCause.of(e)));
        }
    }

    /// @return false when it took longer than `msMax`
    public boolean close(long msMax) throws InterruptedException {
        thread.shutdownNow();
        return thread.awaitTermination(msMax, TimeUnit.MILLISECONDS);
    }
}
