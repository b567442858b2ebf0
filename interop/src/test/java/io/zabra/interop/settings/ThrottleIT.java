// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.interop.settings;

import static org.assertj.core.api.Assertions.assertThat;

import io.zabra.interop.process.OnZabra;
import io.zabra.interop.process.Product;
import io.zabra.interop.process.RunningServer;
import io.zabra.interop.process.ServerSetup;
import io.zabra.interop.raw.Frame;
import io.zabra.interop.raw.Handshake;
import io.zabra.interop.raw.Ops;
import io.zabra.interop.raw.RawClient;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Goal: a throttled server is to its clients and operators what a throttled Apache is.
/// Method: the same settings and bursts for both. What hangs on time differs from run to run, as which request waits
/// too long; asserted is what must hold of each run, and that each thing happens at all, however many bursts it takes.
@OnZabra
class ThrottleIT {

    private static final int THROTTLED = -127;
    private static final int BAD_VERSION = -103;
    private static final int NO_NODE = -101;
    private static final int PING_XID = -2;
    private static final int CLIENTS = 4;
    private static final int BURST = 240;
    private static final long PATIENCE_MS = 60_000;

    @TempDir
    Path directory;

    private long deadlineMs;

    @BeforeEach
    void setDeadline() {
        deadlineMs = nowMs() + PATIENCE_MS;
    }

    private RunningServer start(Product product, Map<String, String> properties) {
        ServerSetup setup = ServerSetup.of(product, directory);
        for (var property : properties.entrySet()) {
            setup = setup.withProperty("zookeeper." + property.getKey(), property.getValue());
        }
        return setup.start();
    }

    private static RawClient open(RunningServer server) {
        RawClient client = RawClient.open(server.address(), Handshake.fresh(40_000));
        client.limitAnswersTo(30_000);
        return client;
    }

    private static long metric(RunningServer server, String name) {
        return server.fourLetterWord("mntr")
                .lines()
                .filter(line -> line.startsWith("zk_" + name + "\t"))
                .mapToLong(line -> Long.parseLong(line.substring(line.indexOf('\t') + 1)))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no metric " + name));
    }

