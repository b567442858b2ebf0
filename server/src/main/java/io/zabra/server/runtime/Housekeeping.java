// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.server.runtime;

import io.zabra.core.node.Input;
import io.zabra.server.config.ServerConfig;
import io.zabra.server.observe.Events;
import java.io.IOException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/// What has to be done now and then beside the serving: watch the space on the disk, remove old files.
final class Housekeeping implements AutoCloseable {

    /// What is written between two checks must find room below the watermark.
    /// A purge reads snapshots, and a server that has just started has better things to do.
    private static final long PURGE_FIRST_MIN = 1;

    private static final int DISK_CHECK_MS = 100;

    private final ServerConfig.Storage config;
    private final DataFolders folders;
    private final SnapshotTask snapshots;
    private final NodeLoop loop;
    private final Events events;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("zabra-housekeeping").daemon().factory());
    private boolean low;

    Housekeeping(
            ServerConfig.Storage config, DataFolders folders, SnapshotTask snapshots, NodeLoop loop, Events events) {
        this.config = config;
        this.folders = folders;
        this.snapshots = snapshots;
        this.loop = loop;
        this.events = events;
    }

    void start() {
        if (config.reserve().refuseBelowBytes() > 0) {
            thread.scheduleWithFixedDelay(this::checkDisk, 0, DISK_CHECK_MS, TimeUnit.MILLISECONDS);
        }
        if (config.purge().intervalHours() > 0) {
            thread.scheduleWithFixedDelay(
                    () -> snapshots.between(this::purge),
                    PURGE_FIRST_MIN,
                    TimeUnit.HOURS.toMinutes(config.purge().intervalHours()),
                    TimeUnit.MINUTES);
        }
    }

    private void checkDisk() {
        try {
            long usable = folders.usableBytes();
            boolean nowLow = low
                    ? usable < config.reserve().resumeAboveBytes()
                    : usable < config.reserve().refuseBelowBytes();
            if (nowLow != low) {
                low = nowLow;
                loop.offer(new Input.DiskSpace(low));
                loop.run();
            }
        } catch (IOException | RuntimeException e) {
            events.error(new Notice.DiskCheckFailed(String.valueOf(e.getMessage())));
        }
    }

    private void purge() {
        try {
            int removed = folders.purge(config.purge().keep());
            if (removed > 0) {
                events.info(new Notice.FilesPurged(removed));
            }
        } catch (IOException | RuntimeException e) {
            events.error(new Notice.PurgeFailed(String.valueOf(e.getMessage())));
        }
    }

    @Override
    public void close() throws InterruptedException {
        thread.shutdownNow();
        if (!thread.awaitTermination(1, TimeUnit.MINUTES)) {
            throw new IllegalStateException("housekeeping does not end");
        }
    }
}
