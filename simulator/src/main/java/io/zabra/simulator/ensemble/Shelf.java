// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.simulator.ensemble;

import io.zabra.core.log.Entry;
import io.zabra.core.log.Epochs;
import io.zabra.core.log.History;
import io.zabra.core.log.Span;
import io.zabra.core.log.Zxid;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;

/// What the simulation knows of one member's log and promises, whatever its process says: what it has taken, and what
/// of that its disk must have.
///
/// Entries are known by their zxids, as each zxid has one content. Not all orders of the core have reached the disk
/// yet: what the disk must keep is counted as if the ones that remove something had.
final class Shelf {

    private final NavigableSet<Long> log = new TreeSet<>();
    private long base;
    private long durable;
    /// Up to here everything must be there after a loss of power.
    private long solid;

    private Epochs epochs = new Epochs(0, 0);
    private long installedEnd;

    /// The process has started.
    void recovered(History.Start start, Epochs found) {
        log.clear();
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
    }

    void append(long zxid) {
        log.add(zxid);
    }

    void truncate(long zxid) {
        log.tailSet(zxid, false).clear();
        durable = Math.min(durable, zxid);
        solid = Math.min(solid, zxid);
    }

    /// A snapshot comes in the place of everything. Until it has, the old state or the new one is on the disk.
    void install(long zxid, List<Entry> entries) {
        log.clear();
        base = zxid;
        durable = Math.min(durable, zxid);
        solid = Math.min(solid, zxid);
        entries.forEach(entry -> log.add(entry.zxid()));
        installedEnd = end(zxid);
    }

    void installed(Epochs entered) {
        durable = installedEnd;
        entered(entered);
    }

    void durable(long zxid) {
        durable = zxid;
        if (epochs.current() == epochs.accepted()) {
            solid = zxid;
        }
    }

    void entered(Epochs entered) {
        epochs = entered;
        if (epochs.current() == epochs.accepted()) {
            solid = durable;
        }
    }

    /// The transaction behind which the log is whole.
    long base() {
        return base;
    }

    long durable() {
        return durable;
    }

    long solid() {
        return solid;
    }

    Epochs epochs() {
        return epochs;
    }

    /// Whether it has the record, or began behind it.
    boolean holds(long zxid) {
        return zxid <= base || log.contains(zxid);
    }

    /// The records behind one and up to another, in their order.
    List<Long> between(long after, long last) {
        return List.copyOf(log.subSet(after, false, last, true));
    }

    /// Whether its disk does.
    boolean holdsDurably(long zxid) {
        return zxid <= durable && holds(zxid);
    }

    private long end(long otherwise) {
        return log.isEmpty() ? otherwise : Math.max(otherwise, log.last());
    }

    @Override
    public String toString() {
        return Zxid.text(base) + " to " + (log.isEmpty() ? "-" : Zxid.text(log.last())) + ", on the disk "
                + Zxid.text(durable) + ", " + epochs;
    }
}
