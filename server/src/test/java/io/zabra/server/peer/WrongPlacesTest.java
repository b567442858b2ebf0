// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.server.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.zabra.server.net.NettyTransport;
import io.zabra.wire.WireReader;
import io.zabra.wire.WireWriter;
import io.zabra.wire.quorum.HostPort;
import io.zabra.wire.quorum.Notification;
import io.zabra.wire.quorum.PeerState;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Other members answer where a server is looked for. The one that looks has the largest id, so that it dials.
class WrongPlacesTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final long SEARCHER = 9;

    private final NettyTransport transport = NettyTransport.start(2);
    private final Map<Long, List<HostPort>> places = new ConcurrentHashMap<>();
    private final List<AutoCloseable> all = new ArrayList<>();
    private Zabra searcher;

    @BeforeEach
    void begin() throws Exception {
        searcher = new Zabra(SEARCHER, null);
    }

    @AfterEach
    void end() throws Exception {
        for (AutoCloseable each : all) {
            each.close();
        }
        transport.loops().shutdownGracefully(0, 1, TimeUnit.SECONDS).sync();
    }

    @Test
    void membersThatHaveExchangedTheirPlacesAreFoundWhileNobodyLeads() throws Exception {
        Zabra one = new Zabra(1, says(PeerState.LOOKING, 2));
        Zabra two = new Zabra(2, says(PeerState.LOOKING, 2));
        places.put(1L, List.of(two.at(), one.at()));
        places.put(2L, List.of(one.at(), two.at()));
        awaitFound(one, two);
        // Who is found at once at the other's place is not looked for at its own.
        assertThat(searcher.troubles)
                .isNotEmpty()
                .isSubsetOf(
                        two.at().text() + ": server 2 answers there", one.at().text() + ": server 1 answers there");
        awaitThatNothingChanges();
    }

    @Test
    void aRingOfMixedUpPlacesIsUndone() throws Exception {
        List<Zabra> members = new ArrayList<>();
        for (long sid = 1; sid <= 3; sid++) {
            members.add(new Zabra(sid, says(PeerState.LOOKING, 3)));
        }
        for (int i = 0; i < 3; i++) {
            places.put(
                    i + 1L,
                    List.of(members.get((i + 1) % 3).at(), members.get(i).at()));
        }
        awaitFound(members.toArray(Zabra[]::new));
        awaitThatNothingChanges();
    }

    /// Apache's servers do not say who they are.
    @Test
    void whoLeadsOrFollowsIsKnownByThat() throws Exception {
        Apache one = new Apache(1, says(PeerState.FOLLOWING, 2));
        Apache two = new Apache(2, says(PeerState.LEADING, 2));
        places.put(1L, List.of(two.at(), one.at()));
        places.put(2L, List.of(one.at(), two.at()));
        awaitFound(one, two);
        assertThat(searcher.troubles)
                .isNotEmpty()
                .isSubsetOf(
                        two.at().text() + ": server 2 answers there",
                        one.at().text() + ": another server answers there");
    }

    @Test
    void whoLeadsSomewhereElseIsNamed() throws Exception {
        Apache one = new Apache(1, says(PeerState.FOLLOWING, 2));
        Apache two = new Apache(2, says(PeerState.LEADING, 2));
        places.put(1L, List.of(two.at(), one.at()));
        awaitFound(one);
        assertThat(searcher.troubles).containsExactly(two.at().text() + ": server 2 answers there");
    }

    @Test
    void whoFollowsTheOneThatIsLookedForIsAnother() throws Exception {
        Apache one = new Apache(1, says(PeerState.FOLLOWING, 2));
        Apache two = new Apache(2, says(PeerState.LEADING, 2));
        places.put(2L, List.of(one.at(), two.at()));
        awaitFound(two);
        assertThat(searcher.troubles).containsExactly(one.at().text() + ": another server answers there");
    }

    /// Of two connections to one server it keeps the later one: the other is not made anew all the time.
    @Test
    void whoCannotBeKnownGivesWayToWhoIsFoundThere() throws Exception {
        Apache one = new Apache(1, says(PeerState.FOLLOWING, 3));
        Apache two = new Apache(2, says(PeerState.FOLLOWING, 3));
        Apache three = new Apache(3, says(PeerState.LEADING, 3));
        places.put(1L, List.of(two.at(), one.at()));
        places.put(2L, List.of(three.at(), two.at()));
        places.put(3L, List.of(one.at(), three.at()));
        awaitFound(one, two, three);
    }

    /// It tells at least where the others are; and it is left as soon as there is another place.
    @Test
    void theOnlyPlaceIsKeptUntilThereIsAnother() throws Exception {
        Apache one = new Apache(1, says(PeerState.FOLLOWING, 2));
        Apache two = new Apache(2, says(PeerState.LEADING, 2));
        places.put(1L, List.of(two.at()));
        await().atMost(PATIENCE).until(() -> {
            searcher.links.send(1, says(PeerState.LOOKING, 1));
            return searcher.heard.contains("2 LEADING 2");
        });
        Thread.sleep(2 * TimeUnit.NANOSECONDS.toMillis(Whereabouts.OTHERS_NS));
        searcher.links.send(1, says(PeerState.LOOKING, 1));
        assertThat(two.accepted).hasValue(1);
        assertThat(searcher.heard).containsOnly("2 LEADING 2");
        places.put(1L, List.of(one.at(), two.at()));
        awaitFound(one);
        assertThat(two.accepted).hasValue(1);
    }

    @Test
    void placesOfOthersAreTriedAgainNowAndThen() throws Exception {
        Apache two = new Apache(2, says(PeerState.LEADING, 2));
        Apache three = new Apache(3, says(PeerState.LEADING, 3));
        places.put(1L, List.of(two.at(), three.at()));
        long begin = System.nanoTime();
        while (System.nanoTime() - begin < 2 * Whereabouts.OTHERS_NS) {
            searcher.links.send(1, says(PeerState.LOOKING, 1));
            Thread.sleep(20);
        }
        long periods = (System.nanoTime() - begin) / Whereabouts.OTHERS_NS;
        assertThat(two.accepted.get()).isBetween(1, 1 + (int) periods);
        assertThat(three.accepted.get()).isBetween(1, 1 + (int) periods);
        two.meant = 0;
        two.sid = 1;
        two.says = says(PeerState.LEADING, 1);
        awaitFound(two);
    }

    /// The server that is looked for is down, and another one is where it was once.
    @Test
    void whoIsFoundIsNotDisturbedByTheSearchForAnother() throws Exception {
        Zabra two = new Zabra(2, says(PeerState.LOOKING, 2));
        places.put(2L, List.of(two.at()));
        awaitFound(two);
        // Only what has said who it is counts as found.
        await().atMost(PATIENCE).until(() -> searcher.heard.contains("2 LOOKING 2"));
        try (ServerSocket closed = listen()) {
            places.put(1L, List.of(at(closed), two.at()));
        }
        long begin = System.nanoTime();
        while (System.nanoTime() - begin < Whereabouts.OTHERS_NS) {
            searcher.links.send(1, says(PeerState.LOOKING, 1));
            Thread.sleep(20);
        }
        assertThat(searcher.missed).contains(1L).doesNotContain(2L);
        assertThat(two.reached).hasValue(1);
    }

    /// Each has been sent what was meant for it.
    private void awaitFound(Member... members) {
        await().atMost(PATIENCE).until(() -> {
            for (long sid : places.keySet()) {
                searcher.links.send(sid, says(PeerState.LOOKING, sid));
            }
            for (Member member : members) {
                if (!member.wasMeant()) {
                    return false;
                }
            }
            return true;
        });
    }

    /// What was under way when all were found comes to its end, and then there is nothing new, even when places of
    /// others may be tried again.
    private void awaitThatNothingChanges() {
        AtomicInteger before = new AtomicInteger(-1);
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(20))
                .during(Duration.ofNanos(Whereabouts.OTHERS_NS * 5 / 4))
                .until(() -> {
                    for (long sid : places.keySet()) {
                        searcher.links.send(sid, says(PeerState.LOOKING, sid));
                    }
                    int now = searcher.reached.get();
                    return before.getAndSet(now) == now;
                });
    }

    private static Notification says(PeerState state, long leader) {
        return new Notification(state, leader, 0, 1, 0, "");
    }

    private static ServerSocket listen() throws IOException {
        return new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    }

    private static HostPort at(ServerSocket socket) {
        return new HostPort("127.0.0.1", socket.getLocalPort());
    }

    /// A server that says the same to all.
    private interface Member extends AutoCloseable {

        /// Whether it has heard last what was meant for it.
        boolean wasMeant();
    }

    private final class Zabra implements ElectionLinks.Inbox, Member {

        private final long sid;
        private final @Nullable Notification says;
        private final ElectionLinks links;
        private final List<String> heard = new CopyOnWriteArrayList<>();
        private final List<Long> missed = new CopyOnWriteArrayList<>();
        private final List<String> troubles = new CopyOnWriteArrayList<>();
        private final AtomicInteger reached = new AtomicInteger();
        private volatile long meant;

        Zabra(long sid, @Nullable Notification says) throws Exception {
            this.sid = sid;
            this.says = says;
            links = new ElectionLinks(
                    new ElectionLinks.Config(
                            sid,
                            new HostPort("127.0.0.1", 1),
                            1_000,
                            of -> sid == SEARCHER ? places.getOrDefault(of, List.of()) : List.of()),
                    transport,
                    this);
            links.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            all.add(this);
        }

        HostPort at() {
            return new HostPort("127.0.0.1", links.port());
        }

        @Override
        public boolean wasMeant() {
            return meant == sid;
        }

        @Override
        public void heard(long from, Notification notification) {
            heard.add(from + " " + notification.state() + " " + notification.leader());
            meant = notification.leader();
            if (says != null) {
                links.send(from, says);
            }
        }

        @Override
        public void behindVotes(Runnable action) {
            action.run();
        }

        @Override
        public void unreachable(long other) {
            missed.add(other);
        }

        @Override
        public void reachable(long other) {
            reached.incrementAndGet();
        }

        @Override
        public void trouble(long other, String reason) {
            troubles.add(reason);
        }

        @Override
        public void close() throws Exception {
            links.close();
        }
    }

    /// As Apache's server does it: of several connections from one server the last one stays.
    private final class Apache implements Member {

        private final ServerSocket port = listen();
        private final AtomicInteger accepted = new AtomicInteger();
        private volatile long sid;
        private volatile Notification says;
        private volatile long meant;
        private @Nullable Socket last;

        Apache(long sid, Notification says) throws IOException {
            this.sid = sid;
            this.says = says;
            Thread.ofVirtual().start(this::accept);
            all.add(this);
        }

        HostPort at() {
            return WrongPlacesTest.at(port);
        }

        @Override
        public boolean wasMeant() {
            return meant == sid;
        }

        private void accept() {
            try {
                while (true) {
                    Socket next = port.accept();
                    accepted.incrementAndGet();
                    if (last != null) {
                        last.close();
                    }
                    last = next;
                    Thread.ofVirtual().start(() -> answer(next));
                }
            } catch (IOException _) {
                // The test is over.
            }
        }

        private void answer(Socket socket) {
            try (socket) {
                DataInputStream in = new DataInputStream(socket.getInputStream());
                in.readLong();
                in.readLong();
                in.readFully(new byte[in.readInt()]);
                while (true) {
                    byte[] vote = new byte[in.readInt()];
                    in.readFully(vote);
                    meant = Notification.read(new WireReader(vote)).leader();
                    WireWriter out = new WireWriter();
                    int start = out.beginFrame();
                    says.write(out);
                    out.endFrame(start);
                    socket.getOutputStream().write(out.toByteArray());
                }
            } catch (IOException _) {
                // The other side has closed it.
            }
        }

        @Override
        public void close() throws IOException {
            port.close();
        }
    }
}
