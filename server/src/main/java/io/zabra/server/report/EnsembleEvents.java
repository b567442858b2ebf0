// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.server.report;

import io.zabra.core.feed.SyncPlan;
import io.zabra.core.zab.ZabEvent;
import io.zabra.server.observe.Events;
import io.zabra.server.observe.Metrics;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Turns what happens between the members of an ensemble into log lines. Any thread.
///
/// Who tries to reach a server that is down fails several times a second: the same trouble is told again after a while
/// only.
public final class EnsembleEvents implements Consumer<ZabEvent> {

    private static final long SILENCE_NS = 60_000_000_000L;
    private static final int PEERS_MAX = 256;

    /// Members start one after the other: for so long it is nothing strange that others cannot be reached.
    private static final long START_NS = 10_000_000_000L;

    private record Trouble(String reason, long atNs) {}

    private final Events events;
    private final Metrics metrics;
    private final LongSupplier nanoTime;
    private final long begunNs;
    /// Since when there has been no leader, and since when it is looked for.
    private long withoutNs;

    private long looksNs;
    private final Map<String, Trouble> troubles = new LinkedHashMap<>();
    private @Nullable Long strangerToldNs;

    public EnsembleEvents(Events events, Metrics metrics, LongSupplier nanoTime) {
        this.events = events;
        this.metrics = metrics;
        this.nanoTime = nanoTime;
        this.begunNs = nanoTime.getAsLong();
        this.withoutNs = begunNs;
        this.looksNs = begunNs;
    }

    /// Counts what Apache's servers count. Owner of the node.
    private void count(ZabEvent event) {
        long now = nanoTime.getAsLong();
        switch (event) {
            case ZabEvent.Looking _ -> {
                looksNs = now;
                metrics.counter("looking_count").increment();
            }
            case ZabEvent.Elected _ ->
                metrics.summary("election_time").add(TimeUnit.NANOSECONDS.toMillis(now - looksNs));
            case ZabEvent.EpochBegun _, ZabEvent.Following _ ->
                metrics.summary("unavailable_time").add(TimeUnit.NANOSECONDS.toMillis(now - withoutNs));
            case ZabEvent.LeadershipLost _, ZabEvent.LeaderLost _, ZabEvent.LeaderHandsOver _ -> {
                withoutNs = now;
                // A change of the members may have named the next leader already: nobody looks for one then.
                looksNs = now;
            }
            case ZabEvent.LearnerSynced(long _, boolean _, SyncPlan way) ->
                metrics.counter(way instanceof SyncPlan.Snapshot ? "snap_count" : "diff_count")
                        .increment();
            default -> {
                // Nobody counts these.
            }
        }
    }

    @Override
    public void accept(ZabEvent event) {
        count(event);
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
            case ZabEvent.LearnerLost lost when lost.sid() < 0 -> strangerLost(lost);
            case ZabEvent.LearnerLost lost -> events.warn(lost);
            case ZabEvent.Following following -> events.info(following);
            case ZabEvent.LeaderLost lost -> events.warn(lost);
            case ZabEvent.Truncated truncated -> events.warn(truncated);
            case ZabEvent.LeaderRefused refused -> events.error(refused);
            case ZabEvent.HistoryGivenUp gone -> events.error(gone);
            case ZabEvent.SnapshotWanted wanted -> events.warn(wanted);
            case ZabEvent.Diverged diverged -> events.error(diverged);
            case ZabEvent.SnapshotInstalled installed -> events.info(installed);
            case ZabEvent.MembersChanged changed -> events.info(changed);
            case ZabEvent.MembersIgnored ignored -> events.error(ignored);
            case ZabEvent.HandsOver over -> events.info(over);
            case ZabEvent.LeaderHandsOver over -> events.info(over);
            case ZabEvent.HandOverFailed failed -> events.warn(failed);
        }
    }

    /// The members have changed since the list in the configuration was written: it has no effect.
    ///
    /// @param listed the servers in that list
    /// @param members those that are, as this server's record has them
    public void listOverridden(String listed, String members) {
        events.warn(new Notice.ListOverridden(listed, members));
    }

    /// Somebody has not even said which server it is: there may be many of that kind.
    private void strangerLost(ZabEvent.LearnerLost lost) {
        long now = nanoTime.getAsLong();
        synchronized (troubles) {
            if (strangerToldNs != null && now - strangerToldNs < SILENCE_NS) {
                return;
            }
            strangerToldNs = now;
        }
        events.warn(lost);
    }

    /// Learners cannot connect to this server, so that it cannot lead.
    public void quorumPortTaken(String address, String cause) {
        events.error(new Notice.QuorumPortTaken(address, cause));
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
        var trouble = new Notice.PeerTrouble(remote, reason);
        if (now - begunNs < START_NS) {
            events.info(trouble);
        } else {
            events.warn(trouble);
        }
    }
}
