// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.simulator.world;

import io.zabra.core.base.Prng;
import io.zabra.core.node.Input;
import io.zabra.storage.Disk;
import io.zabra.storage.TxnLog;
import java.io.IOException;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/// The log thread of one process, made of events, with the product's log: writes all that waits, syncs once, tells the
/// node. On a full disk it waits, and tries again.
final class SimLog {

    private static final long MS = 1_000_000L;
    private static final long FULL_NS = 200 * MS;

    /// @param bytes null for the end of a file
    private record Entry(long zxid, byte @Nullable [] bytes) {}

    private final World world;
    private final SimServer process;
    private final Prng random;
    private final TxnLog log;
    private final SimSpace space;
    private final ArrayDeque<Entry> entries = new ArrayDeque<>();
    private final ArrayDeque<Entry> batch = new ArrayDeque<>();
    private long last;
    private int count;
    private boolean busy;
    private boolean starved;

    SimLog(World world, SimServer process, Prng random, TxnLog log, SimSpace space) {
        this.world = world;
        this.process = process;
        this.random = random;
        this.log = log;
        this.space = space;
    }

    void append(long zxid, byte[] bytes) {
        entries.add(new Entry(zxid, bytes));
    }

    void roll() {
        entries.add(new Entry(0, null));
    }

    boolean busy() {
        return busy;
    }

    /// Whether it waits for space.
    boolean starved() {
        return starved;
    }

    /// Begins to write within the time if something waits.
    void wake(long delayNsMax) {
        if (!entries.isEmpty() && !busy) {
            busy = true;
            process.later(1 + random.below((int) delayNsMax), this::begin);
        }
    }

    /// What is done when there is nothing to do.
    void settle() {
        if (entries.isEmpty() && !busy) {
            try {
                log.settle();
            } catch (IOException e) {
                process.fail(e);
            }
        }
    }

    private void begin() {
        batch.addAll(entries);
        entries.clear();
        count = batch.size();
        last = 0;
        for (Entry entry : batch) {
            last = Math.max(last, entry.zxid);
        }
        if (world.has(Mutant.ACKNOWLEDGED_BEFORE_WRITTEN)) {
            durable();
        }
        write();
    }

    private void write() {
        try {
            while (!batch.isEmpty()) {
                take(batch.element());
                batch.remove();
            }
            if (world.has(Mutant.ACKNOWLEDGED_BEFORE_SYNCED)) {
                durable();
            }
            log.sync();
        } catch (Disk.NoSpaceException e) {
            if (!world.has(Mutant.FULL_DISK_TAKEN_FOR_WRITTEN)) {
                starve(e);
                return;
            }
            batch.clear();
        } catch (IOException e) {
            if (!world.has(Mutant.ERROR_IGNORED)) {
                process.fail(e);
                return;
            }
            batch.clear();
        }
        if (starved) {
            starved = false;
            space.starved(false);
        }
        world.trace().add(world.time().nowNs(), "durable", last, count);
        busy = false;
        if (!world.has(Mutant.ACKNOWLEDGED_BEFORE_WRITTEN) && !world.has(Mutant.ACKNOWLEDGED_BEFORE_SYNCED)) {
            durable();
        }
        process.afterBatch();
    }

    private void take(Entry entry) throws IOException {
        byte[] bytes = entry.bytes;
        if (bytes == null) {
            log.roll();
        } else if (!world.has(Mutant.LAST_WRITE_DROPPED) || entry.zxid != last || random.chance(95)) {
            log.append(entry.zxid, bytes);
            space.used(bytes.length);
        }
    }

    private void durable() {
        if (last != 0) {
            process.step(new Input.Durable(last));
        }
    }

    private void starve(IOException cause) {
        if (!starved) {
            starved = true;
            world.trace().add(world.time().nowNs(), "no space", cause);
            world.oracle().count("log waits for space");
            space.starved(true);
        }
        if (!world.has(Mutant.FULL_DISK_NOT_TRIED_AGAIN)) {
            process.later(FULL_NS, this::write);
        }
    }
}
