// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.interop.diff;

import io.zabra.interop.process.Product;
import io.zabra.interop.process.ServerSetup;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.stream.LongStream;

/// How the servers of the differential tests are set up.
final class DuelSetup {

    private DuelSetup() {}

    /// An Apache server on which nothing happens but what clients ask for: no expiry, no sweeper, no fsync.
    static ServerSetup quiet(Path directory) {
        return ServerSetup.of(Product.APACHE, directory)
                .withConfig("minSessionTimeout", "60000")
                .withConfig("maxSessionTimeout", "120000")
                .withProperty("znode.container.checkIntervalMs", "3600000")
                .withProperty("zookeeper.forceSync", "no");
    }

    static Duel between(InetSocketAddress left, InetSocketAddress right) {
        return new Duel(new Player(left, left), new Player(right, right));
    }

    /// The seeds 1 to `count`, or what the command line says.
    static long[] seeds(int count) {
        String seed = System.getProperty("zabra.seed", "");
        if (!seed.isEmpty()) {
            return new long[] {Long.parseLong(seed)};
        }
        String number = System.getProperty("zabra.sequences", "");
        return LongStream.rangeClosed(1, number.isEmpty() ? count : Long.parseLong(number))
                .toArray();
    }
}
