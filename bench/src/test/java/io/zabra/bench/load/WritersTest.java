// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.zabra.bench.floor.FloorServer;
import io.zabra.bench.load.RetryingWriter.Write;
import io.zabra.wire.client.SetDataRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class WritersTest {

    @TempDir
    Path folder;

    @Test
    void aGapCountsIfItEndsAfterTheFault() {
        List<Write> writes = List.of(new Write(0, 10), new Write(20, 100), new Write(100, 130), new Write(130, 180));

        assertThat(RetryingWriter.longestGapNs(writes, 0)).isEqualTo(90);
        assertThat(RetryingWriter.longestGapNs(writes, 99)).isEqualTo(90);
        assertThat(RetryingWriter.longestGapNs(writes, 100)).isEqualTo(50);
        assertThat(RetryingWriter.longestGapNs(writes, 180)).isZero();
    }

    @Test
    void clientsOfAServerThatEndsWriteOnTheOtherOne() throws Exception {
        var ending = new FloorServer(0, folder.resolve("a"));
        var staying = new FloorServer(0, folder.resolve("b"));
        Thread serving = serve(ending);
        serve(staying);
        var write = new SetDataRequest("/x", new byte[10], -1);
        try (var writers = new Writers(List.of(ending.address(), staying.address()), 2, _ -> write)) {
            writers.survived(System.nanoTime());
            writers.forget();
            long faultNs = System.nanoTime();
            Thread.sleep(300);
            ending.stop();
            serving.join();

            Writers.Outage outage = writers.survived(System.nanoTime());

            assertThat(outage.each().getTotalCount()).isEqualTo(2);
            assertThat(outage.allNs()).isBetween(1L, System.nanoTime() - faultNs);
            assertThat(writers.lostSessions()).isZero();
        } finally {
            staying.stop();
        }
    }

    private static Thread serve(FloorServer server) {
        return Thread.ofPlatform().daemon().start(() -> {
            try {
                server.serve();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }
}
