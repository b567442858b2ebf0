// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.simulator.ensemble;

import io.zabra.core.base.Prng;
import io.zabra.simulator.disk.DiskFaults;
import io.zabra.simulator.links.VotingLinks;
import java.util.List;

/// The faults that strike members from outside, now and then, as long as it is not calm.
final class Strikes {

    private static final long MS = Surroundings.MS;
    private static final int HAND_OVER_MS_MAX = 30_000;
    /// How long a new leader is waited for, to be told to let another one lead.
    private static final long HEIR_NS = 3_000 * MS;
    private static final int MASTER_MS_MAX = 20_000;
    private static final int LINKS_MS_MAX = 8_000;
    private static final int PORT_MS_MAX = 15_000;
    private static final int STALL_MS_MAX = 10_000;
    private static final int STALLED_MS_MAX = 5_000;
    private static final int DISK_MS_MAX = 30_000;
    private static final int STANDS_MS_MAX = 10_000;

    private final Surroundings world;
    private final Prng random;
    /// For what was added later: so the faults of a seed stay as they were.
    private final Prng more;

    private final Prng heirs;
    private final int everyMs;

    Strikes(Surroundings world, Prng random, Prng more, Prng heirs) {
        this.world = world;
        this.random = random;
        this.more = more;
        this.heirs = heirs;
        this.everyMs = 500 + random.below(6_000);
    }

    void begin() {
        quality();
        world.time().after(random.below(2 * everyMs) * MS, this::strike);
        if (world.customs().handsOver()) {
            handOverLater();
        }
        if (world.customs().links().votes() || world.customs().links().ports()) {
            Prng own = more.fork();
            world.time().after(own.below(LINKS_MS_MAX) * MS, () -> strikeLinks(own));
        }
        Prng network = more.fork();
        if (network.chance(50)) {
            world.time().after(network.below(STALL_MS_MAX) * MS, () -> stall(network));
        }
        Prng disks = more.fork();
        world.time().after(disks.below(DISK_MS_MAX) * MS, () -> strikeDisk(disks));
        if (world.customs().masters() != null) {
            Prng own = more.fork();
            world.time().after(own.below(MASTER_MS_MAX) * MS, () -> strikeMaster(own));
        }
    }

    /// Strikes the network layer of somebody.
    private void strikeLinks(Prng own) {
        if (world.isCalm()) {
            return;
        }
        List<SimMember> all = List.copyOf(world.members().values());
        SimMember member = all.get(own.below(all.size()));
        VotingLinks votes = member.votes();
        if (votes != null && own.chance(60)) {
            world.count(votes.breakOne() ? "election connection broken" : "no election connection");
        } else if (world.customs().links().ports()) {
            member.takePort(own.below(PORT_MS_MAX) * MS);
        }
        world.time().after(own.below(LINKS_MS_MAX) * MS, () -> strikeLinks(own));
    }

    /// Strikes a follower that serves observers, if there is one.
    private void strikeMaster(Prng own) {
        if (world.isCalm()) {
            return;
        }
        List<SimMember> masters = world.members().values().stream()
                .filter(each -> each.up() && each.ensemble().guests() > 0)
                .toList();
        if (!masters.isEmpty()) {
            SimMember master = masters.get(own.below(masters.size()));
            world.count("follower with observers struck");
            switch (own.below(5)) {
                case 0 -> master.die(own.chance(50));
                case 1 -> master.pause(own.below(3_000) * MS);
                case 2 -> isolate(master);
                case 3 -> master.slowDisk((1 + own.below(600)) * MS);
                default -> reset(master);
            }
        }
        world.time().after(own.below(MASTER_MS_MAX) * MS, () -> strikeMaster(own));
    }

    /// One connection comes to a halt, in one direction: its ends give it up, and what is under way there arrives while
    /// they use another one.
    private void stall(Prng own) {
        if (world.isCalm()) {
            return;
        }
        SimPipe pipe = world.anyMember().links().any();
        if (pipe != null) {
            world.count("connection stalled");
            (own.chance(50) ? pipe : pipe.far()).stall(own.below(STALLED_MS_MAX) * MS);
        }
        world.time().after(own.below(STALL_MS_MAX) * MS, () -> stall(own));
    }

