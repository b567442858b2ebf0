// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.interop.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.zabra.interop.process.Needed;
import io.zabra.interop.process.OnZabra;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Goal: as [CuratorUnderKillsIT], for kazoo's lock, election, counter and barrier.
@OnZabra
class KazooUnderKillsIT {

    private static final int KILLS = Integer.getInteger("zabra.recipe.kills", 5);
    private static final String PYTHON = "/usr/bin/python3";
    private static final int END_S = 90;

    @TempDir
    Path folder;

    private static boolean hasKazoo() throws InterruptedException {
        try {
            return new ProcessBuilder(PYTHON, "-c", "import kazoo").start().waitFor() == 0;
        } catch (IOException noPython) {
            return false;
        }
    }

    @Test
    void recipesKeepTheirPromisesWhileMembersAreKilled() throws Exception {
        Needed.KAZOO.check(hasKazoo(), "");
        try (Cluster cluster = Cluster.start(Layout.of(3), folder)) {
            Path log = folder.resolve("kazoo.log");
            Process kazoo = new ProcessBuilder(PYTHON, "src/test/python/kazoo_under_kills.py", cluster.connectString())
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            try {
                Reaper.kill(cluster, KILLS);
                kazoo.getOutputStream().close();
                assertThat(kazoo.waitFor(END_S, TimeUnit.SECONDS))
                        .as("kazoo ends:\n" + Files.readString(log))
                        .isTrue();
                String said = Files.readString(log);
                assertThat(said).contains("all done");
                assertThat(kazoo.exitValue()).isZero();
                System.out.println("kazoo: " + said.strip());
            } finally {
                kazoo.destroyForcibly();
            }
            Judgement.pass(cluster, "kazoo");
        }
    }
}
