// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.simulator.ensemble;

import io.zabra.core.base.Prng;
import io.zabra.core.quorum.Masters;
import io.zabra.simulator.links.VotingLinks;
import io.zabra.wire.WireWriter;
import io.zabra.wire.quorum.Notification;
import io.zabra.wire.quorum.QuorumPacket;
import java.util.Set;
import java.util.TreeSet;

/// The network between the members: each way between two of them can be cut on its own. Votes can be lost, late and
/// doubled; connections keep their order.
final class SimNetwork {

    private static final long MS = Surroundings.MS;

    private static final int REPEATED_MS_MAX = 5_000;

    /// One way from one member to another.
    private record Way(long from, long to) implements Comparable<Way> {
        @Override
        public int compareTo(Way other) {
            int byFrom = Long.compare(from, other.from);
            return byFrom != 0 ? byFrom : Long.compare(to, other.to);
        }
    }

    /// An attempt to reach a leader.
    ///
    /// @param to the leader, or a follower of it
    /// @param behind whether by the port for observers
    private record Attempt(long number, long leader, long to, boolean behind) {}

    private final Surroundings world;
    private final Prng random;
    /// For what happens to bytes.
    private final Prng own;
    /// How often a packet arrives in two pieces.
    private final int splitPercent;
    private final WireWriter out = new WireWriter();
    private final Set<Way> cut = new TreeSet<>();
    private int delayMsMax = 5;
    private int lossPercent;

    SimNetwork(Surroundings world, Prng random) {
        this.world = world;
        this.random = random;
        this.own = random.fork();
        this.splitPercent = own.below(10);
    }

    /// Sets how long things take at most, and how many votes are lost.
    void quality(int newDelayMsMax, int newLossPercent) {
        delayMsMax = newDelayMsMax;
        lossPercent = newLossPercent;
    }

    /// How many votes are lost, of which each goes on its own.
    int lossPercent() {
        return lossPercent;
    }

    void cut(SimMember from, SimMember to) {
        world.tell("cut", from.sid() + " to " + to.sid());
        world.count("way cut");
        cut.add(new Way(from.sid(), to.sid()));
    }

    /// Both ways between two are open again.
    void heal(SimMember one, SimMember other) {
        cut.remove(new Way(one.sid(), other.sid()));
        cut.remove(new Way(other.sid(), one.sid()));
    }

    /// All ways are open again.
    void heal() {
        cut.clear();
    }

    boolean isCut(SimMember from, SimMember to) {
        return cut.contains(new Way(from.sid(), to.sid()));
    }

    long delayNs() {
        return 20_000L + random.below(delayMsMax) * MS + random.below(1_000_000);
    }

    /// For what happens to bytes under way.
    Prng own() {
        return own;
    }

    /// A packet as it goes over the network.
    byte[] encoded(QuorumPacket packet) {
        out.reset();
        packet.write(out);
        return out.toByteArray();
    }

    /// Whether what arrives now comes in two pieces.
    boolean splits() {
        return own.chance(splitPercent);
    }

    /// How much later than the first piece the second one comes.
    long splitNs() {
        return 1L + own.below(own.chance(90) ? 1_000_000 : (int) (100 * MS));
    }

    /// How long it may take from one piece of a snapshot to the next.
    int snapshotPauseMs() {
        return own.chance(90) || world.isCalm() ? 50 : 500;
    }

    /// What begins now should be interrupted often.
    void endanger(SimPipe pipe) {
        if (!world.isCalm() && random.chance(10)) {
            world.time().after(delayNs() + delayNs(), pipe::reset);
        }
    }

    /// Says something to another member in an election: over their connection, where there are such.
    void say(SimMember from, long to, Notification notification) {
        VotingLinks votes = from.votes();
        if (votes == null) {
            elect(from, to, notification);
        } else {
            votes.send(to, notification);
        }
    }

    /// Sends a vote. Servers of Apache's say their last one again when a connection is made anew, late as it may be.
    private void elect(SimMember from, long to, Notification notification) {
        from.links().said(to, notification);
        deliver(from, to, notification);
        if (from.apache() && own.chance(10)) {
            long life = from.life();
            world.unlessCalm(own.below(REPEATED_MS_MAX) * MS, () -> {
                if (from.life() == life) {
                    world.count("vote said again");
                    deliver(from, to, from.links().lastSaid(to));
                }
            });
        }
    }

    private void deliver(SimMember from, long to, Notification notification) {
        SimMember target = world.member(to);
        int copies = random.chance(lossPercent) ? 0 : random.chance(lossPercent) ? 2 : 1;
        for (int i = 0; i < copies; i++) {
            // Now and then it lies in a connection that is broken already, and comes behind what was said later.
            long delayNs = random.chance(lossPercent) ? delayNs() + random.below(1_000) * MS : delayNs();
            world.time()
                    .at(Math.max(world.time().nowNs() + delayNs, from.links().voteAtNs(to, delayNs)), () -> {
                        if (!isCut(from, target)) {
                            target.arrive(() -> world.interference().votes(target, from.sid(), notification));
                        }
                    });
        }
    }

    /// Connects a member to the one that it takes for its leader, if there is such a server, or to a follower of it.
    void dial(SimMember from, long leader) {
        long attempt = from.links().nextAttempt();
        if (world.customs().masters() == null || !from.roster().observes()) {
            dial(from, new Attempt(attempt, leader, leader, false));
            return;
        }
        Masters.Next next = from.links().masters().next(from.roster().members().committed(), leader);
        if (next.leads()) {
            world.count("observer tries the leader");
        }
        Attempt made = new Attempt(attempt, leader, next.sid(), !next.leads());
        long life = from.life();
        world.time().after(next.pauseMs() * MS, () -> from.arrive(life, () -> dial(from, made)));
    }

    private void dial(SimMember from, Attempt attempt) {
        SimMember target = world.members().get(attempt.to);
        long life = from.life();
        world.time().after(delayNs(), () -> {
            boolean blocked = target != null && (isCut(from, target) || isCut(target, from));
            if (target == null || blocked || !target.admits(attempt.behind)) {
                long waitNs = blocked ? 1_000 * MS : delayNs();
                world.time()
                        .after(waitNs, () -> from.arrive(life, () -> from.unreachable(attempt.number, attempt.leader)));
                return;
            }
            SimPipe[] ends = SimPipe.pair(world, from, target, attempt.behind);
            target.arrive(target.life(), () -> target.connected(ends[1]));
            world.time().after(delayNs(), () -> from.arrive(life, () -> from.dialled(attempt.number, ends[0])));
        });
    }
}
