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
import io.zabra.simulator.members.Petitions;
import io.zabra.simulator.world.Life;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/// One life of an ensemble: three to four minutes dense with faults, in one of sixteen eight to ten, then a healthy
/// time in which all must come together.
public final class EnsembleSimulation {

    private static final long SECOND = 1_000 * Surroundings.MS;
    private static final int WEIGHT_MAX = 2;
    private static final int LONG_ONE_IN = 16;
    private static final int LAST_NUMBER_MIN = 100;
    private static final int LAST_NUMBER_MORE = 900;

    private final Prng random;
    private final Surroundings world;
    private final Strikes strikes;
    private final List<DiskFaults> faults = new ArrayList<>();
    private final List<Visitor> visitors = new ArrayList<>();
    /// For what was added later: so lives without it stay as they were.
    private final Prng more;

    /// The same for what was added later still.
    private final Prng evenMore;

    private EnsembleSimulation(long seed, int members, Planted planted) {
        this.random = new Prng(seed);
        Prng forks = new Prng(~seed);
        this.more = forks.fork();
        this.evenMore = forks.fork();
        int tickMs = 200 + random.below(400);
        Timing timing = new Timing(tickMs, 10 * tickMs, 4 * tickMs);
        int observers = random.chance(30) ? 1 + random.below(2) : 0;
        String groups = random.chance(25) ? groups(members) : "";
        Surroundings.Customs customs = customs();
        if (customs.masters() != null) {
            observers = Math.max(observers, 1 + evenMore.below(3));
        }
        this.world = new Surroundings(random.fork(), membership(members, observers, groups), customs, timing, planted);
        if (!groups.isEmpty()) {
            world.count("groups");
        }
        this.strikes = new Strikes(world, random.fork(), more.fork(), evenMore.fork());
        int others = customs.changes() ? 1 + more.below(3) : 0;
        for (long sid = 1; sid <= members + observers + others; sid++) {
            DiskFaults disk = new DiskFaults(random.fork());
            faults.add(disk);
            SimDisk files = new SimDisk(disk);
            if (planted == Planted.SYNC_IGNORED) {
                files.ignoreForce();
            }
            world.members().put(sid, new SimMember(world, sid, random.fork(), files, disk, config((int) sid, tickMs)));
        }
    }

    private Surroundings.Customs customs() {
        boolean changes = more.chance(35);
        boolean handsOver = more.chance(50);
        List<String> linearizable = more.chance(40) ? List.of("/b") : List.of();
        int withoutLeaderMs = more.chance(40) ? 200 + more.below(2_000) : -1;
        Surroundings.Masters masters = evenMore.chance(30)
                ? new Surroundings.Masters(
                        evenMore.below(300), 1 + evenMore.below(evenMore.chance(50) ? 2_000 : 64_000))
                : null;
        Surroundings.Links links = new Surroundings.Links(evenMore.chance(50), evenMore.chance(30));
        boolean countAnew = evenMore.chance(50);
        long lastNumber = evenMore.chance(25) ? LAST_NUMBER_MIN + evenMore.below(LAST_NUMBER_MORE) : 0;
        boolean local = evenMore.chance(25);
        Surroundings.Clients clients = new Surroundings.Clients(countAnew, local, local && evenMore.chance(75));
        return new Surroundings.Customs(
                changes,
                handsOver,
                new NodeConfig.Reads(linearizable, withoutLeaderMs),
                masters,
                links,
                clients,
                lastNumber);
    }

    static Membership membership(int voters, int observers, String groups) {
        StringBuilder text = new StringBuilder();
        for (int sid = 1; sid <= voters + observers; sid++) {
            text.append("server.").append(sid).append("=10.0.0.").append(sid).append(":2888:3888:");
            text.append(sid <= voters ? "participant" : "observer").append('\n');
        }
        return Membership.parse(text + groups + "version=0");
    }

