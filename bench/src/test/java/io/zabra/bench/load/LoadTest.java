// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zabra.bench.floor.FloorServer;
import io.zabra.wire.client.GetChildrenRequest;
import io.zabra.wire.client.GetDataRequest;
import io.zabra.wire.client.SetDataRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The load generator against the floor server, in one process.
@Timeout(60)
class LoadTest {

    @TempDir
    Path folder;

    private FloorServer server;
    private Thread serving;

    @BeforeEach
    void start() throws IOException {
        server = new FloorServer(0, folder);
        serving = Thread.ofPlatform().daemon().start(() -> {
            try {
                server.serve();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    @AfterEach
    void stop() throws Exception {
        server.stop();
        serving.join(TimeUnit.SECONDS.toMillis(10));
    }

    @Test
    void closedLoopSendsExactlyItsBudgetAndCountsEveryReply() throws IOException {
        try (Fleet fleet = Fleet.connect(List.of(server.address()), 5, 16)) {
            Phase phase = ClosedLoop.run(fleet, reading("/x"), 16, Budget.ofRequests(10_007));

            assertThat(phase.operations()).isEqualTo(10_007);
            assertThat(phase.latencies().getTotalCount()).isEqualTo(10_007);
            assertThat(phase.errorCount()).isZero();
            assertThat(phase.elapsedNs()).isPositive();
        }
    }

    @Test
    void closedLoopKeepsNoMoreInFlightThanAsked() throws IOException {
        var inFlight = new AtomicInteger();
        var most = new AtomicInteger();
        try (Fleet fleet = Fleet.connect(List.of(server.address()), 1, 4)) {
            ClosedLoop.run(fleet, new Counted(reading("/x"), inFlight, most), 4, Budget.ofRequests(1_000));
        }

        assertThat(most.get()).isEqualTo(4);
        assertThat(inFlight.get()).isZero();
    }

    @Test
    void closedLoopEndsAfterItsTime() throws IOException {
        try (Fleet fleet = Fleet.connect(List.of(server.address()), 2, 4)) {
            Phase phase = ClosedLoop.run(fleet, reading("/x"), 4, Budget.ofTime(Duration.ofMillis(200)));

            assertThat(phase.elapsedNs()).isGreaterThan(Duration.ofMillis(150).toNanos());
            assertThat(phase.operations()).isPositive();
        }
    }

    @Test
    void repliesLargerThanOneReadAreCutRight() throws IOException {
        Template list = Template.of(new GetChildrenRequest("/x", false));
        try (Fleet fleet = Fleet.connect(List.of(server.address()), 3, 64)) {
            Phase phase = ClosedLoop.run(fleet, new Fixed(list, false), 64, Budget.ofRequests(3_000));
            Phase withBodies = ClosedLoop.run(fleet, new Fixed(list, true), 64, Budget.ofRequests(3_000));

            assertThat(phase.operations()).isEqualTo(3_000);
            assertThat(withBodies.operations()).isEqualTo(3_000);
        }
    }

    @Test
    void openLoopSendsAtItsRate() throws IOException {
        Template write = Template.of(new SetDataRequest("/x", new byte[100], -1));
        try (Fleet fleet = Fleet.connect(List.of(server.address()), 4, OpenLoop.IN_FLIGHT_MAX)) {
            OpenLoop.Result result = OpenLoop.run(fleet, new Fixed(write, false), 500, Duration.ofMillis(400));

            assertThat(result.phase().operations()).isEqualTo(200);
            assertThat(result.sendLag().getTotalCount()).isEqualTo(200);
            assertThat(result.phase().elapsedNs())
                    .isGreaterThan(Duration.ofMillis(390).toNanos());
        }
    }

    @Test
    void aStallIsFeltByAllRequestsThatWerePlannedMeanwhile() throws IOException {
        var sent = new AtomicInteger();
        List<Long> answeredNs = new ArrayList<>();
        Workload stalled = new Fixed(Template.of(new GetDataRequest("/x", false)), false) {
            @Override
            public void next(int session, int xid, ByteBuffer out) {
                if (sent.getAndIncrement() == 100) {
                    pause(Duration.ofMillis(300));
                }
                super.next(session, xid, out);
            }

            @Override
            public boolean completed(int session, int error, ByteBuffer body, int bodyLength) {
                return answeredNs.add(System.nanoTime());
            }
        };
        try (Fleet fleet = Fleet.connect(List.of(server.address()), 1, OpenLoop.IN_FLIGHT_MAX)) {
            long beginNs = System.nanoTime();
            OpenLoop.Result result = OpenLoop.run(fleet, stalled, 1_000, Duration.ofMillis(600));

            var latencies = result.phase().latencies();
            long slowNs = Duration.ofMillis(100).toNanos();
            long slow = latencies.getCountBetweenValues(slowNs, latencies.getHighestTrackableValue());
            // The machine may have stalls of its own. Nothing was planned before this began.
            long slowMax = IntStream.range(0, answeredNs.size())
                    .filter(i -> answeredNs.get(i) - beginNs - TimeUnit.MILLISECONDS.toNanos(i) >= slowNs)
                    .count();
            assertThat(slow)
                    .as("requests planned at least 100 ms before the stall ended")
                    .isBetween(190L, slowMax);
        }
    }

    @Test
    void aRefusedHandshakeIsNoSession() throws IOException {
        try (var silent = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            Thread.ofPlatform().daemon().start(() -> {
                try {
                    while (true) {
                        silent.accept().close();
                    }
                } catch (IOException _) {
                    // The end of the test.
                }
            });
            var address = (InetSocketAddress) silent.getLocalSocketAddress();

            assertThat(Handshake.granted(address)).isFalse();
            assertThatThrownBy(() -> Fleet.connect(List.of(address), 3, 1))
                    .hasMessageContaining("3 of 3 sessions were refused");
        }
        assertThat(Handshake.granted(server.address())).isTrue();
    }

    @Test
    void sessionsAreClosedInTheOrderlyWay() throws IOException {
        Fleet fleet = Fleet.storm(List.of(server.address()), 50, 50, 1);

        assertThat(fleet.size()).isEqualTo(50);
        assertThat(fleet.failed()).isZero();
        assertThat(fleet.connecting().operations()).isEqualTo(50);
        fleet.closeSessions();
    }

    private static Workload reading(String path) {
        return new Fixed(Template.of(new GetDataRequest(path, false)), false);
    }

    private static void pause(Duration duration) {
        try {
            Thread.sleep(duration);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// The same request again and again.
    private static class Fixed implements Workload {

        private final Template template;
        private final boolean bodies;

        Fixed(Template template, boolean bodies) {
            this.template = template;
            this.bodies = bodies;
        }

        @Override
        public void next(int session, int xid, ByteBuffer out) {
            template.put(out, xid);
        }

        @Override
        public int maxFrameLength() {
            return template.length();
        }

        @Override
        public boolean readsBodies() {
            return bodies;
        }
    }

    /// Counts what is in flight.
    private record Counted(Workload inner, AtomicInteger inFlight, AtomicInteger most) implements Workload {

        @Override
        public void next(int session, int xid, ByteBuffer out) {
            most.accumulateAndGet(inFlight.incrementAndGet(), Math::max);
            inner.next(session, xid, out);
        }

        @Override
        public int maxFrameLength() {
            return inner.maxFrameLength();
        }

        @Override
        public boolean completed(int session, int error, ByteBuffer body, int bodyLength) {
            inFlight.decrementAndGet();
            return true;
        }
    }
}
