// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.server.runtime;

import static io.zabra.server.runtime.TestServer.create;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.zabra.server.runtime.TestServer.TestClient;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/// What operators hear when clients are turned away: the clients themselves only see that the connection is lost.
class ConnectionEventsTest {

    private static final Logger LOG = (Logger) LoggerFactory.getLogger("zabra.test");

    @TempDir
    Path folder;

    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();

    @BeforeEach
    void listen() {
        lines.start();
        LOG.addAppender(lines);
    }

    @AfterEach
    void stopListening() {
        LOG.detachAppender(lines);
    }

    @Test
    void tellsOfAFrameThatIsTooLong() throws Exception {
        try (TestServer server = new TestServer(folder, Map.of("jute.maxbuffer", "100000"));
                TestClient client = server.connect()) {
            assertThat(client.endsAt(create("/long", new byte[200_000]))).isTrue();
            assertThat(told("ConnectionDropped"))
                    .singleElement()
                    .asString()
                    .contains(" remoteAddress=127.0.0.1 ", "a frame of 200", "jute.maxbuffer=100000")
                    .doesNotContain("sessionId=0x0 ");
        }
    }

    @Test
    void tellsOfOtherProtocols() throws Exception {
        try (TestServer server = new TestServer(folder, Map.of())) {
            try (TestClient http = server.dial();
                    TestClient tls = server.dial()) {
                http.write("GET / HTTP/1.1\r\n\r\n".getBytes(US_ASCII));
                assertThat(http.ends()).isTrue();
                tls.write(new byte[] {0x16, 3, 1, 2, 0, 1, 0, 1, (byte) 0xFC, 3, 3});
                assertThat(tls.ends()).isTrue();
            }
            assertThat(told("ConnectionDropped"))
                    .satisfiesExactly(
                            line -> assertThat(line).contains("not a ZooKeeper client: it begins with 'GET '"),
                            line -> assertThat(line).contains("the client speaks TLS"));
        }
    }

    @Test
    void tellsOfTooManyConnections() throws Exception {
        try (TestServer server = new TestServer(folder, Map.of("maxClientCnxns", "1"));
                TestClient _ = server.connect();
                TestClient second = server.dial()) {
            assertThat(second.ends()).isTrue();
            assertThat(told("ConnectionRefused"))
                    .singleElement()
                    .asString()
                    .contains("too many connections from this address (maxClientCnxns=1)");
            assertThat(server.metric("connection_rejected").longValue()).isEqualTo(1);
        }
    }

    @Test
    void tellsOfAConnectionWithoutHandshake() throws Exception {
        try (TestServer server = new TestServer(folder, Map.of("nio.sessionlessCnxnTimeout", "100"));
                TestClient silent = server.dial()) {
            assertThat(silent.ends()).isTrue();
            assertThat(told("ConnectionDropped")).singleElement().asString().contains("no handshake within 100 ms");
        }
    }

    private List<String> told(String event) {
        return lines.list.stream()
                .map(ILoggingEvent::getFormattedMessage)
                .filter(line -> line.startsWith(event + " "))
                .toList();
    }
}
