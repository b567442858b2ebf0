// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.server.runtime;

import static io.zabra.server.runtime.TestServer.create;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.zabra.server.report.Notice;
import io.zabra.server.runtime.TestServer.TestClient;
import io.zabra.wire.client.CloseSessionRequest;
import io.zabra.wire.client.ConnectResponse;
import io.zabra.wire.client.ExistsRequest;
import io.zabra.wire.data.ErrorCode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RequestLimitsTest {

    private static final byte[] NOTHING = new byte[0];

    @TempDir
    Path folder;

    @Test
    void largeRequestsAreRefusedWhileOthersAreInWork() throws Exception {
        Map<String, String> settings = Map.of("largeRequestThreshold", "10000", "largeRequestMaxBytes", "50000");
        try (TestServer server = new TestServer(folder, settings);
                TestClient client = server.connect()) {
            for (int i = 0; i < 20; i++) {
                assertThat(client.call(create("/large" + i, new byte[30_000])).error())
                        .as("one at a time")
                        .isZero();
                assertThat(client.call(create("/small" + i, new byte[9_000])).error())
                        .isZero();
            }
            assertThat(server.metric("large_requests_rejected").longValue()).isZero();
            try (TestClient greedy = server.connect()) {
                assertThat(greedy.endsAt(create("/greedy", new byte[60_000]))).isTrue();
            }
            assertThat(server.metric("large_requests_rejected").longValue()).isEqualTo(1);
            assertThat(server.told(Notice.LargeRequestRejected.class)).isEqualTo(1);
            assertThat(client.call(new ExistsRequest("/greedy", false)).error()).isEqualTo(ErrorCode.NO_NODE.number());
        }
    }

    @Test
    void theRoomOfAConnectionThatGoesIsFreeAgain() throws Exception {
        Map<String, String> settings = Map.of("largeRequestThreshold", "10000", "largeRequestMaxBytes", "50000");
        try (TestServer server = new TestServer(folder, settings)) {
            for (int i = 0; i < 30; i++) {
                try (TestClient client = server.connect()) {
                    client.send(create("/large" + i, new byte[40_000]));
                    if (i % 2 == 0) {
                        client.send(new CloseSessionRequest());
                        client.reply();
                    }
                }
                await().pollInterval(Duration.ofMillis(1))
                        .until(() -> server.metric("num_alive_connections").intValue() == 0);
            }
            try (TestClient last = server.connect()) {
                assertThat(last.call(create("/last", new byte[40_000])).error()).isZero();
            }
        }
    }

    @Test
    void aLogFileThatIsLargeEnoughIsFollowedByAnother() throws Exception {
        try (TestServer server = new TestServer(folder, Map.of("txnLogSizeLimitInKb", "64"));
                TestClient client = server.connect()) {
            for (int i = 0; i < 20; i++) {
                client.call(create("/n" + i, new byte[20_000]));
            }
        }
        try (Stream<Path> files = Files.list(folder.resolve("version-2"))) {
            assertThat(files.filter(file -> file.getFileName().toString().startsWith("log.")))
                    .hasSizeBetween(4, 10);
        }
        try (TestServer again = new TestServer(folder, Map.of());
                TestClient client = again.connect()) {
            assertThat(client.call(new ExistsRequest("/n19", false)).error()).isZero();
        }
    }

    @Test
    void weightsMakeANewSessionDearerThanOneThatComesBack() throws Exception {
        Map<String, String> settings = Map.of(
                "connection_throttle_tokens", "2",
                "connection_throttle_fill_time", "1000000",
                "connection_throttle_weight_enabled", "true");
        try (TestServer server = new TestServer(folder, settings);
                TestClient first = server.connect();
                TestClient again = server.dial();
                TestClient third = server.dial()) {
            ConnectResponse session = first.session();
            assertThat(again.handshake(session.sessionId(), session.password()).sessionId())
                    .isEqualTo(session.sessionId());
            third.connect(0, new byte[16]);
            assertThat(third.ends()).as("one token of six is left").isTrue();
            assertThat(server.metric("connection_request_count").longValue()).isEqualTo(2);
            assertThat(server.metric("connection_rejected").longValue()).isEqualTo(1);
            assertThat(server.metric("max_connection_token_deficit").longValue())
                    .isEqualTo(5);
        }
    }
}
