// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.interop.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.zabra.interop.process.OnZabra;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Goal: what one member has lost of its disk, the others have; it has no say until it has got it from them.
/// Method: under load, members are killed, their folders are emptied, damaged, or put back to an old state, and they
/// start again; the history is checked.
@OnZabra
class LossIT {

    @TempDir
    Path folder;

    @Test
    void aMemberThatHasLostItsDiskGetsEverythingFromTheOthers() throws Exception {
        try (Cluster cluster = Cluster.start(Layout.of(3), folder)) {
            try (Crowd crowd = Crowd.start(cluster, 6)) {
                crowd.awaitWrites(300);
                wiped(cluster, crowd, cluster.leader());
                wiped(cluster, crowd, cluster.follower());
                putsItsLogAside(
                        cluster,
                        crowd,
                        cluster.leader(),
                        victim -> assertThat(Damage.log(victim)).isTrue());
                fenced(cluster, crowd, cluster.follower(), Damage::record);
                damagedEpochs(cluster, crowd, cluster.follower());
                // As if logs and all else were on two disks, of which one was replaced.
                putsItsLogAside(cluster, crowd, cluster.follower(), Damage::allButTheLog);
            }
            Judgement.pass(cluster, "loss");
        }
    }

    private static void wiped(Cluster cluster, Crowd crowd, ClusterMember victim) throws IOException {
        victim.kill();
        crowd.awaitWrites(50);
        Damage.wipe(victim);
        back(cluster, crowd, victim);
        assertThat(victim.logTail()).contains("StartedEmpty", "SnapshotInstalled");
    }

    /// What is done to a disk.
    private interface Damaging {
        void damage(ClusterMember victim) throws IOException;
    }

    private static void fenced(Cluster cluster, Crowd crowd, ClusterMember victim, Damaging damaging)
            throws IOException {
        victim.kill();
        crowd.awaitWrites(50);
        damaging.damage(victim);
        back(cluster, crowd, victim);
        assertThat(victim.logTail()).contains("DataDamaged", "Fenced", "SnapshotInstalled");
    }

    private static void putsItsLogAside(Cluster cluster, Crowd crowd, ClusterMember victim, Damaging damaging)
            throws IOException {
        fenced(cluster, crowd, victim, damaging);
        assertThat(Damage.files(victim, "damaged.log.")).isNotEmpty();
    }

    private static void damagedEpochs(Cluster cluster, Crowd crowd, ClusterMember victim) throws IOException {
        victim.kill();
        Damage.epochs(victim);
        back(cluster, crowd, victim);
        assertThat(victim.logTail()).contains("EpochFileUnreadable");
        assertThat(Damage.folder(victim).resolve("acceptedEpoch")).isNotEmptyFile();
    }

    private static void back(Cluster cluster, Crowd crowd, ClusterMember victim) {
        cluster.start(victim);
        cluster.awaitServing(victim);
        assertThat(victim.mode()).isEqualTo("follower");
        crowd.awaitWrites(50);
    }

    /// It cannot know that itself, but while the others have a leader it does no harm.
    @Test
    void aMemberThatWasPutBackToAnOldStateCatchesUp() throws Exception {
        try (Cluster cluster = Cluster.start(Layout.of(3), folder)) {
            try (Crowd crowd = Crowd.start(cluster, 6)) {
                crowd.awaitWrites(200);
                ClusterMember victim = cluster.follower();
                victim.kill();
                Path data = victim.dataDir().resolve("version-2");
                copy(data, folder.resolve("old"));
                cluster.start(victim);
                cluster.awaitServing(victim);
                crowd.awaitWrites(300);
                victim.kill();
                Damage.wipe(victim);
                copy(folder.resolve("old"), data);
                back(cluster, crowd, victim);
                assertThat(cluster.leader().logTail()).contains("LearnerForgot");
            }
            Judgement.pass(cluster, "rollback");
        }
    }

    /// Its log is as good as the others', hence it is elected; but what it would serve is much less.
    @Test
    void aMemberWhoseTreeIsWrongIsElectedAndLetsAnotherLead() throws Exception {
        Layout layout = Layout.of(3).withProperty("zookeeper.snapCount", "300");
        try (Cluster cluster = Cluster.start(layout, folder)) {
            try (Crowd crowd = Crowd.start(cluster, 3)) {
                ClusterMember victim = cluster.member(3);
                await().atMost(Cluster.PATIENCE)
                        .until(() -> Damage.files(victim, "snapshot.").size() > 3);
                cluster.makeLead(victim);
                crowd.awaitWrites(50);
                // The leader's log is the longest.
                cluster.member(1).kill();
                cluster.member(2).kill();
                victim.kill();
                List<Path> snapshots = Damage.files(victim, "snapshot.");
                Files.copy(snapshots.get(1), snapshots.getLast(), StandardCopyOption.REPLACE_EXISTING);
                // From an older one it would find the right tree by itself.
                for (Path older : snapshots.subList(0, snapshots.size() - 1)) {
                    Files.delete(older);
                }
                // Who comes first is not left out of the election.
                cluster.start(victim);
                await().atMost(Cluster.PATIENCE).until(() -> victim.log().matches("(?s).*DigestMismatch.*Looking.*"));
                cluster.start(cluster.member(1));
                cluster.start(cluster.member(2));
                crowd.awaitWrites(50);
                assertThat(victim.log()).contains("DigestMismatch", "HandsOver", "SnapshotInstalled");
                victim.kill();
                back(cluster, crowd, victim);
            }
            Judgement.pass(cluster, "wrong-tree");
        }
    }

    /// Two of three would make up an ensemble that has forgotten what it has acknowledged.
    @Test
    void membersThatHaveLostTheirDisksElectNobody() throws Exception {
        try (Cluster cluster = Cluster.start(Layout.of(3), folder)) {
            try (Crowd crowd = Crowd.start(cluster, 3)) {
                crowd.awaitWrites(100);
                ClusterMember last = cluster.leader();
                List<ClusterMember> victims =
                        cluster.members().stream().filter(each -> each != last).toList();
                cluster.members().forEach(ClusterMember::kill);
                for (ClusterMember victim : victims) {
                    Damage.record(victim);
                    cluster.start(victim);
                }
                await().atMost(Cluster.PATIENCE)
                        .until(() -> victims.stream()
                                .allMatch(victim -> victim.logTail().contains("Looking")));
                long writes = crowd.writes();
                Thread.sleep(3_000);
                assertThat(crowd.writes()).isEqualTo(writes);
                assertThat(victims)
                        .allMatch(victim -> victim.alive() && victim.mode().isEmpty());
                // What an operator does: the files were whole, it was the record that was not.
                for (ClusterMember victim : victims) {
                    victim.kill();
                    restore(victim);
                }
                cluster.members().forEach(cluster::start);
                crowd.awaitWrites(50);
            }
            Judgement.pass(cluster, "losses");
        }
    }

    private static void restore(ClusterMember victim) throws IOException {
        Path data = victim.dataDir().resolve("version-2");
        Files.delete(data.resolve("zabra.member"));
        for (Path file : Damage.files(victim, "damaged.")) {
            Files.move(file, data.resolve(file.getFileName().toString().substring("damaged.".length())));
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.walkFileTree(from, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path each, BasicFileAttributes attributes) throws IOException {
                Files.createDirectories(to.resolve(from.relativize(each)));
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path each, BasicFileAttributes attributes) throws IOException {
                Files.copy(each, to.resolve(from.relativize(each)), StandardCopyOption.COPY_ATTRIBUTES);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
