// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.interop.cluster;

import io.zabra.interop.process.OnZabra;
import io.zabra.simulator.history.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Goal: as all others here, for as long as one likes. Not a part of the build; see `.ci/soak`.
/// Method: ensembles of three or five, some with an observer, get into every kind of [Trouble] under load. Each lives
/// for two minutes, and its history is checked. A seed draws the troubles, not their outcome: clocks are real here.
@OnZabra
class ClusterSoak {

    private static final int MINUTES = Integer.getInteger("zabra.soak.minutes", 10);
    private static final long SEED = Long.getLong("zabra.soak.seed", System.nanoTime());
    private static final Duration LIFE = Duration.ofMinutes(2);
    private static final int CLIENTS = 8;

    @TempDir
    Path folder;

    private final Map<Trouble.Kind, Integer> troubles = new EnumMap<>(Trouble.Kind.class);
    private final Map<String, Long> tally = new TreeMap<>();

    @Test
    void whatWasToldStaysTrueForLong() throws Exception {
        long end = System.nanoTime() + Duration.ofMinutes(MINUTES).toNanos();
        int lives = 0;
        while (System.nanoTime() < end) {
            live(SEED + lives, Math.min(end, System.nanoTime() + LIFE.toNanos()));
            lives++;
            System.out.println(
                    "soak: " + lives + " ensembles from seed " + SEED + ", troubles " + troubles + ", in all " + tally);
        }
    }

    private void live(long seed, long end) throws IOException, InterruptedException {
        Random random = new Random(seed);
        Layout layout = Layout.of(random.nextBoolean() ? 3 : 5, random.nextInt(3) == 0 ? 1 : 0);
        String name = "soak-" + seed;
        Path place = Files.createDirectory(folder.resolve(name));
        try (Cluster cluster = Cluster.start(layout, place)) {
            try (Crowd crowd = Crowd.start(cluster, CLIENTS)) {
                crowd.awaitWrites(50);
                Trouble trouble = new Trouble(cluster, random);
                while (System.nanoTime() < end) {
                    trouble.happen();
                    crowd.awaitWrites(10);
                    if (random.nextBoolean()) {
                        cluster.awaitAllServing();
                    }
                }
                cluster.awaitAllServing();
                trouble.counts().forEach((kind, count) -> troubles.merge(kind, count, Integer::sum));
            }
            Verdict verdict = Judgement.pass(cluster, name);
            verdict.tally().forEach((what, count) -> tally.merge(what, count, Long::sum));
        }
    }
}
