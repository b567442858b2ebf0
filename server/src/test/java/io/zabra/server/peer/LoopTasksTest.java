// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.server.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.channel.DefaultEventLoop;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.zabra.core.log.ReceivedSnapshot;
import io.zabra.core.tree.FrozenTree;
import io.zabra.core.zab.PeerInput;
import io.zabra.server.net.NettyTransport;
import io.zabra.wire.quorum.HostPort;
import io.zabra.wire.quorum.Notification;
import io.zabra.wire.quorum.PeerState;
import java.io.OutputStream;
import java.io.PushbackInputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The server stops while a name is resolved. An error that nobody catches would end its process as failed.
class LoopTasksTest {

    private static final int SECONDS_MAX = 20;
    private static final HostPort SOMEWHERE = new HostPort("127.0.0.1", 1);

    private final List<Throwable> uncaught = new CopyOnWriteArrayList<>();
    private final EndingLoop loop = new EndingLoop();
    private final NettyTransport transport =
            new NettyTransport(loop, NioServerSocketChannel.class, NioSocketChannel.class);
    private Thread.UncaughtExceptionHandler before;

    @BeforeEach
    void listen() {
        before = Thread.getDefaultUncaughtExceptionHandler();
        Thread.setDefaultUncaughtExceptionHandler((_, cause) -> uncaught.add(cause));
    }

    @AfterEach
    void end() throws InterruptedException {
        Thread.setDefaultUncaughtExceptionHandler(before);
        loop.shutdownGracefully(0, 0, TimeUnit.SECONDS).await();
    }

    /// Has ended when a thread that has resolved a name comes.
    private static final class EndingLoop extends DefaultEventLoop {

        private final CompletableFuture<Thread> visitor = new CompletableFuture<>();

        @Override
        public void execute(Runnable task) {
            if (Thread.currentThread().isVirtual()) {
                shutdownGracefully(0, 0, TimeUnit.SECONDS).awaitUninterruptibly();
                visitor.complete(Thread.currentThread());
            }
            super.execute(task);
        }
    }

    private void assertThatNobodyCares() throws Exception {
        Thread visitor = loop.visitor.get(SECONDS_MAX, TimeUnit.SECONDS);
        assertThat(visitor.join(Duration.ofSeconds(SECONDS_MAX))).isTrue();
        assertThat(loop.isShutdown()).isTrue();
        assertThat(uncaught).isEmpty();
    }

    @Test
    void aLeaderThatIsFoundBehindTheEndIsDialledByNobody() throws Exception {
        var here = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        var links = new QuorumLinks(new QuorumLinks.Config(here, 1_000, 1_000, null), transport, NONE, new Inbox());
        links.dial(3, SOMEWHERE, 0);
        assertThatNobodyCares();
    }

    @Test
    void aVoterThatIsFoundBehindTheEndIsDialledByNobody() throws Exception {
        elections().send(1, new Notification(PeerState.LOOKING, 9, 0, 1, 1, ""));
        assertThatNobodyCares();
    }

    @Test
    void aPortIsNotMovedBehindTheEnd() throws Exception {
        ElectionLinks links = elections();
        var there = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        Thread.ofVirtual().start(() -> links.move(there, SOMEWHERE));
        assertThatNobodyCares();
    }

    @Test
    void whatALoopRefusesForAnotherReasonIsNotForgotten() throws Exception {
        AtomicBoolean full = new AtomicBoolean(true);
        var other = new DefaultEventLoop() {
            @Override
            public void execute(Runnable task) {
                if (full.get()) {
                    throw new RejectedExecutionException("full");
                }
                super.execute(task);
            }
        };
        assertThatThrownBy(() -> LoopTasks.execute(other, () -> {})).hasMessage("full");
        full.set(false);
        other.shutdownGracefully(0, 0, TimeUnit.SECONDS).await();
    }

    private ElectionLinks elections() {
        return new ElectionLinks(
                new ElectionLinks.Config(9, SOMEWHERE, 1_000, _ -> List.of(SOMEWHERE)), transport, new Inbox());
    }

    private static final SnapshotStreams NONE = new SnapshotStreams() {
        @Override
        public void send(FrozenTree tree, SortedMap<Long, Integer> sessions, OutputStream out) {
            throw new UnsupportedOperationException();
        }

        @Override
        public ReceivedSnapshot receive(long zxid, PushbackInputStream in) {
            throw new UnsupportedOperationException();
        }
    };

    /// Nothing comes.
    private static final class Inbox implements PeerInbox, ElectionLinks.Inbox {

        @Override
        public void offer(PeerInput input) {}

        @Override
        public void behind(Runnable action) {}

        @Override
        public void run(Executor loop) {}

        @Override
        public void dirty(QuorumLink link) {}

        @Override
        public void quorumPortTaken(String address, String cause) {}

        @Override
        public void trouble(String remote, String reason) {}

        @Override
        public void heard(long from, Notification notification) {}

        @Override
        public void behindVotes(Runnable action) {}

        @Override
        public void unreachable(long sid) {}

        @Override
        public void reachable(long sid) {}

        @Override
        public void trouble(long sid, String reason) {}
    }
}
