// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.simulator.ensemble;

import io.zabra.core.base.InvariantViolation;
import io.zabra.core.base.NodeConfig;
import io.zabra.core.base.Prng;
import io.zabra.core.quorum.Membership;
import io.zabra.core.zab.Timing;
import io.zabra.simulator.check.ModelAccess;
import io.zabra.simulator.check.Rule;
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
    /// How long a healthy ensemble may take until somebody leads.
    private static final long LEADER_NS = 15 * SECOND;
    /// How long a client may wait for its next answer when all but one learner are well.
    private static final long PROMPT_NS = 500 * MS;
    /// How long a healthy ensemble may take until everybody serves.
    private static final long RECOVERY_NS = 40 * SECOND;

    private final Prng random;
    private final Surroundings world;
    private final List<DiskFaults> faults = new ArrayList<>();
    private final List<Visitor> visitors = new ArrayList<>();
    private int strikeEveryMs;
    private @Nullable SimMember corrupted;

    private EnsembleSimulation(long seed, int members, Planted planted) {
        this.random = new Prng(seed);
        int tickMs = 200 + random.below(400);
        Timing timing = new Timing(tickMs, 10 * tickMs, 4 * tickMs);
        int observers = random.chance(30) ? 1 + random.below(2) : 0;
        this.world = new Surroundings(random.fork(), membership(members, observers), timing, planted);
        for (long sid = 1; sid <= members + observers; sid++) {
            DiskFaults disk = new DiskFaults(random.fork());
            faults.add(disk);
            SimDisk files = new SimDisk(disk);
            if (planted == Planted.SYNC_IGNORED) {
                files.ignoreForce();
            }
            world.members().put(sid, new SimMember(world, sid, random.fork(), files, disk, config((int) sid, tickMs)));
        }
    }

    static Membership membership(int voters, int observers) {
        StringBuilder text = new StringBuilder();
        for (int sid = 1; sid <= voters + observers; sid++) {
            text.append("server.").append(sid).append("=10.0.0.").append(sid).append(":2888:3888:");
            text.append(sid <= voters ? "participant" : "observer").append('\n');
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
        for (Rule rule : Rule.values()) {
            world.count("rule " + rule, world.rules().checked(rule));
        }
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
            advance((20 + random.below(40)) * SECOND);
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
        switch (random.below(16)) {
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
            default -> reset(member);
        }
        world.time().after(random.below(strikeEveryMs) * MS, this::strike);
    }

    /// In one member at a time only: more than a minority may not be hurt.
    private void corrupt(SimMember member) {
        if (corrupted != null) {
            corrupted.mend();
        }
        corrupted = member;
        member.corrupt();
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
        world.members().values().forEach(SimMember::mend);
    }

    private void recover() {
        long untilNs = world.time().nowNs() + RECOVERY_NS;
        long leaderUntilNs = world.time().nowNs() + LEADER_NS;
        while (true) {
            long nowNs = world.time().nowNs();
            boolean led = world.members().values().stream().anyMatch(SimMember::leads);
            world.rules()
                    .check(
                            Rule.V1,
                            led || nowNs < leaderUntilNs,
                            () -> "nobody leads although nothing is wrong: " + state());
            if (settled()) {
                return;
            }
            world.rules().check(Rule.V4, nowNs < untilNs, () -> "not all serve although nothing is wrong: " + state());
            advance(SECOND / 5);
        }
    }

    /// The disk of one learner is slow, though not so slow that its leader gives it up: others must not notice.
    private void checkSlowLearner() {
        List<SimMember> learners = world.members().values().stream()
                .filter(each -> !each.leading())
                .toList();
        SimMember slow = learners.get(random.below(learners.size()));
        if (!world.membership().isQuorum(sid -> sid != slow.sid())) {
            return;
        }
        slow.slowDisk(world.timing().syncMs() * MS / 4);
        visitors.forEach(each -> each.avoid(slow));
        advance(2 * SECOND);
        slow.slowDisk(2 * MS);
        world.count("slow learner");
        long waitedNs =
                visitors.stream().mapToLong(Visitor::longestWaitNs).max().orElse(0);
        world.rules()
                .check(
                        Rule.V6,
                        waitedNs <= PROMPT_NS,
                        () -> "a client waited for " + waitedNs / MS + " ms because " + slow + " is slow");
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
        visitor();
        long writes = visitors.stream().mapToLong(Visitor::writes).sum();
        advance(4 * SECOND);
        long done = visitors.stream().mapToLong(Visitor::writes).sum();
        world.rules().check(Rule.V3, done > writes, () -> "no write succeeds although nothing is wrong");
        checkSlowLearner();
        visitors.forEach(Visitor::stop);
        advance(5 * SECOND);
        // Sessions may be expiring at this very moment.
        for (int i = 0; i < 20 && !level(); i++) {
            advance(SECOND / 7);
        }
        world.rules()
                .check(
                        Rule.V3,
                        visitors.stream().noneMatch(Visitor::waits),
                        () -> "a client is not answered although nothing is wrong");
        world.rules()
                .check(
                        Rule.V2,
                        world.promises().searches() == searches,
                        () -> "a leader is looked for although nothing is wrong");
        world.count(
                "unknown outcome", visitors.stream().mapToLong(Visitor::unknown).sum());
        for (SimMember each : world.members().values()) {
            world.rules()
                    .check(
                            Rule.V4,
                            each.node().history().applied() >= world.witness().last(),
                            () -> each + " lags although nothing is wrong:" + state());
            world.ledger().compare(each);
        }
    }
}
