// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.interop.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.zabra.interop.process.OnZabra;
import io.zabra.interop.process.Product;
import io.zabra.interop.process.RunningEnsemble;
import io.zabra.interop.process.RunningServer;
import io.zabra.interop.process.ServerSetup;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.ZooDefs.Ids;
import org.apache.zookeeper.ZooKeeper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Leaders that hand over, because they are told to or are stopped.
@OnZabra
class HandOverIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    @Test
    void anotherMemberLeadsAndNothingIsLost() throws Exception {
        ServerSetup setup = ServerSetup.of(Product.ZABRA, folder).withConfig("4lw.commands.whitelist", "*,step");
        try (RunningEnsemble ensemble = RunningEnsemble.start(setup)) {
            RunningServer first = ensemble.leader();
            try (ZooKeeper client = new ZooKeeper(ensemble.connectString(), 30_000, event -> {})) {
                insist(client, "/before");
                assertThat(ensemble.follower().fourLetterWord("step")).isEqualTo("There is nothing to hand over.\n");
                assertThat(first.fourLetterWord("step")).isEqualTo("Another server shall lead.\n");
                insist(client, "/between");
                await().atMost(PATIENCE)
                        .until(() -> first.fourLetterWord("srvr").contains("Mode: follower"));
                RunningServer second = ensemble.leader();
                assertThat(second).isNotSameAs(first);
                second.close();
                assertThat(second.logTail()).contains("LeadershipLost").contains("shall lead");
                insist(client, "/after");
                for (String path : new String[] {"/before", "/between", "/after"}) {
                    assertThat(client.exists(path, false)).as(path).isNotNull();
                }
            }
        }
    }

    /// As clients do: again when the connection was lost.
    private static void insist(ZooKeeper client, String path) {
        await().atMost(PATIENCE).until(() -> {
            try {
                client.create(path, new byte[0], Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
                return true;
            } catch (KeeperException.NodeExistsException _) {
                return true;
            } catch (KeeperException.ConnectionLossException _) {
                return false;
            }
        });
    }
}
