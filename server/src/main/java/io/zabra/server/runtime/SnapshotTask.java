// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.server.runtime;

import io.zabra.core.node.Input;
import io.zabra.core.tree.FrozenTree;
import io.zabra.server.net.NodeInbox;
import io.zabra.storage.SnapshotImage;
import io.zabra.storage.Snapshots;
import java.io.IOException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Writes snapshots beside the running node, one at a time, from views that do not change.
///
/// A snapshot that fails is told and tried again when the next one is due: until then the log holds everything.
public final class SnapshotTask implements AutoCloseable {

    private static final long STOP_SECONDS_MAX = 30;

    private final Snapshots snapshots;
    private final Snapshots.Pace pace;
    private final Watcher watcher;
    private final ExecutorService thread = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().name("zabra-snapshot").factory());
    private @Nullable NodeInbox inbox;

    public SnapshotTask(Snapshots snapshots, Snapshots.Pace pace, Watcher watcher) {
        this.snapshots = snapshots;
        this.pace = pace;
        this.watcher = watcher;
    }

    /// Is told how snapshots went; on the snapshot thread.
    public interface Watcher {
        void written(long zxid, long nanos);

        void failed(long zxid, Exception cause);
    }

    void start(NodeInbox newInbox) {
        inbox = newInbox;
    }

    void start(SnapshotImage image) {
        thread.execute(() -> write(image));
    }

    /// Runs something that must not happen while a snapshot is written.
    void between(Runnable action) {
        thread.execute(action);
    }

    private void write(SnapshotImage image) {
        long begin = System.nanoTime();
        boolean written = false;
        try (FrozenTree _ = image.tree()) {
            snapshots.write(image, pace);
            written = true;
            watcher.written(image.zxid(), System.nanoTime() - begin);
        } catch (IOException | RuntimeException e) {
            watcher.failed(image.zxid(), e);
        }
        if (inbox != null) {
            inbox.offer(new Input.SnapshotDone(image.zxid(), written));
            inbox.run();
        }
    }

    /// Waits for the snapshot that is being written.
    @Override
    public void close() throws InterruptedException {
        thread.shutdown();
        if (!thread.awaitTermination(STOP_SECONDS_MAX, TimeUnit.SECONDS)) {
            thread.shutdownNow();
        }
    }
}
