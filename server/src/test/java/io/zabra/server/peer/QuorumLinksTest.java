// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.server.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.zabra.core.feed.PeerLink;
import io.zabra.core.log.ReceivedSnapshot;
import io.zabra.core.tree.DataTree;
import io.zabra.core.tree.FrozenTree;
import io.zabra.core.tree.TreeOptions;
import io.zabra.core.zab.PeerInput;
import io.zabra.server.net.NettyTransport;
import io.zabra.wire.quorum.HostPort;
import io.zabra.wire.quorum.QuorumPacket;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PushbackInputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class QuorumLinksTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int PACKET_BYTES_MAX = 1 << 20;
    private static final int SNAPSHOT_BYTES = 32 << 20;
    private static final int SHORT_CONNECTIONS = 100;
    private static final int LARGE_BYTES = 64 << 10;

    private NettyTransport transport;
    private final List<QuorumLinks> all = new ArrayList<>();
    private final Inbox atLeader = new Inbox();
    private final Inbox atLearner = new Inbox();
    private int port;

    @BeforeEach
    void start() throws IOException {
        transport = NettyTransport.start(2);
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
    }

    @AfterEach
    void stop() throws InterruptedException {
        for (QuorumLinks links : all) {
            links.close();
        }
        transport.loops().shutdownGracefully(0, 1, TimeUnit.SECONDS).sync();
    }

    @Test
    void packetsArriveInTheirOrderBothWays() {
        connect();
        for (long zxid = 1; zxid <= 1_000; zxid++) {
            atLeader.link().send(new QuorumPacket.Proposal(zxid, new byte[(int) zxid]));
            atLearner.link().send(new QuorumPacket.Ack(zxid));
        }
        atLeader.flush();
        atLearner.flush();
        await().atMost(PATIENCE)
                .until(() -> atLearner.packets().size() == 1_000
                        && atLeader.packets().size() == 1_000);
        for (int i = 0; i < 1_000; i++) {
            assertThat(((QuorumPacket.Proposal) atLearner.packets().get(i)).zxid())
                    .isEqualTo(i + 1);
            assertThat(((QuorumPacket.Ack) atLeader.packets().get(i)).zxid()).isEqualTo(i + 1);
        }
        await().atMost(PATIENCE).until(() -> atLeader.link().unsentBytes() == 0);
    }

    @Test
    void aNodeThatIsBehindIsBroughtNoMoreThanALimit() {
        connect();
        atLearner.busy = true;
        int perLimit = (int) (Backlog.BYTES_MAX / LARGE_BYTES);
        for (int i = 0; i < 4 * perLimit; i++) {
            atLeader.link().send(new QuorumPacket.Proposal(i, new byte[LARGE_BYTES]));
        }
        atLeader.flush();
        await().atMost(PATIENCE).during(Duration.ofMillis(500)).until(() -> {
            int come = atLearner.packets().size();
            return come > perLimit / 2 && come < 2 * perLimit;
        });
        atLearner.work();
        await().atMost(PATIENCE).until(() -> atLearner.packets().size() == 4 * perLimit);
    }

    @Test
    void packetsWaitBehindASnapshot() {
        connect();
        DataTree tree = DataTree.fresh(TreeOptions.defaults());
        atLeader.link().send(new QuorumPacket.Snap(7));
        atLeader.link().snapshot(tree.freeze(), new TreeMap<>());
        atLeader.link().send(new QuorumPacket.Commit(8));
        atLeader.flush();
        await().atMost(PATIENCE).until(() -> atLearner.packets().size() == 2);
        assertThat(atLearner.inputs.stream().map(each -> each.getClass().getSimpleName()))
                .containsExactly("LeaderConnected", "Received", "SnapshotReceived", "Received");
        assertThat(atLearner.packets()).containsExactly(new QuorumPacket.Snap(7), new QuorumPacket.Commit(8));
    }

    /// Two of them get half as much each as one does.
    @Test
    void observersShareWhatMayBeUnderWayToThem() throws IOException {
        var here = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        QuorumLinks follower = links(atLeader, new QuorumLinks.Observers(here, 6L << 20));
        follower.admitLearners(false);
        follower.admitObservers(true);
        try (Socket first = stranger(here)) {
            await().atMost(PATIENCE).until(() -> atLeader.link() != null);
            assertThat(atLeader.link().unsentBytesMax()).isEqualTo(4L << 20);
            try (Socket second = stranger(here)) {
                await().atMost(PATIENCE).until(() -> atLeader.link().unsentBytesMax() == 3L << 20);
                assertThat(first.isConnected() && second.isConnected()).isTrue();
            }
        }
        follower.admitObservers(false);
        await().atMost(PATIENCE).until(() -> {
            try (Socket late = new Socket()) {
                late.connect(here);
                return false;
            } catch (IOException _) {
                return true;
            }
        });
    }

    /// Connects as soon as the port is open.
    private static Socket stranger(InetSocketAddress at) throws IOException {
        Socket[] made = new Socket[1];
        await().atMost(PATIENCE).ignoreExceptions().until(() -> {
            made[0] = new Socket(at.getAddress(), at.getPort());
            return true;
        });
        made[0].setSoTimeout((int) PATIENCE.toMillis());
        return made[0];
    }

    @Test
    void aLeaderThatDoesNotListenIsToldAsSuch() {
        links(atLearner).dial(1, new HostPort("127.0.0.1", port), 0);
        await().atMost(PATIENCE).until(() -> atLearner.inputs.contains(new PeerInput.LeaderUnreachable(1)));
    }

    @Test
    void whatIsNoPacketEndsTheConnection() throws IOException {
        links(atLeader).admitLearners(true);
        try (Socket socket = stranger(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))) {
            byte[] nonsense = new byte[100];
            Arrays.fill(nonsense, (byte) 0x7F);
            socket.getOutputStream().write(nonsense);
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }
        assertThat(atLeader.troubles).hasSize(1);
        await().atMost(PATIENCE)
                .until(() -> atLeader.inputs.stream().anyMatch(each -> each instanceof PeerInput.Disconnected));
    }

    @Test
    void whoClosesIsGoneForTheOther() {
        connect();
        atLearner.link().close();
        await().atMost(PATIENCE).until(() -> atLeader.inputs.contains(new PeerInput.Disconnected(atLeader.link())));
    }

    /// As that of a leader which has just given up. Its end must not come before it is known, and be lost.
    @Test
    void aConnectionThatEndsAtOnceIsGone() throws IOException {
        QuorumLinks learner = links(atLearner);
        try (ServerSocket leader = new ServerSocket(port, 50, InetAddress.getLoopbackAddress())) {
            for (int i = 0; i < SHORT_CONNECTIONS; i++) {
                atLearner.inputs.clear();
                learner.dial(1, new HostPort("127.0.0.1", port), 0);
                try (Socket socket = leader.accept()) {
                    socket.setSoLinger(true, 0);
                }
                await().atMost(PATIENCE)
                        .pollInterval(Duration.ofMillis(1))
                        .until(() -> !atLearner.inputs.isEmpty()
                                && !(atLearner.inputs.getLast() instanceof PeerInput.LeaderConnected));
            }
        }
    }

    /// A leader whom nobody can reach has to know, and when it could be reached again.
    @Test
    void aPortThatSomebodyElseHasIsToldOfAtOnceAndAgainWhenItIsFree() throws IOException {
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        QuorumLinks links = links(atLeader);
        try (ServerSocket stranger = new ServerSocket()) {
            stranger.bind(address);
            assertThatThrownBy(() -> QuorumLinks.probe(address)).hasMessageContaining("the port is in use");
            links.admitLearners(true);
            await().atMost(PATIENCE).until(() -> atLeader.inputs.contains(new PeerInput.QuorumPort(true)));
            assertThat(atLeader.troubles).singleElement().asString().contains(port + " the port is in use");
            links.admitLearners(false);
            // Another turn as leader hears it as well.
            atLeader.inputs.clear();
            links.admitLearners(true);
            await().atMost(PATIENCE).until(() -> atLeader.inputs.contains(new PeerInput.QuorumPort(true)));
            links.admitLearners(false);
        }
        await().atMost(PATIENCE).until(() -> atLeader.inputs.contains(new PeerInput.QuorumPort(false)));
        QuorumLinks.probe(address);
        connect();
    }

    private void connect() {
        links(atLeader).admitLearners(true);
        QuorumLinks learner = links(atLearner);
        var unreachable = new PeerInput.LeaderUnreachable(1);
        atLearner.inputs.add(unreachable);
        // Again only when an attempt has failed: a second one gives up the first, which may have reached the leader.
        await().atMost(PATIENCE).until(() -> {
            if (atLearner.inputs.remove(unreachable)) {
                learner.dial(1, new HostPort("127.0.0.1", port), 0);
            }
            return atLearner.link() != null && atLeader.link() != null;
        });
    }

    private QuorumLinks links(Inbox inbox) {
        return links(inbox, null);
    }

    private QuorumLinks links(Inbox inbox, QuorumLinks.@Nullable Observers observers) {
        QuorumLinks links = new QuorumLinks(
                new QuorumLinks.Config(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
                        1_000,
                        PACKET_BYTES_MAX,
                        observers),
                transport,
                new Streams(),
                inbox);
        all.add(links);
        return links;
    }

    /// Many bytes that count up, and the reader that wants each of them.
    private static final class Streams implements SnapshotStreams {

        @Override
        public void send(FrozenTree tree, SortedMap<Long, Integer> sessions, OutputStream out) throws IOException {
            try (tree) {
                byte[] piece = new byte[64 << 10];
                for (int i = 0; i < piece.length; i++) {
                    piece[i] = (byte) i;
                }
                for (int sent = 0; sent < SNAPSHOT_BYTES; sent += piece.length) {
                    out.write(piece);
                }
                out.flush();
            }
        }

        @Override
        public ReceivedSnapshot receive(long zxid, PushbackInputStream in) throws IOException {
            byte[] bytes = in.readNBytes(SNAPSHOT_BYTES);
            for (int i = 0; i < bytes.length; i++) {
                if (bytes[i] != (byte) i) {
                    throw new IOException("byte " + i + " is " + bytes[i]);
                }
            }
            return new ReceivedSnapshot(zxid, DataTree.fresh(TreeOptions.defaults()), new TreeMap<>(), "nowhere");
        }
    }

    private static final class Inbox implements PeerInbox {

        private final List<PeerInput> inputs = new CopyOnWriteArrayList<>();
        private final List<String> troubles = new CopyOnWriteArrayList<>();
        private final List<QuorumLink> dirty = new ArrayList<>();
        private final List<Runnable> marks = new CopyOnWriteArrayList<>();
        private volatile boolean busy;

        @Override
        public void offer(PeerInput input) {
            inputs.add(input);
        }

        @Override
        public void behind(Runnable action) {
            if (busy) {
                marks.add(action);
            } else {
                action.run();
            }
        }

        /// The node works again, on all that has come.
        void work() {
            busy = false;
            marks.forEach(Runnable::run);
        }

        @Override
        public void run(Executor loop) {}

        @Override
        public void dirty(QuorumLink link) {
            dirty.add(link);
        }

        @Override
        public void trouble(String remote, String reason) {
            troubles.add(reason);
        }

        @Override
        public void quorumPortTaken(String address, String cause) {
            troubles.add(address + " " + cause);
        }

        void flush() {
            dirty.forEach(QuorumLink::flush);
            dirty.clear();
        }

        List<QuorumPacket> packets() {
            return inputs.stream()
                    .filter(each -> each instanceof PeerInput.Received)
                    .map(each -> ((PeerInput.Received) each).packet())
                    .toList();
        }

        PeerLink link() {
            for (PeerInput input : inputs) {
                switch (input) {
                    case PeerInput.LeaderConnected(PeerLink link) -> {
                        return link;
                    }
                    case PeerInput.LearnerConnected(PeerLink link) -> {
                        return link;
                    }
                    default -> {}
                }
            }
            return null;
        }
    }
}
