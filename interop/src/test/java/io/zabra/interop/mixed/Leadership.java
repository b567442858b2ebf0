// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.interop.mixed;

import io.zabra.interop.cluster.Cluster;
import io.zabra.interop.cluster.ClusterMember;
import io.zabra.interop.process.Product;
import io.zabra.interop.raw.Handshake;
import io.zabra.interop.raw.Ops;
import io.zabra.interop.raw.RawClient;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Who leads. Of members with the same history the one with the highest id does, so tests choose ids accordingly.
final class Leadership {

    private static final int TIMEOUT_MS = 8_000;
    private static final int TRIES = 6;

    private Leadership() {}

    /// Stops and starts leaders until a member of this product leads, and all serve.
    static ClusterMember of(Cluster cluster, Product product) throws InterruptedException {
        for (int i = 0; i < TRIES; i++) {
            ClusterMember leader = cluster.leader();
            cluster.awaitAllServing();
            if (leader.product() == product) {
                return leader;
            }
            // Until there is a record of the epoch, Apache's servers say that they have its beginning; ours cannot.
            write(cluster, "/epoch-" + Long.toHexString(leader.zxid()));
            leader.terminate();
            cluster.leader(leader);
            cluster.start(leader);
        }
        throw new IllegalStateException("no member of " + product + " came to lead:\n" + cluster.logs());
    }

    /// Creates a znode.
    static void write(Cluster cluster, String path) {
        try (RawClient client = RawClient.open(cluster.recorded(cluster.leader()), Handshake.fresh(TIMEOUT_MS))) {
            client.callOk(Ops.CREATE, Ops.create(path, path.getBytes(StandardCharsets.UTF_8), 0));
            client.callOk(Ops.CLOSE_SESSION, Ops.EMPTY);
        }
    }

    /// Creates as many znodes below a parent, from `path` + 0 on, by a member of the ensemble.
    static void writeMany(Cluster cluster, ClusterMember at, String path, int count) {
        try (RawClient client = RawClient.open(cluster.recorded(at), Handshake.fresh(TIMEOUT_MS))) {
            client.callOk(Ops.CREATE, Ops.create(path, Ops.EMPTY, 0));
            byte[] data = new byte[100];
            for (int i = 0; i < count; i++) {
                Arrays.fill(data, (byte) i);
                client.callOk(Ops.CREATE, Ops.create(path + "/" + i, data, 0));
            }
            client.callOk(Ops.CLOSE_SESSION, Ops.EMPTY);
        }
    }
}
