// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.simulator.members;

import io.zabra.core.log.Entry;
import io.zabra.core.log.Epochs;
import io.zabra.core.log.History;
import io.zabra.core.log.Span;
import io.zabra.core.log.Zxid;
import io.zabra.simulator.world.Zxids;
import java.util.List;

/// What the simulation knows of one member's log and promises, whatever its process says: what it has taken, and what
/// of that its disk must have.
///
/// Entries are known by their zxids, as each zxid has one content. Not all orders of the core have reached the disk
/// yet: what the disk must keep is counted as if the ones that remove something had.
public final class Shelf {

    private final Zxids log = new Zxids();
    private long base;
    private long durable;
    /// Up to here others count on it, so everything must be there after a loss of power.
    private long solid;

    /// The same before the disk was lost: what was acknowledged then may still be under way.
    private final Zxids lostLog = new Zxids();

    private long lostBase;
    private long lostSolid;
    private long lostEpoch;

    /// Whether the disk has that the tree is wrong.
    private boolean suspect;

    /// Removals that the disk has not carried out yet.
    private int removals;

    private Epochs epochs = new Epochs(0, 0);
    private long installedEnd;
    /// What is on the disk before anything that is asked of it from now on.
    private long acceptedInTurn;

    /// The disk has lost what it had.
    public void lose() {
        lostEpoch = Math.max(lostEpoch, epochs.current());
        if (solid <= lostSolid) {
            return;
        }
        lostLog.clear();
        for (int i = 0; i < log.size(); i++) {
            lostLog.add(log.at(i));
        }
        lostBase = base;
        lostSolid = solid;
    }

    /// The process has started.
    public void recovered(History.Start start, Epochs found) {
        log.clear();
        removals = 0;
        suspect = start.suspect();
        base = start.base();
        for (Span span : start.spans()) {
            for (long zxid = span.first(); zxid <= span.last(); zxid++) {
                log.add(zxid);
            }
        }
        start.tail().forEach(entry -> log.add(entry.zxid()));
        durable = end(start.applied());
        solid = durable;
        epochs = found;
        acceptedInTurn = 0;
    }

    public void append(long zxid) {
        log.add(zxid);
    }

    public void truncate(long zxid) {
        removals++;
        log.cut(zxid);
        durable = Math.min(durable, zxid);
        solid = Math.min(solid, zxid);
    }

    /// A snapshot comes in the place of everything. Until it has, the old state or the new one is on the disk.
    public void install(long zxid, List<Entry> entries, Epochs entered) {
        removals++;
        acceptedInTurn = entered.accepted();
        log.clear();
        base = zxid;
        durable = Math.min(durable, zxid);
        solid = Math.min(solid, zxid);
        entries.forEach(entry -> log.add(entry.zxid()));
        installedEnd = end(zxid);
    }

    /// The disk has carried out a removal.
    public void removed() {
        removals--;
    }

    /// Whether all that was removed must be gone from the disk.
    public boolean tidy() {
        return removals == 0;
    }

    /// The disk has taken note that the tree is wrong.
    public void suspects() {
        suspect = true;
    }

    /// Whether it has, and has got no other one since.
    public boolean isSuspect() {
        return suspect;
    }

    public void installed(Epochs entered) {
        suspect = false;
        durable = installedEnd;
        entered(entered);
    }

    /// The disk has it all up to `zxid`.
    ///
    /// @param counts whether that counts at once, as it does for a leader
    public void durable(long zxid, boolean counts) {
        durable = zxid;
        if (counts) {
            vouch();
        }
    }

    /// Others may count from now on on what the disk has: what came before is not on trial any more.
    public void vouch() {
        solid = durable;
    }

    public void entered(Epochs entered) {
        epochs = entered;
    }

    /// The transaction behind which the log is whole.
    public long base() {
        return base;
    }

    public long durable() {
        return durable;
    }

    public long solid() {
        return solid;
    }

    /// The epoch that was accepted when the disk gets what comes next.
    public long acceptedInTurn() {
        return Math.max(epochs.accepted(), acceptedInTurn);
    }

    public Epochs epochs() {
        return epochs;
    }

    /// The last epoch that its disk has entered, or had when it was lost: others may have been told.
    public long lastEntered() {
        return Math.max(epochs.current(), lostEpoch);
    }

    /// Whether it has the record, or began behind it.
    public boolean holds(long zxid) {
        return zxid <= base || log.contains(zxid);
    }

    /// The last record, or where the log begins.
    public long end() {
        return end(base);
    }

    /// The records, in their order.
    public Zxids records() {
        return log;
    }

    /// Whether its disk does or did, and others may count on that.
    public boolean holdsSolidly(long zxid) {
        return zxid <= solid && holds(zxid) || zxid <= lostSolid && (zxid <= lostBase || lostLog.contains(zxid));
    }

    private long end(long otherwise) {
        return Math.max(otherwise, log.last());
    }

    @Override
    public String toString() {
        return Zxid.text(base) + " to " + (log.size() == 0 ? "-" : Zxid.text(log.last())) + ", on the disk "
                + Zxid.text(durable) + ", " + epochs;
    }
}
