// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.interop.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.zabra.interop.process.OnZabra;
import io.zabra.interop.process.Product;
import io.zabra.interop.process.RunningServer;
import io.zabra.interop.process.ServerSetup;
import io.zabra.interop.raw.Frame;
import io.zabra.interop.raw.Handshake;
import io.zabra.interop.raw.Ops;
import io.zabra.interop.raw.RawClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Goal: a disk that fills up costs writes, and nothing that was acknowledged.
/// Method: a real process writes to a real file system of 64 MiB until there is no room, is killed, gets room again.
@OnZabra
class FullDiskIT {

    private static final int QUOTA_EXCEEDED = -125;
    private static final int DISK_MIB = 64;
    private static final int RESERVE_MIB = 16;
    private static final Duration SOON = Duration.ofSeconds(10);

    /// The disk lies on this folder; its end is not for the test engine to bring about, but for the unmounting.
    private Path mountPoint;

    private SmallDisk disk;

    @TempDir
    Path directory;

    @BeforeEach
    void mount() throws IOException {
        mountPoint = Files.createDirectory(directory.resolve("disk"));
        disk = SmallDisk.mount(mountPoint, DISK_MIB);
    }

    @AfterEach
    void unmount() {
        if (disk != null) {
            disk.close();
        }
    }

    private ServerSetup setup(int refuseBelowMib) {
        return ServerSetup.of(Product.ZABRA, mountPoint.resolve("data"))
                .withConfig("zabra.disk.refuseBelowMb", Integer.toString(refuseBelowMib))
                .withConfig("zabra.disk.resumeAboveMb", Integer.toString(refuseBelowMib * 3 / 2));
    }

    private static RawClient connect(RunningServer server) {
        return RawClient.open(server.address(), Handshake.fresh(40_000));
    }

    @Test
    void aDiskNearlyFullRefusesWritesUntilThereIsSpace() throws InterruptedException {
        disk.fillUpTo(32 * SmallDisk.MIB);
        var filler = new Filler();
        RunningServer server = setup(RESERVE_MIB).start();
        try (var client = connect(server)) {
            Frame refused = filler.fill(client, 3_000, 2);
            assertThat(refused.error()).isEqualTo(QUOTA_EXCEEDED);
            assertThat(filler.acknowledged()).isGreaterThan(100);
            assertThat(disk.freeBytes()).isBetween(1L, RESERVE_MIB * SmallDisk.MIB);
            assertServesReadsOnly(client, filler);
        }
        assertThat(server.logTail()).contains("WritesRefused diskLow=true");
        server.kill();

        RunningServer second = server.restart();
        try (var client = connect(second)) {
            await().atMost(SOON).until(() -> tryToWrite(client) == QUOTA_EXCEEDED);
            assertServesReadsOnly(client, filler);
            disk.removeBallast();
            await().atMost(SOON).until(() -> tryToWrite(client) == 0);
            assertThat(filler.faults(client)).isEmpty();
        }
        assertThat(second.logTail()).contains("WritesRefused diskLow=false");
        second.kill();

        try (RunningServer third = second.restart();
                var client = connect(third)) {
            assertThat(filler.faults(client)).isEmpty();
            assertThat(tryToWrite(client)).isZero();
        }
    }

    /// Reads are answered, old sessions go on and new ones come; every kind of write gets the same error.
    private static void assertServesReadsOnly(RawClient client, Filler filler) {
        assertThat(filler.faults(client)).isEmpty();
        assertThat(client.call(Ops.PING, Ops.EMPTY).error()).isZero();
        assertThat(client.call(Ops.SET_DATA, Ops.setData("/", Ops.EMPTY, -1)).error())
                .isEqualTo(QUOTA_EXCEEDED);
        assertThat(client.call(Ops.DELETE, Ops.delete("/full-0", -1)).error()).isEqualTo(QUOTA_EXCEEDED);
    }

    private static int tryToWrite(RawClient client) {
        return client.call(Ops.SET_DATA, Ops.setData("/", Ops.EMPTY, -1)).error();
    }

