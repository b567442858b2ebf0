// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.server.report;

import io.zabra.core.zab.ZabEvent;
import io.zabra.server.observe.Events;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/// Turns what happens between the members of an ensemble into log lines. Any thread.
///
/// Who tries to reach a server that is down fails several times a second: the same trouble is told again after a while
/// only.
public final class EnsembleEvents implements Consumer<ZabEvent> {

    private static final long SILENCE_NS = 60_000_000_000L;
    private static final int PEERS_MAX = 256;

    private record Trouble(String reason, long atNs) {}

    private final Events events;
    private final LongSupplier nanoTime;
    private final Map<String, Trouble> troubles = new LinkedHashMap<>();

    public EnsembleEvents(Events events, LongSupplier nanoTime) {
        this.events = events;
        this.nanoTime = nanoTime;
    }

    @Override
    public void accept(ZabEvent event) {
        switch (event) {
            case ZabEvent.Looking looking -> events.info(looking);
            case ZabEvent.ReadOnly readOnly -> events.warn(readOnly);
            case ZabEvent.Elected elected -> events.info(elected);
            case ZabEvent.EpochBegun begun -> events.info(begun);
            case ZabEvent.LeadershipLost lost -> events.warn(lost);
            case ZabEvent.LearnerSynced synced -> events.info(synced);
            case ZabEvent.LaterEpoch later -> events.error(later);
            case ZabEvent.LearnerForgot forgot -> events.error(forgot);
            case ZabEvent.SameId same -> events.error(same);
            case ZabEvent.StillLooking looks -> events.warn(looks);
            case ZabEvent.WithoutVote without -> events.warn(without);
            case ZabEvent.ListsDiffer differ -> events.warn(differ);
            case ZabEvent.LearnerLost lost -> events.warn(lost);
            case ZabEvent.Following following -> events.info(following);
            case ZabEvent.LeaderLost lost -> events.warn(lost);
            case ZabEvent.Truncated truncated -> events.warn(truncated);
            case ZabEvent.HistoryGivenUp gone -> events.error(gone);
            case ZabEvent.SnapshotWanted wanted -> events.warn(wanted);
            case ZabEvent.Diverged diverged -> events.error(diverged);
            case ZabEvent.SnapshotInstalled installed -> events.info(installed);
            case ZabEvent.MembersChanged changed -> events.info(changed);
            case ZabEvent.HandsOver over -> events.info(over);
        }
    }

    /// A connection to another member came to nothing, or ended for what it sent.
    public void trouble(String remote, String reason) {
        long now = nanoTime.getAsLong();
        synchronized (troubles) {
            Trouble last = troubles.get(remote);
            if (last != null && last.reason().equals(reason) && now - last.atNs() < SILENCE_NS) {
                return;
            }
            if (troubles.size() >= PEERS_MAX) {
                troubles.clear();
            }
            troubles.put(remote, new Trouble(reason, now));
        }
        events.warn(new Notice.PeerTrouble(remote, reason));
    }
}
