// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.interop.mixed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.zabra.interop.cluster.Cluster;
import io.zabra.interop.cluster.Crowd;
import io.zabra.interop.cluster.Judgement;
import io.zabra.interop.cluster.Layout;
import io.zabra.interop.process.OnZabra;
import io.zabra.interop.process.Product;
import io.zabra.simulator.history.Verdict;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Goal: that the numbers of an epoch are used up is a pause for clients, and nothing more. Known flaw F-36.
/// Method: epochs are made short, by a setting of our leaders. Clients write all the time, through several ends of
/// epochs; sessions must live on, and all that was told is checked.
@OnZabra
class EpochEndIT {

    private static final int NUMBERS = 1_000;
    private static final int ENDS = 3;
    private static final int CLIENTS = 4;
    private static final int WRITERS = 2;
    private static final String END = "the numbers of the epoch are used up";

    /// On a busy machine. Nobody waits for a time-out: who leads says so, and the others are there.
    private static final long PAUSE_MS_MAX = 5_000;

    /// Apache's servers take their time to begin anew.
    private static final long PAUSE_MS_MAX_OF_APACHES = 15_000;

    @TempDir
    Path folder;

    @Test
    void clientsOfOursNoticeAPauseAndNothingElse() throws Exception {
        goThroughEnds(Layout.of(Product.ZABRA, Product.ZABRA, Product.ZABRA), PAUSE_MS_MAX);
    }

    @Test
    @Thorough
    void apachesFollowIntoTheNextEpoch() throws Exception {
        goThroughEnds(Layout.of(Product.APACHE, Product.APACHE, Product.ZABRA), PAUSE_MS_MAX_OF_APACHES);
    }

    @Test
    @Thorough
    void apachesOf38FollowIntoTheNextEpoch() throws Exception {
        goThroughEnds(Layout.of(Product.APACHE_3_8, Product.APACHE_3_8, Product.ZABRA), PAUSE_MS_MAX_OF_APACHES);
    }

    private void goThroughEnds(Layout members, long pauseMsMax) throws Exception {
        Layout layout = members.withSetting("maxSessionTimeout", "30000")
                .withSetting("zabra.epoch.transactionsMax", Integer.toString(NUMBERS));
        try (Cluster cluster = Cluster.start(layout, folder)) {
            Leadership.of(cluster, Product.ZABRA);
            List<Writer> writers = new ArrayList<>();
            for (int i = 0; i < WRITERS; i++) {
                writers.add(Writer.start(cluster.connectString(), "/writer" + i));
            }
            long longestMs;
            try (Crowd crowd = Crowd.start(cluster, CLIENTS)) {
                crowd.awaitWrites(50);
                Pauses pauses = Pauses.watch(crowd::writes);
                long before = ends(cluster);
                await().atMost(Cluster.PATIENCE)
                        .failFast(() -> cluster.members().stream().anyMatch(each -> !each.alive()))
                        .until(() -> ends(cluster) >= before + ENDS);
                crowd.awaitWrites(50);
                longestMs = pauses.stop();
                assertThat(crowd.lostSessions()).isZero();
            }
            for (Writer writer : writers) {
                assertThat(writer.stop()).isEmpty();
                writer.close();
            }
            System.out.println("ends of epochs: " + ends(cluster) + ", longest pause: " + longestMs + " ms");
            assertThat(longestMs).isLessThan(pauseMsMax);
            Verdict verdict = Judgement.pass(
                    cluster, "ends of epochs, " + layout.products().getFirst());
            assertThat(verdict.count("write")).isGreaterThan((long) ENDS * NUMBERS / 2);
        }
    }

    private static long ends(Cluster cluster) {
        return cluster.members().stream()
                .mapToLong(each ->
                        each.log().lines().filter(line -> line.contains(END)).count())
                .sum();
    }
}
