// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.server.runtime;

import static io.zabra.server.runtime.TestServer.create;
import static org.assertj.core.api.Assertions.assertThat;

import io.zabra.server.runtime.TestServer.TestClient;
import io.zabra.wire.client.ExistsRequest;
import io.zabra.wire.client.ReplyHeader;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LimitsTest {

    private static final byte[] NOTHING = new byte[0];

    @TempDir
    Path folder;

    @Test
    void throttledRequestsAreAnsweredInOrder() throws Exception {
        try (TestServer server = new TestServer(folder, Map.of("request_throttle_max_requests", "1"));
                TestClient client = server.connect()) {
            for (int i = 0; i < 200; i++) {
                client.send(i % 2 == 0 ? create("/n" + i, NOTHING) : new ExistsRequest("/n" + (i - 1), false));
            }
            for (int i = 0; i < 200; i++) {
                ReplyHeader reply = client.reply();
                assertThat(reply.xid()).isEqualTo(i + 1);
                assertThat(reply.error()).isZero();
            }
            assertThat(server.metric("request_throttle_wait_count").longValue()).isPositive();
            assertThat(server.metric("cnt_request_throttle_queue_time_ms").longValue())
                    .isEqualTo(200);
        }
    }
}
