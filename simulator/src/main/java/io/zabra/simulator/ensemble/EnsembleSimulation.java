// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.simulator.ensemble;

import io.zabra.core.base.InvariantViolation;
import io.zabra.core.base.NodeConfig;
import io.zabra.core.base.Prng;
import io.zabra.core.quorum.Membership;
import io.zabra.core.zab.Timing;
import io.zabra.simulator.check.ModelAccess;
import io.zabra.simulator.check.Violation;
import io.zabra.simulator.disk.DiskFaults;
import io.zabra.simulator.disk.SimDisk;
import io.zabra.simulator.world.Life;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One life of an ensemble: half a minute or so dense with faults, then a healthy time in which all must come together.
public final class EnsembleSimulation {

    private static final long MS = Surroundings.MS;
    private static final long SECOND = 1_000 * MS;
    /// By then the last pause is over, and every connection to a process that is gone has broken.
    private static final long CALM_NS = 6 * SECOND;
    /// How long a healthy ensemble may take until everybody serves.
    private static final long RECOVERY_NS = 40 * SECOND;

    private final Prng random;
    private final Surroundings world;
    private final List<DiskFaults> faults = new ArrayList<>();
    private final List<Visitor> visitors = new ArrayList<>();
    private int strikeEveryMs;

    private EnsembleSimulation(long seed, int members, Planted planted) {
        this.random = new Prng(seed);
        int tickMs = 200 + random.below(400);
        Timing timing = new Timing(tickMs, 10 * tickMs, 4 * tickMs);
        this.world = new Surroundings(random.fork(), membership(members), timing, planted);
        for (long sid = 1; sid <= members; sid++) {
            DiskFaults disk = new DiskFaults(random.fork());
            faults.add(disk);
            SimDisk files = new SimDisk(disk);
            if (planted == Planted.SYNC_IGNORED) {
                files.ignoreForce();
            }
            world.members().put(sid, new SimMember(world, sid, random.fork(), files, disk, config((int) sid, tickMs)));
        }
    }

    private static Membership membership(int members) {
        StringBuilder text = new StringBuilder();
        for (int sid = 1; sid <= members; sid++) {
            text.append("server.").append(sid).append("=10.0.0.").append(sid).append(":2888:3888:participant\n");
        }
        return Membership.parse(text + "version=0");
    }

    private NodeConfig config(int sid, int tickMs) {
        NodeConfig defaults = NodeConfig.defaults();
        return new NodeConfig(
                sid,
                new NodeConfig.Sessions(tickMs, 2 * tickMs, 20 * tickMs),
                new NodeConfig.Tree(
                        world.extendedTypes(),
                        true,
                        false,
                        true,
                        String.valueOf(
                                ModelAccess.digest(ModelAccess.SUPER_USER).id()),
                        true,
                        "SHA1",
                        false,
                        List.of()),
                new NodeConfig.Snapshots(10 + random.below(200), random.chance(30) ? 2_000 : 0),
                new NodeConfig.Sweep(3_000, 10_000, 0),
                defaults.throttle(),
                defaults.limits());
    }

    /// Lives the life of `seed` with so many members.
    ///
    /// @param verbose whether to keep lines for people
    public static Life run(long seed, int members, boolean verbose) {
        return run(seed, members, Planted.NOTHING, verbose);
    }

    /// As [#run(long, int, boolean)], with a fault put in on purpose.
    static Life run(long seed, int members, Planted planted, boolean verbose) {
        EnsembleSimulation simulation = new EnsembleSimulation(seed, members, planted);
        if (verbose) {
            simulation.world.verbose();
        }
        String failure = simulation.live();
        simulation.world.members().values().forEach(SimMember::stop);
        return simulation.life(seed, failure);
    }

    private Life life(long seed, @Nullable String failure) {
        return new Life(
                seed,
                world.trace().hash(),
                failure,
                world.time().executed(),
                world.ledger().answers(),
                world.members().values().stream().mapToInt(SimMember::lives).sum(),
                faults.stream().mapToLong(each -> each.errors() + each.downs()).sum(),
                world.tally(),
                world.lines());
    }

    private @Nullable String live() {
        try {
            prepare();
            advance((15 + random.below(20)) * SECOND);
            heal();
            advance(CALM_NS);
            recover();
            checkHealth();
            return null;
        } catch (Violation | InvariantViolation e) {
            return e.getClass().getSimpleName() + ": " + e.getMessage();
        } catch (RuntimeException e) {
            return "unexpected " + e + " at " + (e.getStackTrace().length > 0 ? e.getStackTrace()[0] : "?");
        }
    }

