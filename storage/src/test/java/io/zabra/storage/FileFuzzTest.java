// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.storage;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.zabra.storage.stream.Snappy;
import io.zabra.wire.MalformedPacketException;
import java.io.IOException;

/// Goal: no file contents make a reader fail in any way but the one for bad contents, or take memory that the file does
/// not back; what recovery accepts, it accepts again, without a note, and with the same result.
class FileFuzzTest {

    @FuzzTest
    void log(byte[] input) throws IOException {
        MemoryDisk disk = new MemoryDisk();
        disk.put("snapshot.0", GoldenTest.golden("snapshot.0"));
        disk.put("log.1", input);
        checkRecovery(disk);
        long last = 0;
        try (LogReader reader = LogReader.open(disk.copy(), "log.1")) {
            while (reader.next()) {
                assertThat(reader.from()).isLessThan(reader.to());
                assertThat(reader.offset()).isGreaterThan(last);
                last = reader.offset();
            }
            assertThat(reader.end().offset()).isBetween(0L, (long) input.length);
        } catch (java.nio.file.NoSuchFileException _) {
            // Recovery has removed a log without records.
        }
    }

    @FuzzTest
    void snapshot(byte[] input) throws IOException {
        MemoryDisk disk = new MemoryDisk();
        disk.put("snapshot.e", input);
        checkRecovery(disk);
    }

    @FuzzTest
    void gzippedSnapshot(byte[] input) throws IOException {
        MemoryDisk disk = new MemoryDisk();
        disk.put("snapshot.e.gz", input);
        checkRecovery(disk);
    }

    @FuzzTest
    void snappySnapshot(byte[] input) throws IOException {
        MemoryDisk disk = new MemoryDisk();
        disk.put("snapshot.e.snappy", input);
        checkRecovery(disk);
    }

    @FuzzTest
    void snappyBlock(byte[] input) {
        try {
            byte[] out = Snappy.decode(input, 0, input.length);
            assertThat(out.length).isLessThanOrEqualTo(64 * input.length + 64);
        } catch (MalformedPacketException e) {
            assertThat(e).hasMessageContaining("snappy");
        }
    }

    private static void checkRecovery(MemoryDisk disk) throws IOException {
        if (!(Recovery.recover(disk, disk, GoldenTest.extended()) instanceof Recovered.Restored first)) {
            return;
        }
        Recovered again = Recovery.recover(disk, disk, GoldenTest.extended());
        assertThat(again).isInstanceOfSatisfying(Recovered.Restored.class, second -> {
            assertThat(second.lastZxid()).isEqualTo(first.lastZxid());
            assertThat(second.tree().digest()).isEqualTo(first.tree().digest());
            assertThat(second.tree().nodeCount()).isEqualTo(first.tree().nodeCount());
            assertThat(second.sessionTimeoutsMs()).isEqualTo(first.sessionTimeoutsMs());
        });
    }
}
