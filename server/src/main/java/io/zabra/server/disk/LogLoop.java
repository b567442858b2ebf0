// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.server.disk;

import io.zabra.core.log.Log;
import io.zabra.core.node.Input;
import io.zabra.server.net.NodeInbox;
import io.zabra.storage.Disk;
import io.zabra.storage.WriteAheadLog;
import java.io.IOException;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jctools.queues.SpscUnboundedArrayQueue;
import org.jspecify.annotations.Nullable;

/// Makes transactions durable on a thread of its own: takes all entries that wait, writes them, flushes once, and tells
/// the node (Apache: SyncRequestProcessor).
///
/// Entries are handed over by the owner of the node, and between them, for a member of an ensemble, other work on the
/// same files, which keeps its place in the order. The first failure of the disk is the last: the server stops. But a
/// full disk is waited for, with all that is not written yet; nobody is told anything of that meanwhile.
///
/// Group commit: those whose writes one flush has made durable come back with their next ones soon after it, and a
/// batch that begins at once would leave most of them behind, to wait for two flushes. So for a part of a flush's own
/// time after each flush, a batch waits for as many entries as were there lately. A write that comes alone never
/// waits.
public final class LogLoop implements Log {

    /// What the thread has to do.
    private sealed interface Order {}

    private record Entry(long zxid, byte[] bytes) implements Order {}

    private record Roll() implements Order {}

    private record Errand(Work work) implements Order {}

    private static final Roll ROLL = new Roll();
    private static final int QUEUE_CHUNK = 1_024;
    private static final int BATCH_BYTES_MAX = 8 << 20;
    private static final long PARK_NS = TimeUnit.MILLISECONDS.toNanos(100);
    /// A batch waits this part of what a flush takes, and at most [#GATHER_NS_MAX].
    private static final int GATHER_SHARE = 2;

    private static final long GATHER_NS_MAX = TimeUnit.MILLISECONDS.toNanos(1);
    /// Shorter waits are not worth the wake-up.
    private static final long GATHER_NS_MIN = TimeUnit.MICROSECONDS.toNanos(10);
    private static final int FLUSHES_AVERAGED = 8;

    /// Time between two tries while the disk is full.
    private static final long FULL_NS = TimeUnit.MILLISECONDS.toNanos(200);

    /// After so many parks in a row the server counts as idle.
    private static final int IDLE_PARKS = 10;

    private final SpscUnboundedArrayQueue<Order> orders = new SpscUnboundedArrayQueue<>(QUEUE_CHUNK);
    private final AtomicLong handedBytes = new AtomicLong();
    private final AtomicLong takenBytes = new AtomicLong();
    private final WriteAheadLog log;
    private final Consumer<Throwable> fatal;
    private final FlushClock flushes;
    private final Room room;
    private final long parkNs;
    private final Thread thread;
    /// How many entries must wait for the sleeping thread to be woken; 0 while it does not sleep.
    private volatile int wakeAt;
    /// Owner of the node: something was handed over since the last [#wake].
    private boolean handed;
    /// An errand waits, for which no batch should be kept open.
    private volatile boolean urgent;
    private int expected;
    private long flushedNs;
    private long flushNs;
    private boolean starved;
    private volatile boolean stopping;
    private @Nullable NodeInbox inbox;

    /// @param flushes told how long each flush took
    /// @param room told of space that is used, and of its end
    /// @param fatal told when the disk fails
    public LogLoop(WriteAheadLog log, FlushClock flushes, Room room, Consumer<Throwable> fatal) {
        this(log, flushes, room, fatal, PARK_NS);
    }

    /// @param parkNs time between two looks around while nothing comes; no work may have to wait for them
    LogLoop(WriteAheadLog log, FlushClock flushes, Room room, Consumer<Throwable> fatal, long parkNs) {
        this.parkNs = parkNs;
        this.log = log;
        this.flushes = flushes;
        this.room = room;
        this.fatal = fatal;
        this.thread = Thread.ofPlatform().name("zabra-log").unstarted(this::work);
    }

    /// Is told of each flush of the log.
    @FunctionalInterface
    public interface FlushClock {
        void flushed(int entries, long nanos);
    }

    /// Something that is done to the log, or at its place in the order of things.
    @FunctionalInterface
    public interface Work {

        /// Returns what the node is told then; null for nothing.
        @Nullable
        Input run() throws IOException;
    }

    /// Watches over the space that the log uses. Called by the log's thread.
    public interface Room {

        /// So much was written.
        void used(int bytes);

        /// The log waits for space.
        void none(IOException cause);

        /// The log has found space again.
        void found();
    }

    public void start(NodeInbox newInbox) {
        inbox = newInbox;
        thread.start();
    }

    @Override
    public void append(long zxid, byte[] entry) {
        // Under load the end would not come if it had to wait for all that comes after it was asked for.
        if (!stopping) {
            handedBytes.lazySet(handedBytes.getPlain() + entry.length);
            orders.add(new Entry(zxid, entry));
            handed = true;
        }
    }

    @Override
    public void roll() {
        orders.add(ROLL);
        handed = true;
    }