    private void prepare() {
        quality();
        for (SimMember member : world.members().values()) {
            world.time().after(random.below(1_000) * MS, member::boot);
        }
        for (DiskFaults disk : faults) {
            disk.rates(random.chance(20) ? random.below(10) : 0, random.chance(60) ? random.below(40) : 0);
        }
        int count = 1 + random.below(5);
        for (int i = 0; i < count; i++) {
            visitor();
        }
        strikeEveryMs = 500 + random.below(6_000);
        world.time().after(random.below(2 * strikeEveryMs) * MS, this::strike);
    }

    private Visitor visitor() {
        Visitor visitor = new Visitor(world, random.fork());
        visitors.add(visitor);
        visitor.start();
        return visitor;
    }

    private void quality() {
        world.network()
                .quality(1 + random.below(random.chance(20) ? 200 : 20), random.chance(50) ? random.below(20) : 0);
    }

    private void advance(long ns) {
        long untilNs = world.time().nowNs() + ns;
        while (world.time().next(untilNs)) {
            // Everything happens in there.
        }
    }

    /// A fault from outside.
    private void strike() {
        if (world.isCalm()) {
            return;
        }
        SimMember member = world.anyMember();
        SimMember other = world.anyMember();
        switch (random.below(12)) {
            case 0 -> kill(member, false);
            case 1, 2 -> kill(member, true);
            case 3 -> member.pause(random.below(5_000) * MS);
            case 4 -> member.slowDisk((1 + random.below(600)) * MS);
            case 5 -> quality();
            case 6 -> world.members().values().forEach(each -> kill(each, random.chance(70)));
            case 7 -> isolate(member);
            case 8, 9 -> cut(member, other);
            default -> reset(member);
        }
        world.time().after(random.below(strikeEveryMs) * MS, this::strike);
    }

    private static void kill(SimMember member, boolean power) {
        if (member.up()) {
            member.die(power);
        }
    }

    private void reset(SimMember member) {
        SimPipe pipe = member.anyPipe();
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

    private void heal() {
        world.calm();
        for (DiskFaults disk : faults) {
            disk.rates(0, 0);
            disk.downIn(0);
        }
        world.network().heal();
        world.network().quality(5, 0);
        world.members().values().forEach(each -> each.slowDisk(2 * MS));
    }

    private void recover() {
        long untilNs = world.time().nowNs() + RECOVERY_NS;
        while (!settled()) {
            if (world.time().nowNs() >= untilNs) {
                throw new Violation("V1, V4: not all serve although nothing is wrong: " + state());
            }
            advance(SECOND / 5);
        }
    }

    private boolean settled() {
        long leaders =
                world.members().values().stream().filter(SimMember::leads).count();
        return leaders == 1
                && world.members().values().stream()
                        .allMatch(each -> each.up() && each.ensemble().serves());
    }

    /// Whether all have applied the same.
    private boolean level() {
        return world.members().values().stream()
                .allMatch(each ->
                        each.node().history().applied() >= world.witness().last());
    }

    private String state() {
        StringBuilder text = new StringBuilder();
        for (SimMember each : world.members().values()) {
            text.append(" [").append(each.sid()).append(": ");
            text.append(each.up() ? each.ensemble().state() + (each.ensemble().serves() ? " serves" : "") : "down");
            text.append(", ").append(each.shelf()).append(']');
        }
        return text.toString();
    }

    /// In health the service must serve: writes succeed, nobody looks for a leader again, all trees are the same.
    private void checkHealth() {
        long searches = world.promises().searches();
        visitors.forEach(Visitor::stay);
        Visitor fresh = visitor();
        advance(10 * SECOND);
        if (fresh.writes() == 0) {
            throw new Violation("V3: no write succeeds although nothing is wrong");
        }
        visitors.forEach(Visitor::stop);
        advance(5 * SECOND);
        // Sessions may be expiring at this very moment.
        for (int i = 0; i < 20 && !level(); i++) {
            advance(SECOND / 7);
        }
        if (visitors.stream().anyMatch(Visitor::waits)) {
            throw new Violation("V3: a client is not answered although nothing is wrong");
        }
        if (world.promises().searches() != searches) {
            throw new Violation("V2: a leader is looked for although nothing is wrong");
        }
        world.count(
                "unknown outcome", visitors.stream().mapToLong(Visitor::unknown).sum());
        for (SimMember each : world.members().values()) {
            if (each.node().history().applied() < world.witness().last()) {
                throw new Violation("V4: server " + each.sid() + " lags although nothing is wrong:" + state());
            }
            world.ledger().compare(each);
        }
    }
}
