// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.server.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.Channel;
import io.zabra.core.session.Tag;
import io.zabra.server.config.ServerConfig.ConnectionThrottle;
import io.zabra.server.config.ServerConfig.Weights;
import io.zabra.wire.client.OpCode;
import io.zabra.wire.client.WatcherEvent;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The node changes hands between threads, and each of them flushes what its batch had for a connection. The client
/// must get it in the order in which the node gave it, whoever flushed.
class ConnectionOrderTest {

    private static final long WAIT_SECONDS = 20;
    private static final int EVENT_XID = -1;

    private final NettyTransport transport = NettyTransport.start(1);
    private ClientListener listener;
    private Socket client;
    private Connection connection;

    @BeforeEach
    void connect() throws Exception {
        var limits = new ClientLimits(
                1 << 20, 1 << 20, 0, 0, 1_000, -1, 1, 60_000, 1 << 20, 1 << 20, 1 << 20, 1 << 20, false, -1);
        var throttle = new ConnectionThrottle(0, 1, 1, -1, 0, 0, 0, new Weights(false, 3, 1, 2));
        listener = new ClientListener(
                new IdleInbox(), limits, new ConnectionGate(throttle, () -> 0.5, 0), new NoStats(), new NoWords());
        listener.open(
                transport,
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                new AcceptLimit(Integer.MAX_VALUE, _ -> {}));
        client = new Socket(InetAddress.getLoopbackAddress(), listener.port());
        client.setSoTimeout((int) TimeUnit.SECONDS.toMillis(WAIT_SECONDS));
        while (listener.connections().isEmpty()) {
            Thread.sleep(1);
        }
        connection = listener.connections().iterator().next();
    }

    @AfterEach
    void disconnect() throws Exception {
        client.close();
        listener.closePort(10_000);
        listener.closeConnections(10_000);
        transport.loops().shutdownGracefully(0, 1, TimeUnit.SECONDS).sync();
    }

    /// While the connection's loop is busy, another thread owns the node and has an event for the client. Then the loop
    /// becomes the owner, still in the same task, and replies with what shows the change.
    @Test
    void aReplyDoesNotOvertakeAnEventThatAnotherThreadHandedOver() throws Exception {
        var busy = new CountDownLatch(1);
        var handedOver = new CountDownLatch(1);
        var turn = connection.channel().eventLoop().submit(() -> {
            busy.countDown();
            assertThat(handedOver.await(WAIT_SECONDS, TimeUnit.SECONDS)).isTrue();
            reply(7);
            return null;
        });
        assertThat(busy.await(WAIT_SECONDS, TimeUnit.SECONDS)).isTrue();
        event();
        handedOver.countDown();
        turn.sync();
        assertThat(xids(2)).containsExactly(EVENT_XID, 7);
    }

    /// Several hand-overs and turns of the loop's own, mixed.
    @Test
    void allThatIsGivenArrivesInItsOrder() throws Exception {
        var expected = new ArrayList<Integer>();
        for (int i = 0; i < 50; i++) {
            int xid = 10 * i;
            var busy = new CountDownLatch(1);
            var handedOver = new CountDownLatch(1);
            var turn = connection.channel().eventLoop().submit(() -> {
                reply(xid);
                busy.countDown();
                assertThat(handedOver.await(WAIT_SECONDS, TimeUnit.SECONDS)).isTrue();
                reply(xid + 3);
                return null;
            });
            assertThat(busy.await(WAIT_SECONDS, TimeUnit.SECONDS)).isTrue();
            reply(xid + 1);
            reply(xid + 2);
            handedOver.countDown();
            turn.sync();
            expected.addAll(List.of(xid, xid + 1, xid + 2, xid + 3));
        }
        assertThat(xids(expected.size())).isEqualTo(expected);
    }

    private void event() {
        connection.event(1, new WatcherEvent(WatcherEvent.NODE_CREATED, WatcherEvent.SYNC_CONNECTED, "/a"));
        connection.flush();
    }

    private void reply(int xid) {
        connection.reply(new Tag(xid, OpCode.EXISTS, System.nanoTime(), 8), 1, 0, null);
        connection.flush();
    }

    private List<Integer> xids(int frames) throws IOException {
        var in = new DataInputStream(client.getInputStream());
        var xids = new ArrayList<Integer>();
        for (int i = 0; i < frames; i++) {
            var frame = new byte[in.readInt() - Integer.BYTES];
            xids.add(in.readInt());
            in.readFully(frame);
        }
        return xids;
    }

    private static final class NoWords implements ClientListener.FourLetterPort {

        @Override
        public boolean known(int word) {
            return false;
        }

        @Override
        public void answer(Channel channel, int word, byte[] argument) {}
    }

    private static final class NoStats implements LatencyStats {

        @Override
        public void bytesReceived(int bytes) {}

        @Override
        public void packetsReceived(int count) {}

        @Override
        public void packetSent() {}

        @Override
        public void established(long latencyMs) {}

        @Override
        public void answered(OpCode op, long latencyMs, int bytes) {}

        @Override
        public void wordAnswered() {}

        @Override
        public void notified(int bytes) {}

        @Override
        public void sessionRequested(int deficit) {}

        @Override
        public void connectionClosed() {}

        @Override
        public void connectionExpired() {}

        @Override
        public void largeRequestRejected(String remoteAddress, int bytes, long inWork) {}

        @Override
        public void connectionRefused(String remoteAddress, String reason) {}

        @Override
        public void connectionDropped(long sessionId, String remoteAddress, String reason) {}
    }
}
