// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.interop.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.zabra.wire.txn.CreateSessionTxn;
import io.zabra.wire.txn.LoggedTxn;
import io.zabra.wire.txn.TxnHeader;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.zip.Adler32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {

    private static final int CREATE_SESSION = -10;
    private static final int FILE_HEADER_BYTES = 16;
    /// Files are longer than what is in them.
    private static final int PADDING_BYTES = 1_000;

    @TempDir
    Path folder;

    @Test
    void theWayLeadsThroughAllFiles() throws IOException {
        log(1, 1, 1, 2, 3);
        log(1, 4, 4, 5);
        assertThat(committed(1)).containsExactly(1L, 2L, 3L, 4L, 5L);
    }

    @Test
    void whatASnapshotHasLeftOutIsFoundElsewhere() throws IOException {
        log(1, 1, 1, 2, 5);
        log(2, 1, 1, 2, 3, 4, 5);
        assertThat(committed(2)).containsExactly(1L, 2L, 3L, 4L, 5L);
    }

    @Test
    void whatNobodyTookIsLeftOut() throws IOException {
        log(1, 1, 1, 2, 3);
        log(2, 1, 1, 2, 11, 12);
        assertThat(committed(2)).containsExactly(1L, 2L, 11L, 12L);
    }

    @Test
    @Timeout(10)
    void whatIsLoggedAgainLeadsNowhere() throws IOException {
        log(1, 1, 1, 2, 3, 4, 3, 4, 4, 5);
        log(1, 5, 5, 6);
        assertThat(committed(1)).containsExactly(1L, 2L, 3L, 4L, 5L, 6L);
    }

    @Test
    @Timeout(10)
    void whatIsLoggedAgainInAnotherFileLeadsNowhere() throws IOException {
        log(1, 1, 1, 2, 3, 4, 5);
        log(1, 3, 3, 4, 5, 6);
        assertThat(committed(1)).containsExactly(1L, 2L, 3L, 4L, 5L, 6L);
    }

    @Test
    void whatComesBehindARepeatThatEndsEarlyIsOnTheWay() throws IOException {
        log(1, 1, 1, 2, 3, 4, 5, 3, 4, 6, 2);
        assertThat(committed(1)).containsExactly(1L, 2L, 3L, 4L, 5L, 6L);
    }

    private List<Long> committed(int members) {
        List<Path> dataDirs = IntStream.rangeClosed(1, members)
                .mapToObj(id -> folder.resolve("data" + id))
                .toList();
        try (Journal journal = new Journal(dataDirs)) {
            return journal.committed().stream().map(txn -> txn.header().zxid()).toList();
        }
    }

    /// @param first the name of the file
    private void log(int member, long first, long... zxids) throws IOException {
        Path logs = Files.createDirectories(folder.resolve("data" + member).resolve("version-2"));
        try (var out = new DataOutputStream(Files.newOutputStream(logs.resolve("log." + first)))) {
            out.write(new byte[FILE_HEADER_BYTES]);
            for (long zxid : zxids) {
                var header = new TxnHeader(1, 1, zxid, 1, CREATE_SESSION);
                byte[] entry = new LoggedTxn(header, new CreateSessionTxn(1), null).encode();
                Adler32 sum = new Adler32();
                sum.update(entry);
                out.writeLong(sum.getValue());
                out.writeInt(entry.length);
                out.write(entry);
                out.write('B');
            }
            out.write(new byte[PADDING_BYTES]);
        }
    }
}
