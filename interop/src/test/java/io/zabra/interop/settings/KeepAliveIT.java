// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.interop.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.zabra.interop.process.OnZabra;
import io.zabra.interop.process.Product;
import io.zabra.interop.process.RunningServer;
import io.zabra.interop.process.ServerSetup;
import io.zabra.interop.raw.Handshake;
import io.zabra.interop.raw.RawClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Goal: `clientTcpKeepAlive` makes the kernel probe clients that are silent, wherever it is set.
/// Method: Linux says of each connection which timer runs for it.
@OnZabra
@EnabledOnOs(value = OS.LINUX, disabledReason = "the timers of connections are read from /proc")
class KeepAliveIT {

    private static final String KEY = "clientTcpKeepAlive";

    /// The kernel's numbers (proc(5), net/tcp): nothing is due, something waits to be acknowledged, probes are due.
    private static final String NONE = "00";

    private static final String RETRANSMISSION = "01";
    private static final String KEEP_ALIVE = "02";

    @TempDir
    Path directory;

    @ParameterizedTest(name = "zoo.cfg: {0}, property: {1}")
    @CsvSource({",,false", "true,,true", ",true,true", "false,true,false"})
    void theKernelProbesSilentClientsIfItIsAskedTo(String inFile, String asProperty, boolean probed) {
        for (Product product : List.of(Product.APACHE, Product.ZABRA)) {
            ServerSetup setup = ServerSetup.of(product, directory.resolve(product.name()));
            if (inFile != null) {
                setup = setup.withConfig(KEY, inFile);
            }
            if (asProperty != null) {
                setup = setup.withProperty("zookeeper." + KEY, asProperty);
            }
            try (RunningServer server = setup.start();
                    var client = RawClient.open(server.address(), Handshake.fresh(40_000))) {
                assertThat(timer(server.address().getPort(), client.localPort()))
                        .as(product.name())
                        .isEqualTo(probed ? KEEP_ALIVE : NONE);
            }
        }
    }

    /// The timer of the server's end of a connection, once everything on it is acknowledged.
    private static String timer(int port, int peer) {
        return await().atMost(Duration.ofSeconds(10))
                .until(() -> timerNow(port, peer), timer -> !timer.equals(RETRANSMISSION));
    }

    private static String timerNow(int port, int peer) throws IOException {
        String ends = ".*:%04X [0-9A-F]+:%04X .*".formatted(port, peer);
        for (String table : List.of("/proc/net/tcp", "/proc/net/tcp6")) {
            Path file = Path.of(table);
            List<String> lines = Files.exists(file) ? Files.readAllLines(file) : List.of();
            for (String line : lines) {
                if (line.matches(ends)) {
                    return line.strip().split(" +")[5].substring(0, 2);
                }
            }
        }
        throw new IllegalStateException("no connection from port " + peer + " to port " + port);
    }
}
