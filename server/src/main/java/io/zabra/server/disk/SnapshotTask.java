// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.server.disk;

import io.zabra.core.node.Input;
import io.zabra.core.tree.FrozenTree;
import io.zabra.server.net.NodeInbox;
import io.zabra.server.pace.SnapshotPace;
import io.zabra.server.report.SnapshotMetrics;
import io.zabra.storage.SnapshotImage;
import io.zabra.storage.Snapshots;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Writes snapshots beside the running node, one at a time, from views that do not change, at a pace that leaves disk
/// and processors to others ([SnapshotPace]); a server that stops waits for no rests.
///
/// A snapshot that fails, or for which there is no space, is told and tried again when the next one is due: until then
/// the log holds everything.
public final class SnapshotTask {

    /// What a znode takes in a snapshot besides path and data: stat, ACL reference and lengths.
    private static final int ZNODE_BYTES = 80;

    private final Snapshots snapshots;
    private final SnapshotMetrics told;
    private final Room room;
    private final Consumer<Throwable> fatal;
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final ExecutorService thread = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().name("zabra-snapshot").factory());
    private @Nullable NodeInbox inbox;

    /// @param fatal told of errors that are not the disk's
    public SnapshotTask(Snapshots snapshots, SnapshotMetrics told, Room room, Consumer<Throwable> fatal) {
        this.snapshots = snapshots;
        this.told = told;
        this.room = room;
        this.fatal = fatal;
    }

    /// Makes sure that a snapshot does not fill the disk; on the snapshot thread.
    public interface Room extends Snapshots.Pace {
        /// @throws IOException when there is no space for so many bytes
        void demand(long bytes) throws IOException;
    }

    public void start(NodeInbox newInbox) {
        inbox = newInbox;
    }

    public void start(SnapshotImage image) {
        between(() -> write(image));
    }

    /// Runs something that must not happen while a snapshot is written.
    public void between(Runnable action) {
        thread.execute(() -> {
            try {
                action.run();
            } catch (Throwable e) {
                fatal.accept(e);
            }
        });
    }

    private void write(SnapshotImage image) {
        long begin = System.nanoTime();
        boolean written = false;
        try (FrozenTree _ = image.tree()) {
            FrozenTree tree = image.tree();
            long bytes = tree.approximateDataSize() + (long) ZNODE_BYTES * tree.nodeCount();
            room.demand(bytes);
            SnapshotPace rests = new SnapshotPace(bytes, new Rest(stopping));
            snapshots.write(image, moved -> {
                room.moved(moved);
                rests.moved(moved);
            });
            written = true;
            told.written(image.zxid(), System.nanoTime() - begin);
        } catch (IOException | RuntimeException e) {
            told.failed(image.zxid(), IoCause.of(e));
        }
        if (inbox != null) {
            inbox.offer(new Input.SnapshotDone(image.zxid(), written));
            inbox.run();
        }
    }

    /// Waits for the snapshot that is being written, which goes on without rests.
    ///
    /// @return false when it took longer than `msMax`, and was given up
    public boolean close(long msMax) throws InterruptedException {
        stopping.countDown();
        thread.shutdown();
        boolean ended = thread.awaitTermination(msMax, TimeUnit.MILLISECONDS);
        if (!ended) {
            thread.shutdownNow();
        }
        return ended;
    }

    private record Rest(CountDownLatch end) implements SnapshotPace.Timer {

        @Override
        public long nowNs() {
            return System.nanoTime();
        }

        @Override
        public void rest(long ns) throws IOException {
            try {
                end.await(ns, TimeUnit.NANOSECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                IOException cut = new InterruptedIOException("it was cut short by the end of the server");
                cut.initCause(e);
                throw cut;
            }
        }
    }
}