    private static long nowMs() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
    }

    private void assertInTime(String what) {
        assertThat(nowMs()).as(what).isLessThan(deadlineMs);
    }

    @ParameterizedTest
    @EnumSource(names = {"APACHE", "ZABRA"})
    void whatIsAboveTheLimitWaitsAndIsAnsweredInOrder(Product product) {
        var settings = Map.of("request_throttle_max_requests", "1", "request_throttle_stall_time", "5");
        try (RunningServer server = start(product, settings)) {
            int round = 0;
            do {
                assertInTime("a request has to wait");
                long passed = metric(server, "cnt_request_throttle_queue_time_ms");
                long requests = answeredInOrder(server, "/w" + round++);
                // Sessions pass the throttle, too, but only Apache counts that.
                assertThat(metric(server, "cnt_request_throttle_queue_time_ms") - passed)
                        .isEqualTo(product == Product.APACHE ? requests + CLIENTS : requests);
            } while (metric(server, "request_throttle_wait_count") == 0);
            assertThat(metric(server, "throttled_ops")).isZero();
            assertThat(metric(server, "stale_requests_dropped")).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"APACHE", "ZABRA"})
    void theLimitOfOutstandingRequestsKeepsTheOrder(Product product) {
        try (RunningServer server = start(product, Map.of("globalOutstandingLimit", "2"))) {
            answeredInOrder(server, "/o");
            assertThat(metric(server, "outstanding_requests")).isZero();
        }
    }

    /// Sends bursts on several connections at once and reads the answers. Returns how many requests there were.
    private static long answeredInOrder(RunningServer server, String prefix) {
        var clients = new ArrayList<RawClient>();
        var expected = new ArrayList<List<String>>();
        for (int i = 0; i < CLIENTS; i++) {
            RawClient client = open(server);
            clients.add(client);
            expected.add(queueBurst(client, prefix + "-" + i + "-"));
        }
        clients.forEach(RawClient::flush);
        for (int i = 0; i < CLIENTS; i++) {
            try (RawClient client = clients.get(i)) {
                var answers = new ArrayList<String>();
                for (int n = 0; n < expected.get(i).size(); n++) {
                    Frame frame = client.read();
                    answers.add(frame.xid() + ": " + frame.error());
                }
                assertThat(answers).isEqualTo(expected.get(i));
            }
        }
        return expected.stream().mapToLong(List::size).sum();
    }

    /// Queues requests of many kinds. The xids and errors of their answers, in order.
    private static List<String> queueBurst(RawClient client, String prefix) {
        var expected = new ArrayList<String>();
        for (int i = 0; i < BURST; i++) {
            String path = prefix + i / 6;
            int xid = i + 1;
            int error = 0;
            switch (i % 6) {
                case 0 -> client.queue(xid, Ops.CREATE, Ops.create(path, Ops.EMPTY, 0));
                case 1 -> client.queue(xid, Ops.EXISTS, Ops.read(path, false));
                case 2 -> {
                    client.queue(xid, Ops.SET_DATA, Ops.setData(path, Ops.EMPTY, 7));
                    error = BAD_VERSION;
                }
                case 3 -> {
                    xid = PING_XID;
                    client.queue(xid, Ops.PING, Ops.EMPTY);
                }
                case 4 -> client.queue(xid, Ops.DELETE, Ops.delete(path, 0));
                default -> {
                    client.queue(xid, Ops.GET_DATA, Ops.read(path, false));
                    error = NO_NODE;
                }
            }
            expected.add(xid + ": " + error);
        }
        return expected;
    }

    /// What is refused is counted, and does nothing; pings and the end of the session are never refused.
    @ParameterizedTest
    @EnumSource(names = {"APACHE", "ZABRA"})
    void whatWaitsTooLongIsRefusedInItsTurn(Product product) {
        var settings = Map.of(
                "request_throttle_max_requests", "1",
                "request_throttle_stall_time", "5",
                "throttled_op_wait_time", "1");
        try (RunningServer server = start(product, settings);
                RawClient client = open(server)) {
            long refused = 0;
            long done = 0;
            for (int round = 0; refused == 0 || done == 0; round++) {
                assertInTime("some requests are refused and some are not");
                List<Integer> errors = errorsOfCreates(client, "/r" + round + "-");
                refused += errors.stream().filter(error -> error == THROTTLED).count();
                done += errors.stream().filter(error -> error == 0).count();
                assertThat(errors).isSubsetOf(0, THROTTLED);
            }
            Frame count = client.call(Ops.GET_ALL_CHILDREN_NUMBER, Ops.path("/"));
            while (count.error() == THROTTLED) {
                refused++;
                assertInTime("a lone request is taken");
                count = client.call(Ops.GET_ALL_CHILDREN_NUMBER, Ops.path("/"));
            }
            // Besides, there are /zookeeper and what is in it.
            assertThat(count.reader().int32()).isEqualTo(done + 3);
            assertThat(metric(server, "throttled_ops")).isEqualTo(refused);
            assertThat(client.call(Ops.CLOSE_SESSION, Ops.EMPTY).error()).isZero();
        }
    }

    /// Sends creates, with pings between them. The errors of the creates.
    private static List<Integer> errorsOfCreates(RawClient client, String prefix) {
        for (int i = 0; i < BURST; i++) {
            client.queue(i, Ops.CREATE, Ops.create(prefix + i, Ops.EMPTY, 0));
            client.queue(PING_XID, Ops.PING, Ops.EMPTY);
        }
        client.flush();
        var errors = new ArrayList<Integer>();
        for (int i = 0; i < BURST; i++) {
            Frame create = client.read();
            assertThat(create.xid()).isEqualTo(i);
            errors.add(create.error());
            Frame ping = client.read();
            assertThat(ping.xid()).isEqualTo(PING_XID);
            assertThat(ping.error()).isZero();
        }
        return errors;
    }

    @ParameterizedTest
    @EnumSource(names = {"APACHE", "ZABRA"})
    void whatNobodyWaitsForIsDropped(Product product) {
        var settings = Map.of("request_throttle_max_requests", "1", "request_throttle_stall_time", "5");
        try (RunningServer server = start(product, settings);
                RawClient bystander = open(server)) {
            for (int round = 0; metric(server, "stale_requests_dropped") == 0; round++) {
                assertInTime("a request of a client that has gone is dropped");
                RawClient client = open(server);
                queueBurst(client, "/s" + round + "-");
                client.flush();
                assertThat(client.read().error()).isZero();
                client.abort();
                bystander.callOk(Ops.EXISTS, Ops.read("/", false));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"APACHE", "ZABRA"})
    void aLargeRequestThatGoesBeyondTheSumEndsItsConnection(Product product) {
        var settings = Map.of("largeRequestThreshold", "1000", "largeRequestMaxBytes", "5000");
        try (RunningServer server = start(product, settings);
                RawClient client = open(server)) {
            assertThat(client.call(Ops.CREATE, Ops.create("/a", new byte[4_000], 0))
                            .error())
                    .isZero();
            assertThat(metric(server, "large_requests_rejected")).isZero();
            assertThat(client.call(Ops.CREATE, Ops.create("/b", new byte[10_000], 0)))
                    .isNull();
            assertThat(metric(server, "large_requests_rejected")).isEqualTo(1);
            try (RawClient next = open(server)) {
                assertThat(next.call(Ops.EXISTS, Ops.read("/b", false)).error()).isEqualTo(NO_NODE);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"APACHE", "ZABRA"})
    void sessionsBeyondTheTokensAreTurnedAway(Product product) {
        var settings = Map.of("connection_throttle_tokens", "3", "connection_throttle_fill_time", "3600000");
        try (RunningServer server = start(product, settings)) {
            var clients = new ArrayList<RawClient>();
            for (int i = 0; i < 3; i++) {
                clients.add(open(server));
            }
            try (RawClient fourth = RawClient.dial(server.address())) {
                assertThat(fourth.shakeHands(Handshake.fresh(40_000))).isNull();
            }
            assertThat(metric(server, "connection_rejected")).isEqualTo(1);
            clients.forEach(client -> client.callOk(Ops.EXISTS, Ops.read("/", false)));
            clients.forEach(RawClient::close);
        }
    }
}
