// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zabra.core.base.Prng;
import io.zabra.core.log.ReceivedSnapshot;
import io.zabra.core.tree.TreeOptions;
import io.zabra.storage.member.SnapshotIntake;
import io.zabra.storage.member.StoredSnapshot;
import io.zabra.wire.MalformedPacketException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/// Snapshots on their way from one server to another.
class SnapshotIntakeTest {

    private static final SnapshotIntake.Limits LIMITS = new SnapshotIntake.Limits(1 << 20, 1 << 30);

    private final MemoryDisk disk = new MemoryDisk();

    @Test
    void whatApacheWouldSendBecomesTheSameTreeHoweverItIsCut() throws IOException {
        byte[] stream = apaches();
        Snapshots.Loaded expected = loaded("snapshot.e", GoldenTest.golden("snapshot.e"), 0xe);
        for (int seed = 0; seed < 50; seed++) {
            SnapshotIntake intake = new SnapshotIntake(0xe, TreeOptions.extended(), LIMITS);
            Prng random = new Prng(seed);
            byte[] followed = Arrays.copyOf(stream, stream.length + 40);
            int at = 0;
            while (!intake.complete()) {
                int end = Math.min(followed.length, at + 1 + random.below(seed == 0 ? 1 : 4 * seed));
                int taken = intake.take(followed, at, end);
                assertThat(taken).isEqualTo(Math.min(end, stream.length) - at);
                at += taken;
            }
            assertThat(at).isEqualTo(stream.length);
            assertThat(intake.bytes()).isEqualTo(stream.length);
            ReceivedSnapshot received = intake.store(disk, seed, Snapshots.Pace.FULL);
            assertThat(received.zxid()).isEqualTo(0xe);
            assertThat(received.tree().digest()).isEqualTo(expected.digest().value());
            assertThat(received.sessions()).isEqualTo(expected.sessionTimeoutsMs());
            String name = ((StoredSnapshot) received.file()).name();
            Snapshots.Loaded stored = loaded(name, disk.bytes(name), 0xe);
            assertThat(stored.tree().digest()).isEqualTo(expected.digest().value());
            assertThat(stored.digest()).isEqualTo(expected.digest());
        }
    }

    @Test
    void whatIsSentIsWhatApacheReads() throws IOException {
        Snapshots.Loaded loaded = loaded("snapshot.e", GoldenTest.golden("snapshot.e"), 0xe);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (var frozen = loaded.tree().freeze()) {
            Snapshots.send(new SnapshotImage(frozen, loaded.sessionTimeoutsMs()), out, 256);
        }
        byte[] sent = out.toByteArray();
        assertThat(sent).hasSameSizeAs(apaches());
        assertThat(new String(sent, StandardCharsets.ISO_8859_1)).endsWith("\0\0\0\1/\0\0\0\nBenWasHere");
        SnapshotIntake intake = new SnapshotIntake(0xe, TreeOptions.extended(), LIMITS);
        assertThat(intake.take(sent, 0, sent.length)).isEqualTo(sent.length);
        ReceivedSnapshot received = intake.store(disk, 1, Snapshots.Pace.FULL);
        assertThat(received.tree().digest()).isEqualTo(loaded.tree().digest());
        assertThat(received.tree().nodeCount()).isEqualTo(loaded.tree().nodeCount());
    }

    @Test
    void aStreamThatEndsEarlyIsNotComplete() {
        byte[] stream = apaches();
        for (int length = 0; length < stream.length; length++) {
            SnapshotIntake intake = new SnapshotIntake(0xe, TreeOptions.extended(), LIMITS);
            assertThat(intake.take(stream, 0, length)).isEqualTo(length);
            assertThat(intake.complete()).isFalse();
        }
    }

    @Test
    void damagedBytesAreRefusedOrTakenButNeverBreakAnything() {
        byte[] stream = apaches();
        int refused = 0;
        for (int at = 0; at < stream.length; at++) {
            for (int bit : new int[] {0x01, 0x80}) {
                byte[] damaged = stream.clone();
                damaged[at] ^= (byte) bit;
                SnapshotIntake intake = new SnapshotIntake(0xe, TreeOptions.extended(), LIMITS);
                try {
                    intake.take(damaged, 0, damaged.length);
                } catch (MalformedPacketException _) {
                    refused++;
                }
            }
        }
        assertThat(refused).isPositive();
    }

    @Test
    void moreThanTheLimitsAllowIsRefused() {
        byte[] stream = apaches();
        assertThatThrownBy(() -> new SnapshotIntake(0xe, TreeOptions.extended(), new SnapshotIntake.Limits(80, 1 << 30))
                        .take(stream, 0, stream.length))
                .isInstanceOf(MalformedPacketException.class)
                .hasMessageContaining("at most 80");
        assertThatThrownBy(
                        () -> new SnapshotIntake(0xe, TreeOptions.extended(), new SnapshotIntake.Limits(1 << 20, 500))
                                .take(stream, 0, stream.length))
                .isInstanceOf(MalformedPacketException.class)
                .hasMessageContaining("more than 500 bytes");
    }

    /// Sections 2 to 4 of the file are what goes over the wire.
    private static byte[] apaches() {
        byte[] file = GoldenTest.golden("snapshot.e");
        int seals = file.length - 13 - 20 - 13 - 8 - 13;
        byte[] signature = "\0\0\0\nBenWasHere".getBytes(StandardCharsets.ISO_8859_1);
        byte[] stream = Arrays.copyOfRange(file, 16, seals + signature.length);
        System.arraycopy(signature, 0, stream, seals - 16, signature.length);
        return stream;
    }

    private static Snapshots.Loaded loaded(String name, byte[] bytes, long zxid) throws IOException {
        MemoryDisk other = new MemoryDisk();
        other.put(name, bytes);
        return Snapshots.load(other, new DataFile(name, zxid), TreeOptions.extended());
    }
}
