// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.server.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.zabra.core.base.Now;
import io.zabra.core.election.Election;
import io.zabra.core.election.ElectionTiming;
import io.zabra.core.election.Vote;
import io.zabra.core.quorum.Member;
import io.zabra.core.quorum.Membership;
import io.zabra.core.quorum.PeerAddress;
import io.zabra.core.quorum.QuorumRule;
import io.zabra.core.quorum.Quorums;
import io.zabra.server.net.NettyTransport;
import io.zabra.wire.WireWriter;
import io.zabra.wire.quorum.HostPort;
import io.zabra.wire.quorum.InitialMessage;
import io.zabra.wire.quorum.Notification;
import io.zabra.wire.quorum.PeerState;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ElectionLinksTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private NettyTransport transport;
    private final Map<Long, HostPort> addresses = new ConcurrentHashMap<>();
    /// Where servers are found as well, as some say.
    private final Map<Long, HostPort> rumours = new ConcurrentHashMap<>();
    private final List<Server> servers = new ArrayList<>();

    @BeforeEach
    void startLoops() {
        transport = NettyTransport.start(2);
    }

    @AfterEach
    void stopAll() throws InterruptedException {
        for (Server server : servers) {
            server.links.close();
        }
        transport.loops().shutdownGracefully(0, 1, TimeUnit.SECONDS).sync();
    }

    @Test
    void threeServersElectTheOneWithTheLongestLog() throws Exception {
        start(1, 0x100000005L);
        start(2, 0x100000007L);
        start(3, 0x100000006L);
        servers.forEach(Server::look);
        await().atMost(PATIENCE).until(() -> servers.stream().allMatch(each -> each.leader() == 2));
    }

    @Test
    void whoComesLateOrAgainLearnsTheLeader() throws Exception {
        start(1, 0x100000005L);
        start(2, 0x100000005L);
        Membership known = membership(3);
        servers.forEach(each -> each.look(known));
        await().atMost(PATIENCE).until(() -> servers.stream().allMatch(each -> each.leader() == 2));
        Server late = start(3, 0x100000009L);
        late.look(known);
        await().atMost(PATIENCE).until(() -> late.leader() == 2);

        Server first = servers.removeFirst();
        int port = first.links.port();
        first.links.close();
        Server again = new Server(1, 0x100000005L, port);
        servers.add(again);
        again.links.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        again.look(known);
        await().atMost(PATIENCE).until(() -> again.leader() == 2);
    }

    @Test
    void whoIsGoneOrWasNeverThereIsToldOnBothSides() throws Exception {
        Server one = start(1, 0);
        Server two = start(2, 0);
        one.links.send(2, vote(1));
        hears(two, 1L);
        assertThat(one.missed).isEmpty();
        assertThat(two.missed).isEmpty();
        two.links.close();
        await().atMost(PATIENCE).until(() -> one.missed.equals(List.of(2L)));
        one.links.send(2, vote(1));
        await().atMost(PATIENCE).until(() -> one.missed.equals(List.of(2L, 2L)));
    }

    @Test
    void theServerWithTheLargerIdHasTheConnection() throws Exception {
        Server one = start(1, 0);
        Server two = start(2, 0);
        one.links.send(2, vote(1));
        hears(two, 1L);
        two.links.send(1, vote(2));
        hears(one, 2L);
        assertThat(one.troubles).isEmpty();
        assertThat(two.troubles).isEmpty();
    }

    @Test
    void whoTellsAWrongAddressIsCalledAtTheOneThatIsConfigured() throws Exception {
        int free = freePort();
        Server one = new Server(1, 0, free);
        servers.add(one);
        one.links.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        addresses.put(1L, new HostPort("127.0.0.1", one.links.port()));
        Server two = start(2, 0);
        one.links.send(2, vote(1));
        hears(two, 1L);
        assertThat(two.troubles).hasSize(1);
    }

    @Test
    void whoIsNotFoundAtOnePlaceIsFoundAtTheOther() throws Exception {
        Server one = start(1, 0);
        Server two = start(2, 0);
        rumours.put(1L, new HostPort("127.0.0.1", freePort()));
        rumours.put(2L, new HostPort("127.0.0.1", freePort()));
        one.links.send(2, vote(1));
        hears(two, 1L);
        Server three = start(3, 0);
        three.links.send(1, vote(3));
        hears(one, 3L);
        assertThat(one.missed).isEmpty();
        assertThat(three.missed).isEmpty();
    }

    @Test
    void whoIsSilentAtOnePlaceIsLookedForAtTheOther() throws Exception {
        Server one = start(1, 0);
        Server two = start(2, 0);
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            rumours.put(1L, new HostPort("127.0.0.1", silent.getLocalPort()));
            rumours.put(2L, new HostPort("127.0.0.1", silent.getLocalPort()));
            one.links.send(2, vote(1));
            silent.accept().close();
            Server three = start(3, 0);
            three.links.send(1, vote(3));
            try (Socket kept = silent.accept()) {
                await().atMost(PATIENCE).until(() -> {
                    one.links.send(2, vote(1));
                    three.links.send(1, vote(3));
                    return two.heard.contains(1L) && one.heard.contains(3L);
                });
                assertThat(kept.isClosed()).isFalse();
            }
        }
    }

    @Test
    void whoAnswersIsLookedForNowhereElse() throws Exception {
        Server one = start(1, 0);
        Server two = start(2, 0);
        two.links.send(1, vote(2));
        hears(one, 2L);
        one.links.send(2, vote(1));
        hears(two, 1L);
        try (ServerSocket other = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            rumours.put(1L, new HostPort("127.0.0.1", other.getLocalPort()));
            rumours.put(2L, new HostPort("127.0.0.1", other.getLocalPort()));
            other.setSoTimeout(1_500);
            for (int i = 0; i < 2; i++) {
                two.links.send(1, vote(2));
                one.links.send(2, vote(1));
                assertThatThrownBy(other::accept).isInstanceOf(SocketTimeoutException.class);
            }
            await().atMost(PATIENCE).until(() -> one.heard.size() == 3 && two.heard.size() == 3);
        }
    }

    @Test
    void twoServersWithOneIdAreTold() throws Exception {
        Server one = start(1, 0);
        HostPort address = addresses.get(1L);
        Server two = start(2, 0);
        HostPort first = addresses.get(2L);
        two.links.send(1, vote(2));
        hears(one, 2L);
        Server twin = start(2, 0);
        HostPort second = addresses.get(2L);
        twin.links.send(1, vote(2));
        String told = "two servers have this id: one at " + first.text() + ", one at " + second.text();
        await().atMost(PATIENCE).until(() -> one.troubles.equals(List.of(told)));
        Server same = start(1, 0);
        addresses.put(3L, address);
        same.links.send(3, vote(1));
        await().atMost(PATIENCE)
                .until(() -> one.troubles.getLast().startsWith("another server has the id of this one: it says that"));
    }

    /// Known flaw L-17.
    @Test
    void aPortThatIsTakenIsTriedUntilItIsFree() throws Exception {
        Server one = start(1, 0);
        int before = one.links.port();
        int next;
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            next = taken.getLocalPort();
            one.links.move(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), next), new HostPort("127.0.0.1", next));
            await().atMost(PATIENCE).until(() -> one.troubles.size() > 1);
            assertThat(one.links.port()).isEqualTo(before);
        }
        await().atMost(PATIENCE).until(() -> one.links.port() == next);
    }

    @Test
    void whatIsWrongEndsOneConnectionOnly() throws Exception {
        Server one = start(1, 0);
        Server two = start(2, 0);
        try (Socket stranger = connect(one)) {
            WireWriter out = new WireWriter();
            InitialMessage.of(9, new HostPort("127.0.0.1", 1)).write(out);
            out.int32(Notification.LENGTH_MAX + 1);
            stranger.getOutputStream().write(out.toByteArray());
            assertThat(stranger.getInputStream().read()).isEqualTo(-1);
        }
        try (Socket stranger = connect(one)) {
            stranger.getOutputStream().write(new byte[] {-1, 0, 0, 0, 0, 0, 0, 0, 1});
            assertThat(stranger.getInputStream().read()).isEqualTo(-1);
        }
        try (Socket silent = connect(one)) {
            assertThat(silent.getInputStream().read()).isEqualTo(-1);
        }
        assertThat(one.troubles).hasSize(2);
        two.links.send(1, vote(2));
        hears(one, 2L);
    }

    /// Known flaw: ids that nobody has took the room of a server that joins.
    @Test
    void manyInventedIdsKeepNobodyOut() throws Exception {
        Server one = start(1, 0);
        List<Socket> strangers = new ArrayList<>();
        try {
            for (long sid = 10; sid < 10 + 1_100; sid++) {
                Socket stranger = connect(one);
                strangers.add(stranger);
                hello(stranger, sid, 1);
            }
            // The oldest has made room.
            assertThat(strangers.getFirst().getInputStream().read()).isEqualTo(-1);
            Server joins = new Server(5_000, 0, freePort());
            servers.add(joins);
            joins.links.send(1, vote(5_000));
            hears(one, 5_000L);
            one.links.send(5_000, vote(1));
            hears(joins, 1L);
        } finally {
            for (Socket stranger : strangers) {
                stranger.close();
            }
        }
    }

    @Test
    void strangersNeverTakeTheRoomOfAMember() throws Exception {
        Server one = start(1, 0);
        Server two = start(2, 0);
        two.links.send(1, vote(2));
        hears(one, 2L);
        for (long sid = 10; sid < 10 + 3 * ElectionLinks.STRANGERS_MAX; sid++) {
            try (Socket stranger = connect(one)) {
                hello(stranger, sid, 1);
            }
        }
        one.links.send(2, vote(1));
        hears(two, 1L);
        assertThat(one.missed).doesNotContain(2L);
    }

    @Test
    void whereManyStrangersSayThatTheyAreIsTriedOnce() throws Exception {
        Server nine = start(9_000, 0);
        long begin = System.nanoTime();
        try (ServerSocket victim = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            for (long sid = 10; sid < 18; sid++) {
                try (Socket stranger = connect(nine)) {
                    hello(stranger, sid, victim.getLocalPort());
                    assertThat(stranger.getInputStream().read()).isEqualTo(-1);
                }
            }
            victim.accept().close();
            victim.setSoTimeout(300);
            long more = 0;
            while (more < 8 && isCalled(victim)) {
                more++;
            }
            // Who takes long to say all this finds that the pause after the first try is over.
            assertThat(more).isLessThanOrEqualTo((System.nanoTime() - begin) / CallBacks.PAUSE_NS);
        }
    }

    private static boolean isCalled(ServerSocket victim) throws IOException {
        try {
            victim.accept().close();
            return true;
        } catch (SocketTimeoutException _) {
            return false;
        }
    }

    @Test
    void aStrangersVoteMayNotDribble() throws Exception {
        Server one = start(1, 0);
        try (Socket stranger = connect(one)) {
            hello(stranger, 9, 1);
            stranger.getOutputStream().write(new byte[] {0, 0, 1, 0, 7});
            assertThat(stranger.getInputStream().read()).isEqualTo(-1);
        }
        assertThat(one.troubles).hasSize(1);
        assertThat(one.troubles.getFirst()).contains("did not come to its end");
    }

    private static void hello(Socket from, long sid, int toldPort) throws IOException {
        WireWriter out = new WireWriter();
        InitialMessage.of(sid, new HostPort("127.0.0.1", toldPort)).write(out);
        from.getOutputStream().write(out.toByteArray());
    }

    private static Socket connect(Server server) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.links.port());
        socket.setSoTimeout((int) PATIENCE.toMillis());
        return socket;
    }

    private static Notification vote(long sid) {
        return new Notification(PeerState.LOOKING, sid, 0, 1, 0, "");
    }

    private static void hears(Server server, long from) {
        await().atMost(PATIENCE).until(() -> server.heard.equals(List.of(from)));
    }

    private Server start(long sid, long zxid) throws Exception {
        int port = freePort();
        Server server = new Server(sid, zxid, port);
        servers.add(server);
        server.links.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        addresses.put(sid, new HostPort("127.0.0.1", port));
        return server;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private Membership membership(int count) {
        List<Member> members = new ArrayList<>();
        for (long sid = 1; sid <= count; sid++) {
            HostPort known = addresses.get(sid);
            int port = known == null ? 1 : known.port();
            members.add(new Member(
                    sid, Member.Role.PARTICIPANT, List.of(new PeerAddress("127.0.0.1", port + 1, port)), null));
        }
        return Membership.of(0, members, new QuorumRule.Majority());
    }

    /// A server that does nothing but elect.
    private final class Server implements ElectionLinks.Inbox, Election.Out {

        @Override
        public void behindVotes(Runnable action) {
            action.run();
        }

        private final long sid;
        private final long zxid;
        private final ElectionLinks links;
        private final List<Long> heard = new CopyOnWriteArrayList<>();
        private final List<Long> missed = new CopyOnWriteArrayList<>();
        private final List<String> troubles = new CopyOnWriteArrayList<>();
        private @Nullable Election election;
        private @Nullable Quorums quorums;
        private volatile long leader = -1;

        /// @param port that is told to others
        Server(long sid, long zxid, int port) {
            this.sid = sid;
            this.zxid = zxid;
            links = new ElectionLinks(
                    new ElectionLinks.Config(sid, new HostPort("127.0.0.1", port), 1_000, this::places),
                    transport,
                    this);
        }

        private List<HostPort> places(long of) {
            return Stream.of(rumours, addresses)
                    .map(known -> known.get(of))
                    .filter(Objects::nonNull)
                    .toList();
        }

        long leader() {
            return leader;
        }

        void look() {
            look(membership(servers.size()));
        }

        synchronized void look(Membership membership) {
            quorums = Quorums.of(membership);
            election = new Election(sid, quorums, ElectionTiming.DEFAULT);
            election.look(new Vote(sid, zxid, 1), false, quorums, now(), this);
            transport.loops().scheduleWithFixedDelay(this::tick, 20, 20, TimeUnit.MILLISECONDS);
        }

        private synchronized void tick() {
            if (election != null) {
                election.tick(now(), this);
            }
        }

        @Override
        public synchronized void heard(long from, Notification notification) {
            heard.add(from);
            if (election != null) {
                election.heard(from, notification, now(), this);
            }
        }

        @Override
        public synchronized void unreachable(long other) {
            missed.add(other);
            if (election != null) {
                election.unreachable(other, now(), this);
            }
        }

        @Override
        public synchronized void reachable(long other) {
            if (election != null) {
                election.reachable(other, now(), this);
            }
        }

        @Override
        public void trouble(long from, String reason) {
            troubles.add(reason);
        }

        @Override
        public void send(long to, Notification notification) {
            links.send(to, notification);
        }

        @Override
        public void decided(Vote vote) {
            leader = vote.leader();
        }

        @Override
        public Quorums newerMembership(Membership newer) {
            return Objects.requireNonNull(quorums);
        }

        @Override
        public Quorums proposedMembership(Membership membership, long epoch) {
            return Objects.requireNonNull(quorums);
        }

        @Override
        public void deserted(long voter) {}

        private static Now now() {
            return new Now(System.nanoTime(), System.currentTimeMillis());
        }
    }
}
