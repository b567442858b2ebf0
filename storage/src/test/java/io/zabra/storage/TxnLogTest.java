// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class TxnLogTest {

    private final MemoryDisk disk = new MemoryDisk();
    private final History history = new History(9);

    @Test
    void aLogThatOutgrowsItsFileGoesOnInAnother() throws IOException {
        GoldenTest.recover(disk, Recovery.Options.defaults());
        write(new TxnLog.Options(4_096, true, 1 << 20, 1_000, 7));
        assertThat(logs()).hasSizeGreaterThan(5);
        Recovered.Restored restored = (Recovered.Restored) GoldenTest.recover(disk, Recovery.Options.defaults());
        assertThat(restored.lastZxid()).isEqualTo(history.zxid());
        assertThat(restored.tree().digest()).isEqualTo(history.digestAt(history.zxid()));
    }

    @Test
    void aLogWithoutALimitStaysInOneFile() throws IOException {
        GoldenTest.recover(disk, Recovery.Options.defaults());
        write(new TxnLog.Options(4_096, true, 1 << 20, 7));
        assertThat(logs()).hasSize(1);
    }

    private void write(TxnLog.Options options) throws IOException {
        try (TxnLog log = TxnLog.open(disk, options, 0)) {
            for (int i = 0; i < 100; i++) {
                history.write(log, 1);
            }
        }
    }

    private List<String> logs() throws IOException {
        return disk.list().stream().filter(name -> name.startsWith("log.")).toList();
    }
}