    /// Without the watermark the disk gets full in the middle of a write, as when others fill it faster than it is
    /// looked at.
    @Test
    void aWriteThatFindsNoSpaceWaitsForIt() throws Exception {
        disk.fillUpTo(12 * SmallDisk.MIB);
        var filler = new Filler();
        RunningServer server = setup(0).start();
        try (var client = connect(server);
                var reader = connect(server)) {
            var filling = CompletableFuture.runAsync(() -> filler.create(client, 1_000));
            await().atMost(SOON).until(() -> server.logTail().contains("SessionsHeld diskFull=true"));
            assertThat(server.logTail()).contains("LogWaitsForSpace").contains("No space left on device");
            assertThat(reader.call(Ops.GET_DATA, Ops.read("/full-0", false)).error())
                    .isZero();
            assertThat(tryToWrite(reader)).isEqualTo(QUOTA_EXCEEDED);
            assertThatThrownBy(() -> connect(server)).isInstanceOf(RuntimeException.class);
            assertThat(filling).isNotDone();
            disk.removeBallast();
            filling.get(SOON.toSeconds(), TimeUnit.SECONDS);
            assertThat(connect(server).call(Ops.PING, Ops.EMPTY).error()).isZero();
            assertThat(filler.acknowledged()).isEqualTo(1_000);
        }
        server.kill();
        try (RunningServer second = server.restart();
                var client = connect(second)) {
            assertThat(filler.faults(client)).isEmpty();
            assertThat(tryToWrite(client)).isZero();
        }
    }

    /// The server starts on a disk without a byte left, answers, and takes writes when there is space.
    @Test
    void aFullDiskIsServedToReaders() throws Exception {
        var filler = new Filler();
        RunningServer server = setup(RESERVE_MIB).start();
        try (var client = connect(server)) {
            filler.create(client, 10);
        }
        server.kill();
        disk.fillUpTo(0);
        RunningServer second = server.restart();
        assertThat(second.logTail()).contains("SessionsHeld diskFull=true");
        assertThatThrownBy(() -> connect(second)).isInstanceOf(RuntimeException.class);
        disk.removeBallast();
        await().atMost(SOON).until(() -> second.logTail().contains("WritesRefused diskLow=false"));
        try (var client = connect(second)) {
            assertThat(filler.faults(client)).isEmpty();
            assertThat(tryToWrite(client)).isZero();
        }
        second.kill();
    }

    /// A snapshot is given up at a quarter of the watermark, so that it never brings the disk to the eighth below which
    /// not even sessions come and go. Here the log finds room for the writes after which one is due, at most 400 of
    /// 16 KiB, and a snapshot of all nodes does not.
    @Test
    void aSnapshotThatFindsLittleSpaceIsGivenUp() throws Exception {
        var filler = new Filler();
        RunningServer first = setup(RESERVE_MIB).start();
        try (var client = connect(first)) {
            filler.create(client, 640);
        }
        first.kill();
        disk.fillUpTo((RESERVE_MIB + 9) * SmallDisk.MIB);
        ServerSetup setup = setup(RESERVE_MIB).withProperty("zookeeper.snapCount", "400");
        RunningServer second = setup.start();
        try (var client = connect(second)) {
            assertThat(filler.fill(client, 3_000, 2).error()).isEqualTo(QUOTA_EXCEEDED);
            await().atMost(SOON).until(() -> second.logTail().contains("SnapshotFailed"));
            assertThat(disk.freeBytes()).isGreaterThan(RESERVE_MIB * SmallDisk.MIB / 8);
            assertThat(filler.faults(client)).isEmpty();
        }
        try (var files = Files.list(setup.dataDir().resolve("version-2"))) {
            assertThat(files.map(file -> file.getFileName().toString())).noneMatch(name -> name.contains("tmp"));
        }
        second.kill();
        disk.removeBallast();
        try (RunningServer third = second.restart();
                var client = connect(third)) {
            assertThat(filler.faults(client)).isEmpty();
            assertThat(tryToWrite(client)).isZero();
        }
    }
}