    /// A disk goes bad where it is in use, or stands still.
    private void strikeDisk(Prng own) {
        if (world.isCalm()) {
            return;
        }
        SimMember member = world.anyMember();
        if (own.chance(30)) {
            member.stopDisk(own.below(STANDS_MS_MAX) * MS);
        } else if (isExpendable(member)) {
            member.damage(own);
        }
        world.time().after(own.below(DISK_MS_MAX) * MS, () -> strikeDisk(own));
    }

    private void handOverLater() {
        world.time().after(more.below(HAND_OVER_MS_MAX) * MS, this::handOver);
    }

    /// The leader is told to let another one lead; now and then somebody is who does not lead.
    private void handOver() {
        if (world.isCalm()) {
            return;
        }
        List<SimMember> all = List.copyOf(world.members().values());
        SimMember any = all.get(more.below(all.size()));
        SimMember told = more.chance(80)
                ? all.stream().filter(SimMember::leads).findFirst().orElse(any)
                : any;
        told.handOver();
        if (heirs.chance(50)) {
            strikeHeir(told, world.time().nowNs() + HEIR_NS);
        }
        handOverLater();
    }

    /// Who leads in the place of another one is told the same at once, and is killed on the way.
    private void strikeHeir(SimMember before, long untilNs) {
        SimMember heir = world.members().values().stream()
                .filter(each -> each != before && each.leads())
                .findFirst()
                .orElse(null);
        if (heir != null) {
            world.count("heir struck");
            heir.handOver();
            world.unlessCalm(heirs.below(Health.HEIR_MS_MAX) * MS, () -> kill(heir, heirs.chance(50)));
        } else if (world.time().nowNs() < untilNs) {
            world.unlessCalm(MS, () -> strikeHeir(before, untilNs));
        }
    }

    /// Draws the rates at which a disk fails by itself.
    void draw(DiskFaults disk) {
        disk.rates(random.chance(20) ? random.below(10) : 0, random.chance(60) ? random.below(40) : 0);
    }

    private void quality() {
        world.network()
                .quality(1 + random.below(random.chance(20) ? 200 : 20), random.chance(50) ? random.below(20) : 0);
    }

    /// A fault from outside.
    private void strike() {
        if (world.isCalm()) {
            return;
        }
        SimMember member = world.anyMember();
        SimMember other = world.anyMember();
        switch (random.below(17)) {
            case 0 -> kill(member, false);
            case 1, 2 -> kill(member, true);
            case 3 -> member.pause(random.below(5_000) * MS);
            case 4 -> member.slowDisk((1 + random.below(600)) * MS);
            case 5 -> quality();
            case 6 -> world.members().values().forEach(each -> kill(each, random.chance(70)));
            case 7 -> isolate(member);
            case 8, 9 -> cut(member, other);
            case 10 -> member.setClock(random.below(7_200_000) - 3_600_000L);
            case 11 -> member.fill(random.chance(30));
            case 12 -> corrupt(member);
            case 13 -> replaceDisk(member);
            default -> reset(member);
        }
        world.time().after(random.below(everyMs) * MS, this::strike);
    }

    /// Whether the others can do without the disk of this member. Who has never been in an epoch proves nothing either.
    private boolean isExpendable(SimMember member) {
        return member.isWhole() && !world.mayChange() && world.canSpare(member);
    }

    private void corrupt(SimMember member) {
        if (isExpendable(member)) {
            member.corrupt();
        }
    }

    private void replaceDisk(SimMember member) {
        if (isExpendable(member)) {
            member.replaceDisk();
        }
    }

    private static void kill(SimMember member, boolean power) {
        if (member.up()) {
            member.die(power);
        }
    }

    private void reset(SimMember member) {
        SimPipe pipe = member.links().any();
        if (pipe != null) {
            world.count("connection reset");
            pipe.reset();
        }
    }

    private void isolate(SimMember member) {
        for (SimMember each : world.members().values()) {
            if (each != member) {
                cut(member, each);
            }
        }
    }

    private void cut(SimMember member, SimMember other) {
        if (member == other) {
            return;
        }
        int ways = random.below(4);
        if (ways != 0) {
            world.network().cut(member, other);
        }
        if (ways != 1) {
            world.network().cut(other, member);
        }
        world.time().after(random.below(6_000) * MS, () -> world.network().heal(member, other));
    }
}
