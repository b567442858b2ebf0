// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.election;

import io.zabra.core.base.Prng;
import io.zabra.core.quorum.Membership;
import io.zabra.wire.quorum.Notification;
import io.zabra.wire.quorum.PeerState;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// An ensemble that elects leaders in virtual time: first with faults, when nothing wrong may happen, then in health,
/// when the right thing must happen soon. Everything is drawn from one seed.
final class ElectionSim {

    /// How long after the faults all must follow one leader.
    static final long HEALED_MS_MAX = 5_000;

    private record Moment(long atMs, long order, Runnable action) {}

    /// A vote in a round.
    private record Cast(long round, Vote vote) {}

    /// How a run ended.
    ///
    /// @param failure what was wrong; null if nothing was
    /// @param healedMs time from the end of the faults until all followed one leader
    record Life(
            long seed, @Nullable String failure, long hash, long healedMs, long decisions, long epochs, long lost) {}

    final SimNet net;
    final Membership membership;
    private final long seed;
    private final Prng random;
    private final List<SimServer> servers = new ArrayList<>();
    private final PriorityQueue<Moment> moments = new PriorityQueue<>(
            (a, b) -> a.atMs != b.atMs ? Long.compare(a.atMs, b.atMs) : Long.compare(a.order, b.order));
    private final TreeMap<String, TreeSet<Long>> casts = new TreeMap<>();
    private final TreeSet<Long> everLed = new TreeSet<>();
    private final int voters;
    private Vote committed = Vote.NONE;
    private boolean faults = true;
    private long nowMs = 1_000;
    private long order;
    private long hash = 0xcbf29ce484222325L;
    private long decisions;
    private long epochs;
    private @Nullable String failure;

    ElectionSim(long seed, Planted planted) {
        this.seed = seed;
        random = new Prng(seed);
        voters = 3 + 2 * random.below(3);
        int observers = random.below(3);
        net = new SimNet(this, random.fork(), voters + observers);
        membership = membership(observers);
        long epoch = random.below(3);
        for (long sid = 1; sid <= voters + observers; sid++) {
            SimServer server = new SimServer(this, sid, planted, membership);
            server.epoch = epoch - (epoch > 0 && random.chance(20) ? 1 : 0);
            server.acceptedEpoch = server.epoch;
            server.zxid = (server.epoch << 32) + (server.epoch == 0 ? 0 : random.below(4));
            servers.add(server);
        }
    }

    /// In every fourth life, one of the voters has no weight.
    private Membership membership(int observers) {
        StringBuilder text = new StringBuilder();
        StringBuilder group = new StringBuilder("group.1");
        for (int sid = 1; sid <= voters + observers; sid++) {
            text.append(Stage.server(sid, sid > voters ? "observer" : "participant"));
            group.append(sid > voters ? "" : (sid == 1 ? "=" : ":") + sid);
        }
        if (random.chance(25)) {
            text.append(group)
                    .append("\nweight.")
                    .append(1 + random.below(voters))
                    .append("=0\n");
        }
        return Membership.parse(text.toString());
    }

    static Life run(long seed, Planted planted) {
        return new ElectionSim(seed, planted).live();
    }

    private Life live() {
        servers.forEach(server -> after(random.below(300), server::start));
        net.heal();
        long faultsMs = random.below(10_000);
        disturb(nowMs + faultsMs);
        until(nowMs + faultsMs, false);
        faults = false;
        net.heal();
        servers.stream().filter(server -> !server.up()).forEach(SimServer::start);
        servers.forEach(server -> server.pause(0));
        long healedAtMs = nowMs;
        until(nowMs + HEALED_MS_MAX, true);
        if (failure == null && !united()) {
            failure = "after " + HEALED_MS_MAX + " ms in health not all follow one leader: " + states();
        }
        return new Life(seed, failure, hash, nowMs - healedAtMs, decisions, epochs, net.lost);
    }

    /// One election in health from a standing start, all servers up: the time until all have decided.
    static long healthyElectionMs(long seed) {
        ElectionSim sim = new ElectionSim(seed, Planted.NONE);
        sim.faults = false;
        sim.servers.forEach(SimServer::start);
        sim.net.heal();
        long beganMs = sim.nowMs;
        sim.until(sim.nowMs + HEALED_MS_MAX, true);
        return sim.united() ? sim.nowMs - beganMs : Long.MAX_VALUE;
    }

    private void until(long endMs, boolean untilUnited) {
        while (failure == null && !(untilUnited && united())) {
            Moment moment = moments.peek();
            if (moment == null || moment.atMs > endMs) {
                nowMs = endMs;
                return;
            }
            moments.remove();
            nowMs = moment.atMs;
            moment.action.run();
        }
    }

    private void disturb(long endMs) {
        if (nowMs >= endMs) {
            return;
        }
        after(1 + random.below(700), () -> {
            if (faults) {
                fault();
                disturb(endMs);
            }
        });
    }

    private void fault() {
        SimServer victim = server(1 + random.below(size()));
        SimServer other = server(1 + random.below(size()));
        int kind = random.below(4);
        trace(victim.sid, 1, kind);
        switch (kind) {
            case 0 -> {
                if (victim.up()) {
                    victim.crash();
                    after(random.below(1_500), () -> {
                        if (!victim.up()) {
                            victim.start();
                        }
                    });
                }
            }
            case 1 -> victim.pause(random.below(1_200));
            default -> {
                if (victim != other) {
                    net.cut(victim.sid, other.sid, random.below(2_000));
                }
            }
        }
    }

