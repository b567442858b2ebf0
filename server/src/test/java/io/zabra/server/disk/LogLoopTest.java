// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.server.disk;

import static org.assertj.core.api.Assertions.assertThat;

import io.zabra.core.node.Input;
import io.zabra.server.net.IdleInbox;
import io.zabra.storage.TxnLog;
import io.zabra.storage.file.FileDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class LogLoopTest {

    private static final byte[] ENTRY = new byte[100];

    @TempDir
    Path folder;

    private final Told told = new Told();
    private final List<Integer> batches = Collections.synchronizedList(new ArrayList<>());
    private final List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());
    private final CountingRoom room = new CountingRoom();
    private FileDisk disk;
    private TxnLog log;
    private LogLoop loop;
    private long zxid;

    @BeforeEach
    void start() throws IOException {
        disk = FileDisk.open(folder);
        log = TxnLog.open(disk, new TxnLog.Options(64L << 20, true, 4 << 20, 7), 0);
        loop = new LogLoop(log, (entries, _) -> batches.add(entries), room, failures::add);
        loop.start(told);
    }

    @AfterEach
    void stop() throws Exception {
        assertThat(loop.close(10_000)).isTrue();
        disk.close();
        assertThat(failures).isEmpty();
    }

    @Test
    void makesDurableWhatComesAlone() throws InterruptedException {
        for (int i = 1; i <= 200; i++) {
            append(1);
            assertThat(told.next()).isEqualTo(i);
        }
    }

    /// One writer that waits for each answer must not wait for company that does not come, nor be forgotten when the
    /// thread falls asleep in the moment it appends: no look around would find it in time here.
    @Test
    void neverSleepsOverAnEntry() throws Exception {
        assertThat(loop.close(10_000)).isTrue();
        log = TxnLog.open(disk, new TxnLog.Options(64L << 20, true, 4 << 20, 7), zxid);
        loop = new LogLoop(log, (entries, _) -> batches.add(entries), room, failures::add, TimeUnit.HOURS.toNanos(1));
        loop.start(told);
        for (int i = 1; i <= 2_000; i++) {
            append(1);
            assertThat(told.next()).isEqualTo(i);
        }
    }

    @Test
    void makesDurableInOrderWhateverTheRhythm() throws InterruptedException {
        long durable = 0;
        for (int round = 1; round <= 300; round++) {
            int burst = 1 + round * 7 % 40;
            append(burst);
            if (round % 3 == 0) {
                Thread.sleep(0, round * 1_000);
            }
            while (round % 5 == 0 && durable < zxid) {
                long next = told.next();
                assertThat(next).isGreaterThan(durable);
                durable = next;
            }
        }
        while (durable < zxid) {
            durable = told.next();
        }
        assertThat(durable).isEqualTo(zxid);
        assertThat(log.syncedZxid()).isEqualTo(zxid);
    }

    /// Sixteen writers, each with its next write as soon as the one before is answered: soon all share a flush.
    @Test
    void gathersThoseThatComeBack() throws InterruptedException {
        append(1);
        int waiting = 1;
        for (int round = 0; round < 400; round++) {
            // The others come while the first flush is on its way.
            if (round == 0) {
                append(15);
                waiting += 15;
            }
            long durable = told.next();
            int answered = (int) (durable - (zxid - waiting));
            waiting -= answered;
            for (int i = 0; i < answered; i++) {
                append(1);
                waiting++;
            }
        }
        List<Integer> settled = List.copyOf(batches);
        assertThat(settled.stream()
                        .skip(100)
                        .mapToInt(Integer::intValue)
                        .average()
                        .orElse(0))
                .isGreaterThan(12);
    }

    @Test
    void closingWritesWhatIsQueued() throws Exception {
        append(5_000);
        assertThat(loop.close(10_000)).isTrue();
        assertThat(log.syncedZxid()).isEqualTo(5_000);
    }

    @Test
    void waitsForSpaceAndLosesNothing() throws Exception {
        assertThat(loop.close(10_000)).isTrue();
        var tight = new TightDisk(disk);
        log = TxnLog.open(tight, new TxnLog.Options(0, true, 4 << 20, 7), zxid);
        loop = new LogLoop(log, (entries, _) -> batches.add(entries), room, failures::add);
        loop.start(told);
        append(3);
        told.awaitDurable(3);
        tight.full = true;
        append(2);
        loop.roll();
        append(2);
        room.none.await();
        assertThat(told.durable).isEmpty();
        tight.full = false;
        told.awaitDurable(7);
        room.found.await();
        assertThat(room.usedBytes.get()).isEqualTo(7 * ENTRY.length);
    }

    @Test
    void stopsOnAFullDisk() throws Exception {
        assertThat(loop.close(10_000)).isTrue();
        var tight = new TightDisk(disk);
        log = TxnLog.open(tight, new TxnLog.Options(0, true, 4 << 20, 7), zxid);
        loop = new LogLoop(log, (entries, _) -> batches.add(entries), room, failures::add);
        loop.start(told);
        tight.full = true;
        append(2);
        room.none.await();
        assertThat(loop.close(10_000)).isTrue();
        assertThat(log.syncedZxid()).isZero();
    }

    private static final class CountingRoom implements LogLoop.Room {

        private final AtomicInteger usedBytes = new AtomicInteger();
        private final CountDownLatch none = new CountDownLatch(1);
        private final CountDownLatch found = new CountDownLatch(1);

        @Override
        public void used(int bytes) {
            usedBytes.addAndGet(bytes);
        }

        @Override
        public void none(IOException cause) {
            none.countDown();
        }

        @Override
        public void found() {
            found.countDown();
        }
    }

    private void append(int count) {
        for (int i = 0; i < count; i++) {
            loop.append(++zxid, ENTRY);
        }
        loop.wake();
    }

    /// What the node would hear.
    private static final class Told extends IdleInbox {

        private final BlockingQueue<Long> durable = new LinkedBlockingQueue<>();

        void awaitDurable(long zxid) throws InterruptedException {
            while (next() < zxid) {
                // Others became durable first.
            }
        }

        long next() throws InterruptedException {
            @Nullable Long zxid = durable.poll(30, TimeUnit.SECONDS);
            assertThat(zxid).as("zxid that became durable").isNotNull();
            return zxid;
        }

        @Override
        public void offer(Input input) {
            if (input instanceof Input.Durable(long zxid)) {
                durable.add(zxid);
            }
        }
    }
}
