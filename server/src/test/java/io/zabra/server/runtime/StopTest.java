// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.server.runtime;

import static io.zabra.server.runtime.TestServer.create;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import io.zabra.core.node.Input;
import io.zabra.server.runtime.TestServer.TestClient;
import io.zabra.wire.client.ExistsRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/// A stop ends, whatever hangs.
@Timeout(60)
class StopTest {

    private static final Logger LOG = (Logger) LoggerFactory.getLogger("zabra.test");

    @TempDir
    Path folder;

    private final Stuck stuck = new Stuck();

    @AfterEach
    void release() {
        stuck.released.countDown();
        LOG.detachAppender(stuck);
    }

    @Test
    void anEventLoopThatHangsHoldsUpNothing() throws Exception {
        stuck.start();
        LOG.addAppender(stuck);
        long begin;
        var server = new TestServer(folder, Map.of("zabra.io.threads", "1"));
        try (TestClient client = server.connect();
                TestClient other = server.dial()) {
            assertThat(client.call(create("/kept", new byte[3])).error()).isZero();
            other.write("GET / HTTP/1.1\r\n\r\n".getBytes(US_ASCII));
            assertThat(stuck.reached.await(10, TimeUnit.SECONDS)).isTrue();
            begin = System.nanoTime();
            assertThatThrownBy(server::close)
                    .isInstanceOf(IOException.class)
                    .hasMessage("client port: did not end in time");
        }
        assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin)).isLessThan(Server.STOP_MS_MAX);
        stuck.released.countDown();
        try (TestServer again = new TestServer(folder, Map.of());
                TestClient client = again.connect()) {
            assertThat(client.call(new ExistsRequest("/kept", false)).error()).isZero();
        }
    }

    @Test
    void aNodeThatHasStoppedTakesNoMoreSteps() throws Exception {
        var server = new TestServer(folder, Map.of());
        NodeLoop loop = server.loop();
        assertThat(loop.stop(10_000)).isTrue();
        loop.offer(new Input.Inspect(_ -> {
            throw new IllegalStateException("it goes on");
        }));
        loop.run();
        assertThat(server.failure()).isNull();
        assertThatThrownBy(server::close).isInstanceOf(IOException.class).hasMessageContaining("the node has stopped");
    }

    @Test
    void allStepsAreTakenAndShareTheTime() throws Exception {
        List<Long> given = new ArrayList<>();
        var steps = new StopSteps(100);
        steps.take("first", 60_000, ms -> {
            given.add(ms);
            Thread.sleep(ms);
            return false;
        });
        steps.take("second", 60_000, ms -> {
            given.add(ms);
            throw new IOException("broken");
        });
        assertThatThrownBy(steps::finish)
                .hasMessage("first: did not end in time")
                .satisfies(e ->
                        assertThat(e.getSuppressed()).singleElement().asString().endsWith("second: broken"));
        assertThat(given.get(0)).isBetween(1L, 100L);
        assertThat(given.get(1)).isEqualTo(1);
    }

    /// Stands for standard output that nobody reads: the event loop that tells of a dropped connection waits there.
    private static final class Stuck extends UnsynchronizedAppenderBase<ILoggingEvent> {

        private final CountDownLatch reached = new CountDownLatch(1);
        private final CountDownLatch released = new CountDownLatch(1);

        @Override
        protected void append(ILoggingEvent event) {
            if (event.getFormattedMessage().startsWith("ConnectionDropped ")) {
                reached.countDown();
                try {
                    released.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        }
    }
}
