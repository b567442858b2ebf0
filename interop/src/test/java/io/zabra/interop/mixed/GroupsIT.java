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
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Goal: with groups and weights, those members serve that the rule says, however few they are, and no others, however
/// many they are.
/// Method: members are killed and started; who is left must serve and have everything, or must stop to serve.
///
/// The rule: two of the members 1 to 3, and the member 4, which outweighs 5. The member 6 weighs nothing, and a group
/// without any weight does not count.
@OnZabra
class GroupsIT {

    private static final int TIMEOUT_MS = 8_000;

    /// As long as an election takes, a few times over.
    private static final int LONG_MS = 4_000;

    @TempDir
    Path folder;

    private int writes;

    @Test
    void membersOfOursServeWhereTheRuleSaysSo() throws Exception {
        Product[] products = new Product[6];
        Arrays.fill(products, Product.ZABRA);
        Layout layout = Layout.of(products)
                .withSetting("group.1", "1:2:3")
                .withSetting("group.2", "4:5")
                .withSetting("group.3", "6")
                .withSetting("weight.4", "2")
                .withSetting("weight.6", "0");
        try (Cluster cluster = Cluster.start(layout, folder)) {
            serve(cluster);
            serve(cluster, 1, 2, 4);
            rest(cluster, 1, 2, 3, 5, 6);
            serve(cluster, 2, 3, 4, 6);
            rest(cluster, 3, 4, 5, 6);
            serve(cluster, 1, 3, 4, 5, 6);
            serve(cluster, 1, 2, 3, 4, 5, 6);
        }
    }

    @Test
    void oneMemberOfApachesAndTwoOfOursServeByTheSameRule() throws Exception {
        serveTogether(Layout.of(Product.APACHE, Product.ZABRA, Product.ZABRA, Product.ZABRA, Product.APACHE));
    }

    @Test
    @Thorough
    void twoMembersOfApachesAndOneOfOursServeByTheSameRule() throws Exception {
        serveTogether(Layout.of(Product.ZABRA, Product.APACHE, Product.ZABRA, Product.APACHE, Product.ZABRA));
    }

    private void serveTogether(Layout members) throws Exception {
        Layout layout = members.withSetting("group.1", "1:2:3")
                .withSetting("group.2", "4:5")
                .withSetting("weight.5", "0");
        try (Cluster cluster = Cluster.start(layout, folder)) {
            serve(cluster);
            serve(cluster, 1, 2, 4);
            rest(cluster, 1, 2, 3, 5);
            serve(cluster, 1, 3, 4, 5);
        }
    }

    /// Only these run, or all if none is named: they serve, and have all that was ever written.
    private void serve(Cluster cluster, int... ids) {
        if (ids.length > 0) {
            run(cluster, ids);
        }
        List<ClusterMember> up =
                cluster.members().stream().filter(ClusterMember::alive).toList();
        ClusterMember leader = cluster.leader();
        assertThat(leader.id())
                .as("who weighs nothing does not lead")
                .isNotEqualTo(cluster.members().size());
        Leadership.write(cluster, "/w" + writes);
        writes++;
        for (ClusterMember member : up) {
            cluster.awaitServing(member);
            await().atMost(Cluster.PATIENCE).until(() -> member.zxid() >= leader.zxid());
            try (RawClient client = RawClient.open(member.address(), Handshake.fresh(TIMEOUT_MS))) {
                for (int i = 0; i < writes; i++) {
                    client.callOk(Ops.EXISTS, Ops.read("/w" + i, false));
                }
            }
        }
    }

    /// Only these run: none of them serves.
    private static void rest(Cluster cluster, int... ids) throws InterruptedException {
        run(cluster, ids);
        await().atMost(Cluster.PATIENCE)
                .until(() ->
                        cluster.members().stream().allMatch(each -> each.mode().isEmpty()));
        for (int waitedMs = 0; waitedMs < LONG_MS; waitedMs += 200) {
            Thread.sleep(200);
            assertThat(cluster.members())
                    .as("members that serve")
                    .allMatch(each -> each.mode().isEmpty());
        }
    }

    private static void run(Cluster cluster, int... ids) {
        for (ClusterMember member : cluster.members()) {
            boolean wanted = IntStream.of(ids).anyMatch(id -> id == member.id());
            if (member.alive() && !wanted) {
                member.kill();
            }
        }
        for (int id : ids) {
            if (!cluster.member(id).alive()) {
                cluster.start(cluster.member(id));
            }
        }
    }
}
