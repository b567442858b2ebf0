// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.storage.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zabra.storage.DataFile;
import io.zabra.storage.DiskFile;
import io.zabra.storage.Recovered;
import io.zabra.storage.Recovery;
import io.zabra.storage.TxnLog;
import io.zabra.wire.txn.CreateSessionTxn;
import io.zabra.wire.txn.LoggedTxn;
import io.zabra.wire.txn.TxnHeader;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileDiskTest {

    @TempDir
    private Path folder;

    @Test
    void folderIsForOneServerAtATime() throws IOException {
        try (FileDisk first = FileDisk.open(folder)) {
            assertThatThrownBy(() -> FileDisk.open(folder))
                    .hasMessageContaining(folder.toString())
                    .hasMessageContaining("another server");
            assertThat(first.list()).contains(FileDisk.LOCK_NAME);
        }
        FileDisk.open(folder).close();
    }

    @Test
    void filesAreWrittenReadCutRenamedAndDeleted() throws IOException {
        try (FileDisk disk = FileDisk.open(folder)) {
            try (DiskFile file = disk.create("a")) {
                file.write(4, new byte[] {1, 2, 3}, 0, 3);
                file.force();
                byte[] read = new byte[10];
                assertThat(file.read(3, read, 2, 8)).isEqualTo(4);
                assertThat(read).containsExactly(0, 0, 0, 1, 2, 3, 0, 0, 0, 0);
                file.truncate(5);
                assertThat(file.size()).isEqualTo(5);
                assertThat(file.read(5, read, 0, 1)).isZero();
            }
            assertThatThrownBy(() -> disk.create("a")).isInstanceOf(FileAlreadyExistsException.class);
            assertThatThrownBy(() -> disk.open("b")).isInstanceOf(NoSuchFileException.class);
            disk.create("b").close();
            disk.rename("a", "b");
            disk.force();
            Files.createDirectory(folder.resolve("inside"));
            assertThat(disk.list()).containsExactly("b", FileDisk.LOCK_NAME);
            assertThat(disk.totalBytes()).isEqualTo(5);
            disk.delete("b");
            assertThatThrownBy(() -> disk.delete("b")).isInstanceOf(NoSuchFileException.class);
            assertThat(disk.usableBytes()).isPositive();
            assertThatThrownBy(() -> disk.open("../x")).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void logIsPreallocatedAsApachesIsAndFoundAgain() throws IOException {
        try (FileDisk disk = FileDisk.open(folder)) {
            Recovery.recover(disk, disk, Recovery.Options.defaults());
            try (TxnLog log = TxnLog.open(disk, new TxnLog.Options(64L << 20, true, 4 << 20, 7), 0)) {
                for (int zxid = 1; zxid <= 1_000; zxid++) {
                    log.append(zxid, session(zxid));
                    if (zxid % 100 == 0) {
                        log.sync();
                    }
                }
            }
            assertThat(Files.size(folder.resolve("log.1"))).isEqualTo(67_108_880);
            assertThat(DataFile.logs(disk.list())).containsExactly(new DataFile("log.1", 1));
            Recovered.Restored restored =
                    (Recovered.Restored) Recovery.recover(disk, disk, Recovery.Options.defaults());
            assertThat(restored.replayed()).isEqualTo(1_000);
            assertThat(restored.notes()).isEmpty();
        }
    }

    private static byte[] session(int zxid) {
        return new LoggedTxn(new TxnHeader(zxid, 0, zxid, 5, -10), new CreateSessionTxn(4_000), null).encode();
    }
}
