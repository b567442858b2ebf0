// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.server.peer;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.zabra.core.feed.PeerLink;
import io.zabra.core.zab.PeerInput;
import io.zabra.server.net.NettyTransport;
import io.zabra.wire.quorum.HostPort;
import io.zabra.wire.quorum.Side;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// The quorum port, which is open while this server leads, the port for observers, which may be open while it follows,
/// and the connection to the leader, or to whom else it learns from. Calls return at once; results go to the inbox. One
/// event loop owns all state.
public final class QuorumLinks implements AutoCloseable {

    /// What the links need to know of the world.
    ///
    /// @param listen the address of this server's own quorum port
    /// @param connectMsMax how long a connection may take
    /// @param packetBytesMax size of the longest packet that is accepted
    /// @param observers how observers are served; null if they are not
    public record Config(
            InetSocketAddress listen,
            int connectMsMax,
            int packetBytesMax,
            @Nullable Observers observers) {}

    /// How a follower serves observers.
    ///
    /// @param listen the address of the port for them
    /// @param bytesMax how much may be under way to all of them together
    public record Observers(InetSocketAddress listen, long bytesMax) {}

    /// What may be under way to one observer, however many there are.
    private static final long OBSERVER_BYTES_MIN = 64 << 10;

    private final Config config;
    private final NettyTransport transport;
    private final SnapshotStreams snapshots;
    private final PeerInbox inbox;
    private final EventLoop home;
    private final ChannelGroup channels;
    private final ChannelGroup guests;
    private final LearnerPort quorum;
    private final @Nullable LearnerPort observers;
    /// Counts the attempts to reach a leader, so that an earlier one that succeeds late is known as such.
    private long attempt;

    public QuorumLinks(Config config, NettyTransport transport, SnapshotStreams snapshots, PeerInbox inbox) {
        this.config = config;
        this.transport = transport;
        this.snapshots = snapshots;
        this.inbox = inbox;
        this.home = transport.loops().next();
        this.channels = new DefaultChannelGroup(home);
        this.guests = new DefaultChannelGroup(home);
        this.quorum = new LearnerPort(home, transport, inbox, config.listen(), this::learner, new OfLeader());
        this.observers = config.observers() == null
                ? null
                : new LearnerPort(home, transport, inbox, config.observers().listen(), this::guest, new OfObservers());
    }

    /// A leader whom nobody can reach is none.
    private final class OfLeader implements LearnerPort.Listener {

        @Override
        public void failed(InetSocketAddress address, String cause) {
            inbox.quorumPortTaken(address.toString(), cause);
            tell(true);
        }

        @Override
        public void mended() {
            tell(false);
        }

        private void tell(boolean taken) {
            inbox.offer(new PeerInput.QuorumPort(taken));
            inbox.run(home);
        }
    }

    /// Observers find another follower.
    private final class OfObservers implements LearnerPort.Listener {

        @Override
        public void failed(InetSocketAddress address, String cause) {
            inbox.trouble(address.toString(), "cannot listen for observers: " + cause);
        }

        @Override
        public void mended() {
            // They come by themselves.
        }
    }

    /// Sees whether the port could be opened.
    ///
    /// @throws IOException when it could not
    public static void probe(InetSocketAddress address) throws IOException {
        try (SocketChannel socket = SocketChannel.open()) {
            socket.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            socket.bind(address);
        } catch (IOException e) {
            throw new IOException("cannot listen for other members on " + address + ": " + SocketCause.of(e), e);
        }
    }

    /// Lets learners of this leader connect, or no longer. Connections that stand are not touched.
    public void admitLearners(boolean open) {
        quorum.admit(open);
    }

    /// Lets observers connect to this follower, or no longer, if it is to serve any.
    public void admitObservers(boolean open) {
        if (observers != null) {
            observers.admit(open);
        }
    }

    /// Listens there from the next time on that learners are let in. From any thread.
    public void move(InetSocketAddress address) {
        quorum.move(address);
        if (observers != null) {
            observers.move(new InetSocketAddress(
                    address.getAddress(), observers.listen().getPort()));
        }
    }

    private QuorumLink learner(Channel channel) {
        return link(channel, Side.LEARNER, () -> PeerLink.UNSENT_BYTES_MAX);
    }

    /// They share what there is.
    private QuorumLink guest(Channel channel) {
        long all = Objects.requireNonNull(config.observers()).bytesMax();
        guests.add(channel);
        return link(channel, Side.LEARNER, () -> {
            long share = all / Math.max(1, guests.size());
            return Math.clamp(share, OBSERVER_BYTES_MIN, PeerLink.UNSENT_BYTES_MAX);
        });
    }

    /// Connects to a leader after a while, and gives up any earlier attempt.
    ///
    /// @param address null for one that is not known
    public void dial(long leader, @Nullable HostPort address, int pauseMs) {
        home.execute(() -> {
            long mine = ++attempt;
            if (pauseMs > 0) {
                home.schedule(() -> dial(leader, address, mine), pauseMs, TimeUnit.MILLISECONDS);
            } else {
                dial(leader, address, mine);
            }
        });
    }

    private void dial(long leader, @Nullable HostPort address, long mine) {
        if (address == null) {
            failed(leader, mine);
        } else {
            LoopTasks.resolve(address, home, resolved -> connect(leader, mine, resolved));
        }
    }

    private void connect(long leader, long mine, @Nullable InetSocketAddress resolved) {
        if (mine != attempt) {
            return;
        }
        if (resolved == null) {
            failed(leader, mine);
            return;
        }
        QuorumLink[] made = new QuorumLink[1];
        new Bootstrap()
                .group(transport.loops())
                .channel(transport.socketChannel())
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, config.connectMsMax())
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        made[0] = link(channel, Side.LEADER, () -> PeerLink.UNSENT_BYTES_MAX);
                    }
                })
                .connect(resolved)
                .addListener((ChannelFutureListener) connected -> home.execute(() -> {
                    if (!connected.isSuccess()) {
                        failed(leader, mine);
                    } else if (mine != attempt) {
                        connected.channel().close();
                    } else {
                        inbox.offer(new PeerInput.LeaderConnected(made[0]));
                        if (!connected.channel().isActive()) {
                            // It ended before anybody knew of it, so that its end was for nobody.
                            inbox.offer(new PeerInput.Disconnected(made[0]));
                        }
                        inbox.run(home);
                    }
                }));
    }

    private QuorumLink link(Channel channel, Side peer, LongSupplier unsentBytesMax) {
        QuorumLink link = new QuorumLink(channel, peer, config.packetBytesMax(), snapshots, inbox, unsentBytesMax);
        channel.pipeline().addLast(link);
        channels.add(channel);
        return link;
    }

    private void failed(long leader, long mine) {
        if (mine == attempt) {
            inbox.offer(new PeerInput.LeaderUnreachable(leader));
            inbox.run(home);
        }
    }

    /// Closes the port and all connections.
    @Override
    public void close() throws InterruptedException {
        quorum.close();
        if (observers != null) {
            observers.close();
        }
        home.submit(() -> attempt++).await();
        channels.close().await();
    }
}
