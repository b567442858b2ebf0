// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.interop.mixed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.zabra.interop.cluster.Cluster;
import io.zabra.interop.cluster.ClusterMember;
import io.zabra.interop.cluster.Layout;
import io.zabra.interop.process.OnZabra;
import io.zabra.interop.process.Product;
import io.zabra.interop.raw.Handshake;
import io.zabra.interop.raw.Ops;
import io.zabra.interop.raw.RawClient;
import java.nio.file.Path;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Goal: a learner gets the history of a leader of the other product, whatever it has when it comes.
/// Method: a member is stopped, the others go on for a while, and it comes back; leaders say how they bring it up to
/// date, and in the end all trees are the same.
@OnZabra
class LagIT {

    /// Apache's leader remembers so many transactions outside its log.
    private static final int RING = 500;

    private static final int TIMEOUT_MS = 8_000;
    private static final Pattern APACHES_WAY = Pattern.compile("Sending (DIFF|SNAP|snapshot)");
    private static final Pattern OUR_WAY = Pattern.compile("LearnerSynced sid=\\d+ observer=\\w+ way=\\(?(\\w+)");

    @TempDir
    Path folder;

    private int trees;

    @Test
    void aFollowerOfOursIsBroughtUpToDateByApachesLeader() throws Exception {
        Layout layout = Layout.of(Product.ZABRA, Product.APACHE, Product.APACHE)
                .withProperty("zookeeper.commitLogCount", Integer.toString(RING))
                .withProperty("zookeeper.snapshotSizeFactor", "-1");
        try (Cluster cluster = Cluster.start(layout, folder)) {
            ClusterMember leader = Leadership.of(cluster, Product.APACHE);
            ClusterMember ours = cluster.member(1);
            Leadership.write(cluster, "/first");
            assertThat(wayAfter(cluster, ours, leader, 0)).isEqualTo("DIFF");
            assertThat(wayAfter(cluster, ours, leader, 50)).isEqualTo("DIFF");
            // Without its log, Apache's leader knows the ring only.
            assertThat(wayAfter(cluster, ours, leader, RING + 100)).isIn("SNAP", "snapshot");
            assertThat(wayAfter(cluster, ours, leader, 20)).isEqualTo("DIFF");
        }
    }

    @Test
    @Thorough
    void aFollowerOfOursIsBroughtUpToDateFromTheLogOfApachesLeader() throws Exception {
        Layout layout = Layout.of(Product.ZABRA, Product.APACHE, Product.APACHE)
                .withProperty("zookeeper.commitLogCount", Integer.toString(RING))
                .withProperty("zookeeper.snapshotSizeFactor", "0");
        try (Cluster cluster = Cluster.start(layout, folder)) {
            ClusterMember leader = Leadership.of(cluster, Product.APACHE);
            // Its log tells only what follows one of its records.
            Leadership.write(cluster, "/first");
            assertThat(wayAfter(cluster, cluster.member(1), leader, RING + 100)).isEqualTo("DIFF");
        }
    }

    @Test
    @Thorough
    void aFollowerOfApachesIsBroughtUpToDateByOurLeader() throws Exception {
        Layout layout = Layout.of(Product.APACHE, Product.APACHE, Product.ZABRA);
        try (Cluster cluster = Cluster.start(layout, folder)) {
            ClusterMember leader = Leadership.of(cluster, Product.ZABRA);
            ClusterMember apache = cluster.member(1);
            assertThat(wayAfter(cluster, apache, leader, 0)).isEqualTo("Diff");
            assertThat(wayAfter(cluster, apache, leader, 50)).isEqualTo("Diff");
            assertThat(wayAfter(cluster, apache, leader, RING + 100)).isEqualTo("Diff");
        }
    }

    /// What nobody but the leader has, it loses when others have elected another one meanwhile.
    @Test
    void aLeaderOfOursThatIsAheadLosesWhatNobodyElseHas() throws Exception {
        aheadOfAll(Layout.of(Product.APACHE, Product.APACHE, Product.ZABRA), Product.ZABRA, false);
    }