    /// Groups of voters that weigh different amounts. The first voter always weighs something.
    private String groups(int voters) {
        int count = 1 + random.below((voters + 1) / 2);
        List<StringBuilder> groups = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            groups.add(new StringBuilder("group.").append(i + 1).append('='));
        }
        StringBuilder weights = new StringBuilder();
        for (int sid = 1; sid <= voters; sid++) {
            StringBuilder group = groups.get(sid <= count ? sid - 1 : random.below(count));
            group.append(group.charAt(group.length() - 1) == '=' ? "" : ":").append(sid);
            int weight = sid == 1 || random.chance(60) ? 1 : random.below(WEIGHT_MAX + 1);
            weights.append("weight.").append(sid).append('=').append(weight).append('\n');
        }
        return String.join("\n", groups) + '\n' + weights;
    }

    private NodeConfig config(int sid, int tickMs) {
        NodeConfig defaults = NodeConfig.defaults();
        NodeConfig.Reads reads = world.customs().reads();
        Surroundings.Clients clients = world.customs().clients();
        return new NodeConfig(
                sid,
                new NodeConfig.Sessions(tickMs, 2 * tickMs, 20 * tickMs, clients.local(), clients.upgraded()),
                new NodeConfig.Tree(
                        world.extendedTypes(),
                        true,
                        false,
                        true,
                        String.valueOf(
                                ModelAccess.digest(ModelAccess.SUPER_USER).id()),
                        true,
                        "SHA1",
                        world.customs().changes(),
                        List.of()),
                new NodeConfig.Snapshots(10 + random.below(200), random.chance(30) ? 2_000 : 0),
                new NodeConfig.Sweep(3_000, 10_000, 0),
                defaults.throttle(),
                defaults.limits(),
                world.has(Planted.READS_NOT_ASKED) ? NodeConfig.Reads.DEFAULT : reads);
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
        SortedMap<String, Long> tally = world.tally();
        return new Life(
                seed,
                world.trace().hash(),
                failure,
                world.time().executed(),
                world.ledger().answers(),
                tally.getOrDefault("started", 0L).intValue(),
                faults.stream().mapToLong(each -> each.errors() + each.downs()).sum(),
                tally,
                world.lines());
    }

    private @Nullable String live() {
        try {
            prepare();
            world.advance(troubledSeconds() * SECOND);
            heal();
            new Health(world, random.fork(), visitors).check();
            return null;
        } catch (Violation | InvariantViolation e) {
            return e.getClass().getSimpleName() + ": " + e.getMessage();
        } catch (RuntimeException e) {
            return "unexpected " + e + " at " + (e.getStackTrace().length > 0 ? e.getStackTrace()[0] : "?");
        }
    }

    /// How long there are faults. A search for a planted one looks at more lives instead.
    private int troubledSeconds() {
        int drawn = random.below(120);
        if (!world.has(Planted.NOTHING)) {
            return 60 + drawn;
        }
        int seconds = more.below(LONG_ONE_IN) == 0 ? 480 + drawn : 180 + drawn / 2;
        world.count("seconds of faults", seconds);
        return seconds;
    }

    private void prepare() {
        for (SimMember member : world.members().values()) {
            world.time().after(random.below(1_000) * Surroundings.MS, member::boot);
        }
        faults.forEach(strikes::draw);
        int count = 1 + random.below(5);
        for (int i = 0; i < count; i++) {
            Visitor visitor = new Visitor(world, random.fork());
            visitors.add(visitor);
            visitor.start();
            if (world.customs().reads().withoutLeaderMs() >= 0 && i > 0 && more.chance(50)) {
                visitor.reading();
            }
        }
        if (world.customs().changes()) {
            Petitions petitions = new Petitions(
                    more.fork(),
                    List.copyOf(world.members().keySet()),
                    sid -> !world.member(sid).isDamaged());
            visitors.getFirst().asking(petitions);
            Visitor administrator =
                    new Visitor(world, more.fork()).asking(petitions).administering();
            visitors.add(administrator);
            administrator.start();
        }
        strikes.begin();
    }

    private void heal() {
        world.calm();
        for (DiskFaults disk : faults) {
            disk.rates(0, 0);
            disk.downIn(0);
        }
        world.network().heal();
        world.network().quality(5, 0);
        world.members().values().forEach(SimMember::relieve);
    }
}
