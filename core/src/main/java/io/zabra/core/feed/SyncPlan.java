// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.feed;

import io.zabra.core.log.History;
import io.zabra.core.log.Zxid;

/// How a learner gets the history of its leader.
public sealed interface SyncPlan {

    /// Its last record is one of the leader's log: it gets what follows.
    record Diff(long fromZxid) implements SyncPlan {}

    /// It has records that the leader does not have, and that were never committed: they go, then it gets what follows.
    record Truncate(long toZxid) implements SyncPlan {}

    /// Nothing is known to be common, or the leader's log begins too late.
    record Snapshot() implements SyncPlan {}

    /// Chooses the way.
    ///
    /// A zxid stands for one transaction and for all that came before it, so a record that both logs have proves that
    /// they are the same up to it. Nothing else proves anything: in particular the beginning of an epoch, which is no
    /// record, says nothing about the history that its leader had.
    ///
    /// @param history of the leader
    /// @param peerLast the last record that the learner has on its disk
    /// @param truncates whether the learner can be trusted to truncate: Apache's keeps snapshots that hold what was cut
    static SyncPlan choose(History history, long peerLast, boolean truncates) {
        // A log on a disk does not show that nothing stands before its first record.
        if (history.contains(peerLast) && (peerLast > 0 || history.remembers(0))) {
            return new Diff(peerLast);
        }
        if (Zxid.counter(peerLast) == 0) {
            long before = history.lastNotAfter(peerLast);
            // Who has records of that epoch has the history that it began with: what stands before them.
            // A log that begins in the middle of that epoch does not tell what stands before it.
            boolean proven = before < peerLast && history.knows(Zxid.epoch(peerLast));
            return proven ? new Diff(before) : new Snapshot();
        }
        long common = history.lastNotAfter(peerLast);
        boolean sameEpoch = common < peerLast && Zxid.epoch(common) == Zxid.epoch(peerLast) && Zxid.counter(common) > 0;
        return sameEpoch && truncates ? new Truncate(common) : new Snapshot();
    }
}
