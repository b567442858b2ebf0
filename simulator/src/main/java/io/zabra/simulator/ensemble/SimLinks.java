// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.simulator.ensemble;

import io.zabra.core.base.Prng;
import io.zabra.core.quorum.Masters;
import io.zabra.wire.quorum.Notification;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The connections of one server to others, through all lives of its process.
final class SimLinks {

    private static final long MS = Surroundings.MS;
    /// Behind this, who is gone without a word counts as gone.
    private static final int SILENCE_MS_MAX = 6_000;

    private final Surroundings world;
    private final Prng random;
    private final List<SimPipe> pipes = new ArrayList<>();
    private final SortedMap<Long, Long> voteAtNs = new TreeMap<>();
    private final SortedMap<Long, Notification> said = new TreeMap<>();
    private long attempt;
    private @Nullable SimPipe toMaster;
    private final Masters masters;

    SimLinks(Surroundings world, Prng random) {
        this.world = world;
        this.random = random;
        Surroundings.Masters custom = world.customs().masters();
        this.masters = new Masters(custom == null ? 0 : custom.pauseMsMax(), random::below);
    }

    /// The time at which a vote arrives that takes `delayNs`: not before those that were sent earlier, unless it is
    /// much too late.
    long voteAtNs(long to, long delayNs) {
        long before = voteAtNs.getOrDefault(to, 0L);
        long at = world.time().nowNs() + delayNs;
        if (delayNs < 100 * MS) {
            voteAtNs.put(to, Math.max(before, at));
            return before;
        }
        return at;
    }

    /// Notes what another server is told in an election.
    void said(long to, Notification notification) {
        said.put(to, notification);
    }

    /// What it was told last.
    Notification lastSaid(long to) {
        return Objects.requireNonNull(said.get(to));
    }

    void add(SimPipe pipe) {
        pipes.removeIf(each -> !each.isOpen());
        pipes.add(pipe);
    }

    /// One connection to another server, if there is any.
    @Nullable
    SimPipe any() {
        pipes.removeIf(each -> !each.isOpen());
        return pipes.isEmpty() ? null : pipes.get(random.below(pipes.size()));
    }

    /// Whether there is a later connection to the same server.
    boolean hasLater(SimPipe than) {
        int at = pipes.indexOf(than);
        return pipes.stream()
                .skip(at + 1)
                .anyMatch(each ->
                        each.isOpen() && each.far().owner() == than.far().owner());
    }

    /// Begins to connect to a leader; an earlier attempt does not count any more.
    long nextAttempt() {
        return ++attempt;
    }

    /// The followers that an observer tries.
    Masters masters() {
        return masters;
    }

    /// It learns over this connection from now on.
    void learnsBy(SimPipe pipe) {
        toMaster = pipe;
    }

    /// Whether it learns from this server.
    boolean learnsFrom(SimMember master) {
        return toMaster != null && toMaster.isOpen() && toMaster.far().owner() == master;
    }

    boolean isLatest(long ofAttempt) {
        return ofAttempt == attempt;
    }

    /// The process ends, and its machine tells all others now.
    void hangUp() {
        pipes.forEach(pipe -> pipe.abandon(true));
        pipes.clear();
    }

    /// The process is gone: others notice it now, or only by the silence.
    void abandon() {
        for (SimPipe pipe : List.copyOf(pipes)) {
            if (random.chance(60)) {
                pipe.abandon(true);
            } else {
                pipe.abandon(false);
                world.time().after(random.below(SILENCE_MS_MAX) * MS, pipe::reset);
            }
        }
        pipes.clear();
    }
}
