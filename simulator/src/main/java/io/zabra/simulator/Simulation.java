// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.simulator;

import io.zabra.core.base.InvariantViolation;
import io.zabra.core.base.NodeConfig;
import io.zabra.core.base.Prng;
import io.zabra.simulator.check.ModelAccess;
import io.zabra.simulator.check.Oracle;
import io.zabra.simulator.check.Violation;
import io.zabra.simulator.disk.DiskFaults;
import io.zabra.simulator.disk.PowerLoss;
import io.zabra.simulator.disk.SimDisk;
import io.zabra.simulator.world.Life;
import io.zabra.simulator.world.Mutant;
import io.zabra.simulator.world.SimClient;
import io.zabra.simulator.world.SimServer;
import io.zabra.simulator.world.Timeline;
import io.zabra.simulator.world.World;
import io.zabra.storage.stream.Compression;
import java.util.ArrayList;
import java.util.List;

/// One life of a server: a minute or so dense with faults, then a healthy time in which everything must work again.
public final class Simulation {

    private static final long MS = 1_000_000L;
    private static final long SECOND = 1_000 * MS;

    private final Prng random;
    private final World world;
    private final Timeline time;
    private final DiskFaults faults;
    private final SimDisk disk;
    private final Oracle oracle;
    private final SimServer server;
    private final List<SimClient> clients = new ArrayList<>();
    private boolean healthy;
    private int killEveryMs;
    private long usualCapacity = Long.MAX_VALUE;

    private Simulation(long seed, Mutant mutant) {
        this.random = new Prng(seed);
        this.faults = new DiskFaults(random.fork());
        this.disk = new SimDisk(faults);
        boolean extendedTypes = random.chance(85);
        this.oracle = new Oracle(extendedTypes);
        this.world = new World(oracle, mutant);
        this.time = world.time();
        SimServer.Settings settings = new SimServer.Settings(
                config(seed, extendedTypes),
                random.chance(80) ? Compression.NONE : random.chance(50) ? Compression.GZIP : Compression.SNAPPY,
                128 << random.below(6),
                1 + random.below(6));
        this.server = new SimServer(world, random.fork(), disk, settings);
    }

    private NodeConfig config(long seed, boolean extendedTypes) {
        NodeConfig defaults = NodeConfig.defaults();
        NodeConfig.Tree tree = new NodeConfig.Tree(
                extendedTypes,
                !world.has(Mutant.QUOTA_IGNORED),
                world.has(Mutant.ACL_IGNORED),
                true,
                String.valueOf(ModelAccess.digest(ModelAccess.SUPER_USER).id()),
                true,
                "SHA1",
                false,
                List.of());
        return new NodeConfig(
                1,
                defaults.sessions(),
                tree,
                new NodeConfig.Snapshots(10 + random.below(200), random.chance(30) ? 2_000 : 0),
                new NodeConfig.Sweep(3_000, 10_000, world.has(Mutant.UNUSED_CONTAINERS_SWEPT) ? 1_000 : 0),
                throttle(seed),
                defaults.limits());
    }

    /// Every fourth life is throttled so much that requests wait.
    private static NodeConfig.Throttle throttle(long seed) {
        NodeConfig.Throttle off = NodeConfig.Throttle.OFF;
        return seed % 4 == 3
                ? new NodeConfig.Throttle((int) (1 + seed / 4 % 5), off.stallMs(), seed % 8 == 3, true, false, 0)
                : off;
    }

    /// Lives the life of `seed`.
    public static Life run(long seed) {
        return run(seed, Mutant.NONE, false);
    }

    /// As [#run(long)], with a fault put in on purpose, or with lines for people.
    public static Life run(long seed, Mutant mutant, boolean verbose) {
        Simulation simulation = new Simulation(seed, mutant);
        if (verbose) {
            simulation.world.trace().verbose();
        }
        String failure = simulation.live();
        simulation.server.stop();
        return new Life(
                seed,
                simulation.world.trace().hash(),
                failure,
                simulation.time.executed(),
                simulation.oracle.replies(),
                simulation.server.lives(),
                simulation.faults.errors() + simulation.faults.downs(),
                simulation.oracle.tally(),
                simulation.world.trace().lines());
    }

