// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.interop.disk;

import static org.assertj.core.api.Assertions.assertThat;

import io.zabra.core.base.Prng;
import io.zabra.interop.process.OnZabra;
import io.zabra.interop.process.Product;
import io.zabra.interop.process.RunningServer;
import io.zabra.interop.process.ServerSetup;
import io.zabra.interop.raw.Handshake;
import io.zabra.interop.raw.RawClient;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Goal: a write that was acknowledged is never lost, and no write is half there.
/// Method: a real process is killed under load, again and again on the same directory, and its state is compared with
/// what each writer did. Snapshots are frequent, so that kills hit them too.
class KillIT {

    private static final int WRITERS = 6;
    private static final int KILLS = 20;

    @TempDir
    Path directory;

    @Test
    @OnZabra
    void zabraKeepsWhatItAcknowledged() throws InterruptedException {
        killAgainAndAgain(Product.ZABRA, KILLS);
    }

    /// That the check itself is right.
    @Test
    void apacheKeepsWhatItAcknowledged() throws InterruptedException {
        killAgainAndAgain(Product.APACHE, 2);
    }

    private void killAgainAndAgain(Product product, int kills) throws InterruptedException {
        var random = new Prng(kills);
        ServerSetup setup = ServerSetup.of(product, directory).withProperty("zookeeper.snapCount", "500");
        var histories = new ArrayList<History>();
        int acknowledged = 0;
        for (int i = 0; i < kills; i++) {
            RunningServer server = setup.start();
            assertThat(faults(server, histories)).isEmpty();
            Load load = Load.start(server.address(), "/k" + i + "-", WRITERS);
            Thread.sleep(150 + random.below(400));
            server.kill();
            load.close();
            histories.addAll(load.histories());
            acknowledged +=
                    load.histories().stream().mapToInt(History::acknowledged).sum();
        }
        try (RunningServer server = setup.start()) {
            assertThat(faults(server, histories)).isEmpty();
        }
        assertThat(acknowledged).isGreaterThan(kills * WRITERS);
    }

    /// The newest histories: what they hold was under way when the server was killed last.
    private static List<String> faults(RunningServer server, List<History> histories) {
        List<History> newest = histories.subList(Math.max(0, histories.size() - WRITERS), histories.size());
        try (var client = RawClient.open(server.address(), Handshake.fresh(40_000))) {
            return newest.stream().flatMap(h -> h.faults(client).stream()).toList();
        }
    }
}
