// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zabra.core.base.Prng;
import io.zabra.core.tree.TreeOptions;
import io.zabra.storage.stream.Compression;
import io.zabra.storage.stream.Snappy;
import io.zabra.storage.stream.Unwrapped;
import io.zabra.storage.stream.Window;
import io.zabra.wire.MalformedPacketException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Wrapped snapshots: those of the JDK's gzip and of snappy-java, and our own.
class CompressionTest {

    @ParameterizedTest
    @ValueSource(strings = {"snapshot.e.gz", "snapshot.e.snappy"})
    void wrappedSnapshotIsTheSameTree(String name) throws IOException {
        MemoryDisk disk = new MemoryDisk();
        disk.put("snapshot.e", GoldenTest.golden("snapshot.e"));
        disk.put(name, GoldenTest.golden(name));
        long plain = load(disk, "snapshot.e").tree().digest();
        assertThat(load(disk, name).tree().digest()).isEqualTo(plain);
        assertThat(Snapshots.problem(disk, name)).isNull();
    }

    @Test
    void streamOfSnappyJavaWithAllKindsOfElementsIsUnpackedToTheByte() throws IOException {
        MemoryDisk disk = new MemoryDisk();
        disk.put("mixed", GoldenTest.golden("mixed.snappy"));
        byte[] expected;
        try (var in = new GZIPInputStream(new ByteArrayInputStream(GoldenTest.golden("mixed.bin.gz")))) {
            expected = in.readAllBytes();
        }
        assertThat(unwrapped(disk, "mixed")).isEqualTo(expected);
    }

    @Test
    void ownBlocksAreUnpackedAgain() {
        Prng random = new Prng(11);
        for (int length = 0; length < 70_000; length = length * 2 + random.below(3)) {
            byte[] bytes = new byte[length];
            for (int i = 0; i < length; i++) {
                bytes[i] = (byte) random.next();
            }
            byte[] packed = Snappy.encode(bytes, 0, length);
            assertThat(Snappy.decode(packed, 0, packed.length)).isEqualTo(bytes);
            length++;
        }
    }

    @ParameterizedTest
    @EnumSource(Compression.class)
    void snapshotIsWrittenAndLoadedInEachWrapping(Compression compression) throws IOException {
        MemoryDisk source = new MemoryDisk();
        source.put("snapshot.e", GoldenTest.golden("snapshot.e"));
        Snapshots.Loaded loaded = load(source, "snapshot.e");
        MemoryDisk disk = new MemoryDisk();
        DataFile written;
        try (var frozen = loaded.tree().freeze()) {
            written = new Snapshots(disk, compression)
                    .write(new SnapshotImage(frozen, loaded.sessionTimeoutsMs()), Snapshots.Pace.FULL);
        }
        assertThat(written.name()).isEqualTo("snapshot.e" + compression.suffix());
        assertThat(disk.list()).containsExactly(written.name());
        Snapshots.Loaded again = load(disk, written.name());
        assertThat(again.tree().digest()).isEqualTo(loaded.tree().digest());
        assertThat(again.sessionTimeoutsMs()).isEqualTo(loaded.sessionTimeoutsMs());
    }

    @ParameterizedTest
    @ValueSource(strings = {"snapshot.e.gz", "snapshot.e.snappy"})
    void damagedWrappingIsNeverTakenForAnotherTree(String name) throws IOException {
        byte[] bytes = GoldenTest.golden(name);
        MemoryDisk whole = new MemoryDisk();
        whole.put(name, bytes);
        long digest = load(whole, name).tree().digest();
        for (int at = 0; at < bytes.length; at++) {
            byte[] flipped = bytes.clone();
            flipped[at] ^= 0x55;
            assertSameOrRefused(name, flipped, digest);
            assertSameOrRefused(name, Arrays.copyOf(bytes, at), digest);
        }
    }

    @Test
    void blockThatClaimsMoreThanItCanHoldTakesNoMemory() {
        byte[] claim = {(byte) 0xff, (byte) 0xff, (byte) 0xff, 0x07, 0, 0};
        assertThatThrownBy(() -> Snappy.decode(claim, 0, claim.length)).isInstanceOf(MalformedPacketException.class);
    }

    private static void assertSameOrRefused(String name, byte[] bytes, long digest) {
        MemoryDisk disk = new MemoryDisk();
        disk.put(name, bytes);
        Recovered recovered = GoldenTest.recover(disk, GoldenTest.extended());
        if (recovered instanceof Recovered.Restored restored) {
            assertThat(restored.tree().digest()).isEqualTo(digest);
        }
    }

    private static Snapshots.Loaded load(Disk disk, String name) throws IOException {
        return Snapshots.load(disk, new DataFile(name, 0xe), TreeOptions.extended());
    }

    private static byte[] unwrapped(Disk disk, String name) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        try (DiskFile file = disk.open(name)) {
            Window.Source source = Unwrapped.snappy(file.from(0));
            byte[] piece = new byte[1000];
            for (int count = source.read(piece, 0, 1000); count >= 0; count = source.read(piece, 0, 1000)) {
                all.write(piece, 0, count);
            }
        }
        return all.toByteArray();
    }
}
