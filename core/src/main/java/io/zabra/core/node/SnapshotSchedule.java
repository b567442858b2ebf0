// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.node;

import io.zabra.core.base.NodeConfig;
import io.zabra.core.base.Prng;
import io.zabra.core.effect.Event;
import io.zabra.core.effect.Step;
import io.zabra.core.log.History;
import io.zabra.core.tree.FrozenTree;
import java.util.TreeMap;

/// Decides when a snapshot is due: after a number of transactions or bytes of log, each with a jitter, so that the
/// members of an ensemble do not take theirs at the same time. One at a time.
final class SnapshotSchedule {

    private final NodeState state;
    private final History history;
    private final NodeConfig.Snapshots limits;
    private final Prng random;
    private long countBefore;
    private long bytesBefore;
    private int transactionsMax;
    private long bytesMax;
    private boolean running;
    private long lastZxid;

    /// @param lastZxid the transaction up to which there is a snapshot already
    SnapshotSchedule(NodeState state, History history, Prng random, long lastZxid) {
        this.state = state;
        this.history = history;
        this.countBefore = history.appendedCount();
        this.bytesBefore = history.appendedBytes();
        this.limits = state.config().snapshots();
        this.random = random;
        this.lastZxid = lastZxid;
        draw();
    }

    /// Starts a snapshot when one is due.
    void poll(Step step) {
        boolean due = history.appendedCount() - countBefore > transactionsMax
                || limits.logBytes() > 0 && history.appendedBytes() - bytesBefore > bytesMax;
        if (due && !running && state.lastApplied() > lastZxid) {
            start(step);
        }
    }

    /// Starts a snapshot if it can hold anything new.
    void want(Step step) {
        if (state.lastApplied() > lastZxid) {
            start(step);
        }
    }

    /// Starts a snapshot now, unless one is being written.
    void start(Step step) {
        if (running) {
            return;
        }
        running = true;
        lastZxid = state.lastApplied();
        countBefore = history.appendedCount();
        bytesBefore = history.appendedBytes();
        draw();
        FrozenTree frozen = state.tree().freeze();
        step.out().roll();
        step.out().event(new Event.SnapshotStarted(lastZxid, state.tree().nodeCount()));
        step.out().snapshot(frozen, new TreeMap<>(state.sessions().established()));
    }

    void done() {
        running = false;
    }

    private void draw() {
        int half = Math.max(1, limits.count() / 2);
        transactionsMax = half + random.below(half);
        long halfBytes = Math.max(1, limits.logBytes() / 2);
        bytesMax = halfBytes + Long.remainderUnsigned(random.next(), halfBytes);
    }
}