    @Test
    @Thorough
    void aLeaderOfOursThatIsAheadInAnOlderEpochLosesWhatNobodyElseHas() throws Exception {
        aheadOfAll(Layout.of(Product.APACHE, Product.APACHE, Product.ZABRA), Product.ZABRA, true);
    }

    @Test
    void aLeaderOfApachesThatIsAheadLosesWhatNobodyElseHas() throws Exception {
        aheadOfAll(Layout.of(Product.ZABRA, Product.ZABRA, Product.APACHE), Product.APACHE, false);
    }

    @Test
    @Thorough
    void aLeaderOfApachesThatIsAheadInAnOlderEpochLosesWhatNobodyElseHas() throws Exception {
        aheadOfAll(Layout.of(Product.ZABRA, Product.ZABRA, Product.APACHE), Product.APACHE, true);
    }

    private void aheadOfAll(Layout layout, Product leading, boolean others) throws Exception {
        try (Cluster cluster = Cluster.start(layout, folder)) {
            ClusterMember old = Leadership.of(cluster, leading);
            Leadership.write(cluster, "/common");
            RawClient client = RawClient.open(old.address(), Handshake.fresh(TIMEOUT_MS));
            cluster.network().isolate(old.id());
            client.queue(Ops.CREATE, Ops.create("/nowhere-else", Ops.EMPTY, 0));
            client.flush();
            Thread.sleep(300);
            old.kill();
            client.abort();
            // Else the proposal would still arrive.
            cluster.breakConnections();
            cluster.network().heal();
            ClusterMember leader = cluster.leader(old);
            assertThat(leader.product()).isNotEqualTo(leading);
            if (others) {
                Leadership.write(cluster, "/later");
            }
            int ways = ways(leader);
            cluster.start(old);
            cluster.awaitServing(old);
            Trees.assertSame(cluster);
            try (RawClient reader = RawClient.open(old.address(), Handshake.fresh(TIMEOUT_MS))) {
                var there = reader.callOk(Ops.GET_CHILDREN, Ops.read("/", false))
                        .reader()
                        .strings();
                assertThat(there).contains("common").doesNotContain("nowhere-else");
            }
            if (leading == Product.APACHE) {
                assertThat(way(leader, ways))
                        .as("our leader never lets Apache's learners truncate")
                        .isEqualTo("Snapshot");
            } else if (others) {
                assertThat(way(leader, ways)).isIn("SNAP", "snapshot");
            } else {
                assertThat(old.log()).as("Apache's leader lets ours truncate").contains("Truncated zxid=");
            }
        }
    }

    /// How the leader brings a member up to date that has missed so many transactions.
    private String wayAfter(Cluster cluster, ClusterMember member, ClusterMember leader, int missed)
            throws InterruptedException {
        member.terminate();
        if (missed > 0) {
            Leadership.writeMany(cluster, leader, "/missed" + trees++, missed);
        }
        int before = ways(leader);
        cluster.start(member);
        cluster.awaitServing(member);
        assertThat(cluster.leader()).isSameAs(leader);
        Trees.assertSame(cluster);
        return way(leader, before);
    }

    private static Pattern ways(Product product) {
        return product == Product.ZABRA ? OUR_WAY : APACHES_WAY;
    }

    private static int ways(ClusterMember leader) {
        return (int) ways(leader.product()).matcher(leader.log()).results().count();
    }

    private static String way(ClusterMember leader, int before) {
        await().atMost(Cluster.PATIENCE).until(() -> ways(leader) > before);
        return ways(leader.product())
                .matcher(leader.log())
                .results()
                .skip(before)
                .map(LagIT::name)
                .reduce((_, last) -> last)
                .orElseThrow();
    }

    private static String name(MatchResult match) {
        return match.group(1);
    }
}
