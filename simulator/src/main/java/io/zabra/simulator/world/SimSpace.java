// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.simulator.world;

import io.zabra.core.node.Input;
import io.zabra.core.node.Input.Space;
import io.zabra.simulator.check.Violation;
import io.zabra.simulator.disk.SimDisk;
import io.zabra.wire.txn.CloseSessionTxn;
import io.zabra.wire.txn.CreateSessionTxn;
import io.zabra.wire.txn.Txn;
import java.io.IOException;

/// Watches the space on the disk for one process, with the product's marks, tells its node, and judges what the node
/// lets through.
final class SimSpace {

    static final long NEVER = -1;
    private static final long LOW_BYTES = 16_384;
    private static final long AMPLE_BYTES = 20_480;
    private static final int MEASURE_BYTES = 2_048;

    private final World world;
    private final SimServer process;
    private final SimDisk disk;
    private Space space = Space.AMPLE;
    private boolean starved;
    private long refusedUntilNs = NEVER;
    private int unmeasured;

    SimSpace(World world, SimServer process, SimDisk disk) {
        this.world = world;
        this.process = process;
        this.disk = disk;
    }

    boolean ample() {
        return space == Space.AMPLE;
    }

    /// Until when writes may have been refused.
    long refusedUntilNs() {
        return ample() ? refusedUntilNs : world.time().nowNs();
    }

    void used(int bytes) {
        unmeasured += bytes;
        if (unmeasured >= MEASURE_BYTES) {
            measure();
        }
    }

    /// The log waits for space, or has found some.
    void starved(boolean waits) {
        starved = waits;
        measure();
    }

    /// Whether so many bytes leave the log its space.
    boolean fits(long bytes) {
        return Space.leftForLog(disk.usableBytes() - bytes, LOW_BYTES);
    }

    /// Makes sure that so many bytes leave the log its space.
    void demand(long bytes) throws IOException {
        if (!fits(bytes)) {
            throw new IOException("it leaves too little space");
        }
    }

    /// Measures, and tells the node when a mark was passed.
    void measure() {
        unmeasured = 0;
        Space now = starved ? Space.FULL : space.after(disk.usableBytes(), LOW_BYTES, AMPLE_BYTES);
        if (now == space) {
            return;
        }
        if (space != Space.AMPLE) {
            refusedUntilNs = world.time().nowNs();
        }
        space = now;
        world.trace().add(world.time().nowNs(), "space", now.ordinal(), disk.usableBytes());
        world.oracle().count("space " + now);
        if (world.has(Mutant.SPACE_STAYS_SHORT) && now == Space.AMPLE) {
            return;
        }
        process.step(new Input.DiskSpace(world.has(Mutant.FULL_TOLD_AS_LOW) && now == Space.FULL ? Space.LOW : now));
    }

    /// Holds a proposal against what space there is.
    void check(Txn txn) {
        boolean session = txn instanceof CreateSessionTxn || txn instanceof CloseSessionTxn;
        if (space == Space.FULL || space == Space.LOW && !session) {
            throw new Violation(txn + " was proposed although the space is " + space);
        }
    }
}