    /// Does some work when everything is durable that was handed over before. Owner of the node.
    public void then(Work work) {
        if (!stopping) {
            urgent = true;
            orders.add(new Errand(work));
            handed = true;
        }
    }

    /// Bytes of records that were handed over and are not durable yet. Owner of the node.
    public long waitingBytes() {
        return handedBytes.getPlain() - takenBytes.get();
    }

    /// Wakes the log's thread when it sleeps and enough waits. Owner of the node, after a batch.
    ///
    /// @return whether anything was handed over since the last call
    public boolean wake() {
        if (!handed) {
            return false;
        }
        handed = false;
        // What was handed over must be visible before the look at the sleeper, who looks the other way round.
        VarHandle.fullFence();
        int enough = wakeAt;
        if (enough > 0 && (orders.size() >= enough || urgent)) {
            LockSupport.unpark(thread);
        }
        return true;
    }

    /// Writes what is queued, and ends. What a full disk does not take, and what is appended from now on, is never
    /// acknowledged, and given up.
    ///
    /// @return false when the disk took longer than `msMax`: its files stay open
    public boolean close(long msMax) throws IOException, InterruptedException {
        stopping = true;
        LockSupport.unpark(thread);
        boolean ended = thread.join(Duration.ofMillis(msMax));
        if (ended) {
            log.close();
        }
        return ended;
    }

    private void work() {
        int parks = 0;
        try {
            while (!(stopping && orders.isEmpty())) {
                if (orders.isEmpty()) {
                    if (++parks == IDLE_PARKS) {
                        log.settle();
                    }
                    sleep(1, parkNs);
                    continue;
                }
                parks = 0;
                gather();
                write();
            }
        } catch (IOException | RuntimeException | Error e) {
            if (stopping && e instanceof Disk.NoSpaceException) {
                return;
            }
            fatal.accept(e);
        }
    }

    /// Waits for the entries that are likely to come, unless the last flush is long over.
    private void gather() {
        long endNs = flushedNs + Math.min(flushNs / GATHER_SHARE, GATHER_NS_MAX);
        while (orders.size() < expected && !urgent && !stopping) {
            long leftNs = endNs - System.nanoTime();
            if (leftNs < GATHER_NS_MIN) {
                return;
            }
            sleep(expected, leftNs);
        }
    }

    /// Writes and flushes one batch, and runs the errand that ends it, if one does.
    private void write() throws IOException {
        long last = 0;
        int count = 0;
        int bytes = 0;
        Order order = null;
        while (bytes < BATCH_BYTES_MAX && (order = orders.poll()) != null && !(order instanceof Errand)) {
            take(order);
            if (order instanceof Entry(long zxid, byte[] entry)) {
                last = zxid;
                bytes += entry.length;
                count++;
            }
        }
        if (count > 0) {
            flush(count);
            takenBytes.lazySet(takenBytes.getPlain() + bytes);
            room.used(bytes);
            answer(new Input.Durable(last));
        }
        if (order instanceof Errand(Work work)) {
            urgent = false;
            answer(patiently(work));
        }
    }

    private void flush(int count) throws IOException {
        long begin = System.nanoTime();
        patiently(this::sync);
        flushedNs = System.nanoTime();
        long tookNs = flushedNs - begin;
        flushNs += (tookNs - flushNs) / FLUSHES_AVERAGED;
        expected = count + orders.size();
        flushes.flushed(count, tookNs);
    }

    private @Nullable Input sync() throws IOException {
        log.sync();
        return null;
    }

    private void answer(@Nullable Input input) {
        if (input != null && inbox != null) {
            inbox.offer(input);
            inbox.wake();
        }
    }

    private void take(Order order) throws IOException {
        while (true) {
            try {
                switch (order) {
                    case Entry(long zxid, byte[] entry) -> log.append(zxid, entry);
                    case Roll _ -> log.roll();
                    case Errand _ -> throw new IllegalArgumentException("not part of a batch");
                }
                spaceFound();
                return;
            } catch (Disk.NoSpaceException e) {
                awaitSpace(e);
            }
        }
    }

    /// Repeats what finds no space until it does.
    private @Nullable Input patiently(Work work) throws IOException {
        while (true) {
            try {
                Input result = work.run();
                spaceFound();
                return result;
            } catch (Disk.NoSpaceException e) {
                awaitSpace(e);
            }
        }
    }

    private void spaceFound() {
        if (starved) {
            starved = false;
            room.found();
        }
    }

    private void awaitSpace(Disk.NoSpaceException failure) throws IOException {
        if (stopping) {
            throw failure;
        }
        if (!starved) {
            starved = true;
            room.none(failure);
        }
        LockSupport.parkNanos(this, FULL_NS);
    }

    /// Sleeps until `enough` entries wait, or the time is over.
    private void sleep(int enough, long nanos) {
        wakeAt = enough;
        VarHandle.fullFence();
        if (orders.size() < enough && !urgent && !stopping) {
            LockSupport.parkNanos(this, nanos);
        }
        wakeAt = 0;
    }
}
