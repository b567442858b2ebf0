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

    @ParameterizedTest
    @EnumSource(names = {"APACHE", "APACHE_3_8"})
    void anObserverOfOurs(Product apache) throws Exception {
        load(Layout.of(apache, apache, apache, Product.ZABRA).withObservers(1), apache, "observer, " + apache);
    }

    @ParameterizedTest
    @EnumSource(names = {"APACHE", "APACHE_3_8"})
    void aFollowerOfOurs(Product apache) throws Exception {
        load(Layout.of(Product.ZABRA, apache, apache), apache, "follower, " + apache);
    }

    @ParameterizedTest
    @EnumSource(names = {"APACHE", "APACHE_3_8"})
    void aLeaderOfOurs(Product apache) throws Exception {
        load(Layout.of(apache, apache, Product.ZABRA), Product.ZABRA, "leader, " + apache);
    }

    @Test
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
            Judgement.pass(cluster, name, leading == Product.ZABRA);
        }
    }
}
