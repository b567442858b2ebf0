// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.interop.mixed;

import static org.assertj.core.api.Assertions.assertThat;

import io.zabra.interop.cluster.Cluster;
import io.zabra.interop.cluster.Crowd;
import io.zabra.interop.cluster.Judgement;
import io.zabra.interop.cluster.Layout;
import io.zabra.interop.process.OnZabra;
import io.zabra.interop.process.Product;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Goal: a member of ours does its part among Apache's servers, whatever its role.
/// Method: clients write and read at all members; what they are told is checked, and so are the trees.
@OnZabra
class LoadIT {

    private static final int CLIENTS = 5;
    private static final int WRITES = 400;

    @TempDir
    Path folder;

    @Test
    void anObserverOfOurs() throws Exception {
        load(observer(Product.APACHE), Product.APACHE, "observer");
    }

    @Test
    void aFollowerOfOurs() throws Exception {
        load(follower(Product.APACHE), Product.APACHE, "follower");
    }

    @ParameterizedTest
    @EnumSource(names = {"APACHE", "APACHE_3_8"})
    void aLeaderOfOurs(Product apache) throws Exception {
        load(Layout.of(apache, apache, Product.ZABRA), Product.ZABRA, "leader, " + apache);
    }

    @Test
    @Thorough
    void anObserverOfOursBeside38() throws Exception {
        load(observer(Product.APACHE_3_8), Product.APACHE_3_8, "observer, 3.8");
    }

    @Test
    @Thorough
    void aFollowerOfOursBeside38() throws Exception {
        load(follower(Product.APACHE_3_8), Product.APACHE_3_8, "follower, 3.8");
    }

    private static Layout observer(Product apache) {
        return Layout.of(apache, apache, apache, Product.ZABRA).withObservers(1);
    }

    private static Layout follower(Product apache) {
        return Layout.of(Product.ZABRA, apache, apache);
    }

    @Test
    @Thorough
    void anObserverOfApaches() throws Exception {
        load(
                Layout.of(Product.ZABRA, Product.ZABRA, Product.ZABRA, Product.APACHE)
                        .withObservers(1),
                Product.ZABRA,
                "Apache's observer");
    }

    private void load(Layout plan, Product leading, String name) throws Exception {
        try (Cluster cluster = Cluster.start(plan, folder)) {
            Leadership.of(cluster, leading);
            int during = 0;
            try (Crowd crowd = Crowd.start(cluster, CLIENTS)) {
                crowd.awaitWrites(WRITES / 2);
                during += Trees.digests(cluster.members());
                crowd.awaitWrites(WRITES / 2);
            }
            int digests = during + Trees.assertSame(cluster);
            assertThat(digests).as("digests that were compared").isPositive();
            assertThat(cluster.leader().product()).isEqualTo(leading);
            long judged = Judgement.pass(cluster, name).count("sync");
            assertThat(judged > 0).as("syncs are judged").isEqualTo(leading == Product.ZABRA);
        }
    }
}