    private @org.jspecify.annotations.Nullable String live() {
        try {
            prepare();
            advance(time.nowNs() + (15 + random.below(20)) * SECOND);
            heal();
            advance(time.nowNs() + 10 * SECOND);
            checkHealth();
            return null;
        } catch (Violation | InvariantViolation e) {
            return e.getClass().getSimpleName() + ": " + e.getMessage();
        } catch (RuntimeException e) {
            return "unexpected " + e + " at " + (e.getStackTrace().length > 0 ? e.getStackTrace()[0] : "?");
        }
    }

    private void prepare() {
        faults.rates(random.chance(30) ? random.below(20) : 0, random.chance(60) ? random.below(60) : 0);
        server.slowDisk((1 + random.below(random.chance(10) ? 400 : 10)) * MS);
        killEveryMs = 2_000 + random.below(20_000);
        if (world.has(Mutant.SYNC_IGNORED)) {
            disk.ignoreForce();
        }
        if (world.has(Mutant.LATE_ERROR_IGNORED)) {
            disk.ignoreLateErrors();
        }
        if (random.chance(20)) {
            usualCapacity = 40_000L + random.below(200_000);
            disk.capacity(usualCapacity, random.chance(20));
        }
        server.onCrash(() -> time.after((50 + random.below(3_000)) * MS, this::boot));
        boot();
        int count = 1 + random.below(6);
        for (int i = 0; i < count; i++) {
            SimClient client = new SimClient(world, random.fork(), List.of(server));
            clients.add(client);
            client.start();
        }
        time.after(random.below(killEveryMs) * MS, this::strike);
        if (random.chance(40)) {
            time.after(random.below(8_000) * MS, this::fill);
        }
    }

    /// Lets time pass. A loss of power in the middle of a disk operation ends the process there and then.
    private void advance(long untilNs) {
        boolean more = true;
        while (more) {
            try {
                more = time.next(untilNs);
            } catch (PowerLoss e) {
                server.die();
                lose();
            }
        }
    }

    /// A fault from outside: kill, power loss, or a pause.
    private void strike() {
        if (healthy) {
            return;
        }
        switch (random.below(7)) {
            case 0, 1 -> {
                if (server.up()) {
                    server.die();
                    disk.processLoss();
                }
            }
            case 2, 3, 4 -> {
                if (server.up()) {
                    server.die();
                    lose();
                }
            }
            default -> server.pause(random.below(15_000) * MS);
        }
        time.after(random.below(killEveryMs) * MS, this::strike);
    }

    /// Others fill the disk, between two operations or nearly. Later they clean up, or old files of the server must go.
    private void fill() {
        if (healthy) {
            return;
        }
        boolean late = random.chance(25);
        if (random.chance(50)) {
            disk.fillAfter(1 + random.below(30), late);
        } else {
            disk.capacity(disk.usedBytes() + random.below(40_000), late);
        }
        time.after(random.below(5_000) * MS, () -> {
            if (!healthy) {
                disk.capacity(usualCapacity, random.chance(20));
                time.after(random.below(4_000) * MS, this::fill);
            }
        });
    }

    private void lose() {
        if (random.chance(80)) {
            disk.powerLoss(random);
        } else {
            disk.processLoss();
        }
    }

    private void boot() {
        if (server.up()) {
            return;
        }
        boolean up;
        try {
            up = server.boot();
        } catch (PowerLoss e) {
            lose();
            up = false;
        }
        if (!up) {
            disk.processLoss();
            time.after((50 + random.below(1_000)) * MS, this::boot);
        }
    }

    private void heal() {
        healthy = true;
        faults.rates(0, 0);
        disk.capacity(Long.MAX_VALUE, false);
        server.slowDisk(2 * MS);
    }

    /// In health the service must serve: each client gets work done, and the tree is the model's.
    private void checkHealth() {
        if (!server.up()) {
            throw new Violation("the server is down although nothing is wrong");
        }
        long before = clients.stream().mapToLong(SimClient::writesDone).sum();
        SimClient fresh = new SimClient(world, random.fork(), List.of(server));
        fresh.hurry();
        fresh.start();
        advance(time.nowNs() + 8 * SECOND);
        long after = clients.stream().mapToLong(SimClient::writesDone).sum();
        if (after == before && fresh.writesDone() == 0) {
            throw new Violation("no write succeeds although nothing is wrong");
        }
        clients.add(fresh);
        clients.forEach(SimClient::stop);
        advance(time.nowNs() + 7 * SECOND);
        clients.forEach(SimClient::checkAnswered);
        oracle.compare(server.node().tree());
    }
}
