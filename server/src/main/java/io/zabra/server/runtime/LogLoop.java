// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.server.runtime;

import io.zabra.core.node.Input;
import io.zabra.core.zab.Log;
import io.zabra.server.net.NodeInbox;
import io.zabra.storage.TxnLog;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jctools.queues.SpscUnboundedArrayQueue;
import org.jspecify.annotations.Nullable;

/// Makes transactions durable on a thread of its own: takes all entries that wait, writes them, flushes once, and tells
/// the node (Apache: SyncRequestProcessor).
///
/// Entries are handed over by the owner of the node. The first failure of the disk is the last: the server stops.
public final class LogLoop implements Log, AutoCloseable {

    private record Entry(long zxid, byte @Nullable [] bytes) {}

    private static final Entry ROLL = new Entry(0, null);
    private static final int QUEUE_CHUNK = 1_024;
    private static final int BATCH_BYTES_MAX = 8 << 20;
    private static final long PARK_NS = TimeUnit.MILLISECONDS.toNanos(100);

    private final SpscUnboundedArrayQueue<Entry> entries = new SpscUnboundedArrayQueue<>(QUEUE_CHUNK);
    private final TxnLog log;
    private final Consumer<Throwable> fatal;
    private final FlushClock flushes;
    private final Thread thread;
    private volatile boolean parked;
    private volatile boolean stopping;
    private @Nullable NodeInbox inbox;

    /// @param flushes told how long each flush took
    /// @param fatal told when the disk fails
    public LogLoop(TxnLog log, FlushClock flushes, Consumer<Throwable> fatal) {
        this.log = log;
        this.flushes = flushes;
        this.fatal = fatal;
        this.thread = Thread.ofPlatform().name("zabra-log").unstarted(this::work);
    }

    /// Is told of each flush of the log.
    @FunctionalInterface
    public interface FlushClock {
        void flushed(int entries, long nanos);
    }

    public void start(NodeInbox newInbox) {
        inbox = newInbox;
        thread.start();
    }

    @Override
    public void append(long zxid, byte[] entry) {
        entries.add(new Entry(zxid, entry));
    }

    @Override
    public void roll() {
        entries.add(ROLL);
    }

    /// Wakes the log's thread when it sleeps.
    public void wake() {
        if (parked) {
            LockSupport.unpark(thread);
        }
    }

    /// Writes what is queued, and ends. Nothing may be appended any more.
    @Override
    public void close() throws IOException, InterruptedException {
        stopping = true;
        LockSupport.unpark(thread);
        thread.join();
        log.close();
    }

    private void work() {
        try {
            while (true) {
                long last = write();
                if (last != 0 && inbox != null) {
                    inbox.offer(new Input.Durable(last));
                    inbox.run();
                } else if (entries.isEmpty()) {
                    if (stopping) {
                        return;
                    }
                    park();
                }
            }
        } catch (IOException | RuntimeException | Error e) {
            fatal.accept(e);
        }
    }

    /// Writes and flushes one batch; returns its last zxid, or 0 when it had no transaction.
    private long write() throws IOException {
        long last = 0;
        int count = 0;
        int bytes = 0;
        Entry entry;
        while (bytes < BATCH_BYTES_MAX && (entry = entries.poll()) != null) {
            if (entry.bytes() == null) {
                log.roll();
            } else {
                log.append(entry.zxid(), entry.bytes());
                last = entry.zxid();
                bytes += entry.bytes().length;
                count++;
            }
        }
        if (count > 0) {
            long begin = System.nanoTime();
            log.sync();
            flushes.flushed(count, System.nanoTime() - begin);
        }
        return last;
    }

    private void park() {
        parked = true;
        if (entries.isEmpty() && !stopping) {
            LockSupport.parkNanos(this, PARK_NS);
        }
        parked = false;
    }
}
