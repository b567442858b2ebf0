// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.interop.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.zabra.interop.disk.SmallDisk;
import io.zabra.interop.process.OnZabra;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Goal: the full disk of one member costs the ensemble nothing, and the member comes back when it has space.
/// Method: a real file system in memory, which needs root, is filled up under load; the history is checked.
@OnZabra
class MemberDiskIT {

    private static final int SMALL = 1;
    private static final int DISK_MIB = 24;

    private static final int LARGEST_ID = 3;
    private static final int ROUNDS = 5;

    /// From when the leader has noticed that its disk stands still until another one serves.
    private static final long ELECTED_MS = 8_000;

    /// The log takes what is left.
    private static final int LEFT_BYTES = 512 << 10;

    @TempDir
    Path folder;

    private SmallDisk disk;

    @BeforeEach
    void mount() throws Exception {
        disk = SmallDisk.mount(Files.createDirectory(folder.resolve("disk")), DISK_MIB);
    }

    @AfterEach
    void unmount() {
        if (disk != null) {
            disk.close();
        }
    }

    @Test
    void theOthersGoOnWithoutAMemberWhoseDiskIsFull() throws Exception {
        Map<Integer, Path> small = Map.of(SMALL, folder.resolve("disk/data"));
        try (Cluster cluster = Cluster.start(Layout.of(3).with(small), folder)) {
            ClusterMember full = cluster.members().get(SMALL - 1);
            try (Crowd crowd = Crowd.start(cluster, 6)) {
                crowd.awaitWrites(50);
                if (cluster.leader() == full) {
                    // It comes back as a follower.
                    full.kill();
                    cluster.leader(full);
                    cluster.start(full);
                    cluster.awaitServing(full);
                }
                disk.fillUpTo(LEFT_BYTES);
                crowd.awaitWrites(2_000);
                await().atMost(Cluster.PATIENCE).until(() -> full.logTail().contains("LogWaitsForSpace"));
                disk.removeBallast();
                cluster.awaitServing(full);
                crowd.awaitWrites(50);
                full.kill();
                cluster.start(full);
                await().atMost(Cluster.PATIENCE).until(() -> full.mode().equals("follower"));
                crowd.awaitWrites(50);
            }
            assertThat(Judgement.pass(cluster, "full-disk").count("write")).isGreaterThan(2_000);
        }
    }

    /// It cannot lead, and cannot look for a leader either before it has space. The others do not wait for it, and do
    /// not take it for their leader any more.
    @Test
    void theOthersElectAnotherWhenTheDiskOfTheirLeaderIsFull() throws Exception {
        Map<Integer, Path> small = Map.of(LARGEST_ID, folder.resolve("disk/data"));
        try (Cluster cluster = Cluster.start(Layout.of(3).with(small), folder)) {
            ClusterMember full = cluster.member(LARGEST_ID);
            List<Long> waitedMs = new ArrayList<>();
            try (Crowd crowd = Crowd.start(cluster, 6)) {
                for (int i = 0; i < ROUNDS; i++) {
                    cluster.makeLead(full);
                    disk.fillUpTo(LEFT_BYTES);
                    int before = i;
                    await().atMost(Cluster.PATIENCE)
                            .until(() -> full.log().split("LeadershipLost").length - 1 > before);
                    waitedMs.add(crowd.awaitWrites(50));
                    disk.removeBallast();
                    cluster.awaitServing(full);
                }
            }
            assertThat(waitedMs).allMatch(each -> each < ELECTED_MS);
            assertThat(Judgement.pass(cluster, "full-disk-of-leaders").count("write"))
                    .isGreaterThan(100);
        }
    }
}