    int size() {
        return servers.size();
    }

    SimServer server(long sid) {
        return servers.get((int) sid - 1);
    }

    long nowMs() {
        return nowMs;
    }

    void after(long delayMs, Runnable action) {
        at(nowMs + delayMs, action);
    }

    void at(long atMs, Runnable action) {
        moments.add(new Moment(Math.max(atMs, nowMs), order++, action));
    }

    void trace(long sid, long what, long detail) {
        for (long part : new long[] {nowMs, sid, what, detail}) {
            hash = (hash ^ part) * 0x100000001b3L;
            hash ^= hash >>> 29;
        }
    }

    private void fail(String what) {
        if (failure == null) {
            failure = "at " + nowMs + " ms: " + what;
        }
    }

    /// A server voted, or said whom it follows.
    void cast(SimServer by, Notification n) {
        trace(by.sid, 2, n.leader() * 31 + n.electionEpoch());
        if (!membership.isVoter(by.sid)) {
            return;
        }
        Vote vote = new Vote(n.leader(), n.zxid(), n.peerEpoch());
        if (vote.leader() == by.sid && vote.compareTo(by.history()) > 0) {
            fail("server " + by.sid + " claims a history that it does not have");
        }
        if (n.state() == PeerState.LOOKING && vote.compareTo(by.history()) < 0 && membership.weight(by.sid) > 0) {
            fail("server " + by.sid + " votes for a worse history than its own");
        }
        casts.computeIfAbsent(new Cast(n.electionEpoch(), vote).toString(), _ -> new TreeSet<>())
                .add(by.sid);
    }

    /// A server has its result.
    void decided(SimServer by, Vote vote) {
        decisions++;
        trace(by.sid, 3, vote.leader());
        Election election = by.election;
        if (election == null) {
            fail("a dead server decides");
            return;
        }
        TreeSet<Long> votersFor = casts.getOrDefault(new Cast(election.round(), vote).toString(), new TreeSet<>());
        boolean elected = membership.isQuorum(votersFor::contains);
        if (by.state() == PeerState.LEADING) {
            everLed.add(by.sid);
            if (!elected || membership.weight(by.sid) == 0) {
                fail("server " + by.sid + " leads without the votes of a quorum");
            }
        } else if (!elected && !everLed.contains(vote.leader())) {
            fail("server " + by.sid + " follows " + vote.leader() + ", which was never elected");
        }
    }

    /// A leader has a quorum: it opens its epoch, completes the histories of its followers, and perhaps writes.
    void established(SimServer leader) {
        if (!leader.established) {
            if (committed.peerEpoch() > leader.epoch
                    || committed.peerEpoch() == leader.epoch && committed.zxid() > leader.zxid) {
                fail("leader " + leader.sid + " lacks what was committed");
            }
            long epoch = membership.voters().stream()
                            .filter(leader::ledByThis)
                            .mapToLong(sid -> server(sid).acceptedEpoch)
                            .max()
                            .orElse(0)
                    + 1;
            List<Long> quorum =
                    membership.voters().stream().filter(leader::ledByThis).toList();
            quorum.forEach(sid -> server(sid).follow(leader, epoch));
            epochs++;
            trace(leader.sid, 4, epoch);
        } else {
            membership.voters().stream()
                    .filter(leader::ledByThis)
                    .filter(sid -> !server(sid).established)
                    .forEach(sid -> server(sid).follow(leader, leader.epoch));
        }
        if (random.chance(30)) {
            write(leader);
        }
    }

    private void write(SimServer leader) {
        boolean allSync = random.chance(60);
        long zxid = Math.max(leader.zxid, leader.epoch << 32) + 1;
        for (long sid : membership.voters()) {
            SimServer server = server(sid);
            if (leader.ledByThis(sid) && server.established && server.epoch == leader.epoch) {
                server.tail = zxid;
                server.zxid = allSync || random.chance(40) ? zxid : server.zxid;
            }
        }
        long written = zxid;
        long epoch = leader.epoch;
        if (membership.isQuorum(sid -> server(sid).epoch == epoch && server(sid).zxid == written)) {
            committed = new Vote(leader.sid, written, epoch);
        }
    }

    /// Whether all follow one leader that can open an epoch.
    private boolean united() {
        List<SimServer> leaders = servers.stream()
                .filter(server -> server.state() == PeerState.LEADING)
                .toList();
        if (leaders.size() != 1) {
            return false;
        }
        long leader = leaders.getFirst().sid;
        return servers.stream().allMatch(server -> server.sid == leader || united(server, leader));
    }

    private String states() {
        StringBuilder text = new StringBuilder();
        for (SimServer server : servers) {
            Election election = server.election;
            if (election != null) {
                text.append(server.sid).append(' ').append(election.state()).append(' ');
                text.append(Stage.text(election.vote()))
                        .append(" r")
                        .append(election.round())
                        .append("; ");
            }
        }
        return text + membership.text().replaceAll("server[^\\n]*\\n", "");
    }

    private boolean united(SimServer server, long leader) {
        PeerState wanted = membership.isVoter(server.sid) ? PeerState.FOLLOWING : PeerState.OBSERVING;
        Election election = server.election;
        return election != null && election.state() == wanted && election.vote().leader() == leader;
    }
}
