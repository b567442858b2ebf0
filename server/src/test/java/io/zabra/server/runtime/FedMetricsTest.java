// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.server.runtime;

import static io.zabra.server.runtime.TestServer.create;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.zabra.server.observe.Metrics;
import io.zabra.server.runtime.TestServer.TestClient;
import io.zabra.wire.client.ConnectResponse;
import io.zabra.wire.client.ExistsRequest;
import io.zabra.wire.client.GetDataRequest;
import io.zabra.wire.client.SetDataRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FedMetricsTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @TempDir
    Path folder;

    @Test
    void everyNameIsFedOrSaidToBeZero() throws Exception {
        try (TestServer server = new TestServer(folder, Map.of())) {
            assertThat(server.metrics.unfed()).containsExactlyInAnyOrderElementsOf(Metrics.alwaysZeroAlone());
        }
    }

    @Test
    void whatClientsDoIsSeen() throws Exception {
        try (TestServer server = new TestServer(folder, Map.of())) {
            ConnectResponse session;
            try (TestClient client = server.connect()) {
                session = client.session();
                client.call(create("/app", new byte[10]));
                client.call(new GetDataRequest("/app", true));
                client.send(new SetDataRequest("/app", new byte[20], -1));
                client.frame();
                client.reply();
            }
            // The loop of this connection may hear of its end when that of the next one has answered already.
            await().atMost(PATIENCE).untilAsserted(() -> assertMetric(server, "connection_drop_count", 1));
            try (TestClient again = server.dial()) {
                again.handshake(session.sessionId(), session.password());
                again.call(new ExistsRequest("/app", false));
                assertMetric(server, "connection_revalidate_count", 1);
                assertMetric(server, "connection_request_count", 2);
                assertMetric(server, "cnt_app_write_per_namespace", 2);
                assertMetric(server, "sum_app_write_per_namespace", 14 + 24);
                assertMetric(server, "cnt_app_read_per_namespace", 2);
                assertMetric(server, "sum_app_read_per_namespace", 14 + 68 + 4 + 68);
                assertMetric(server, "sum_node_changed_watch_count", 1);
                assertMetric(server, "cnt_propagation_latency", 3);
                assertMetric(server, "sync_processor_request_queued", 3);
                assertMetric(server, "watch_bytes", 16 + 4 + 4 + 4 + 4);
                assertMetric(server, "cnt_dbinittime", 1);
                assertMetric(server, "cnt_startup_txns_loaded", 1);
            }
        }
    }

    private static void assertMetric(TestServer server, String name, long value) {
        assertThat(server.metric(name).longValue()).as(name).isEqualTo(value);
    }
}
