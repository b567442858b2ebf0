// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.server.peer;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.zabra.core.zab.PeerInput;
import io.zabra.server.net.NettyTransport;
import io.zabra.wire.quorum.HostPort;
import io.zabra.wire.quorum.Side;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/// The quorum port: open while this server leads, and the connection to the leader while it does not. Calls return at
/// once; results go to the inbox. One event loop owns all state.
public final class QuorumLinks implements AutoCloseable {

    /// What the links need to know of the world.
    ///
    /// @param listen the address of this server's own quorum port
    /// @param connectMsMax how long a connection may take
    /// @param packetBytesMax size of the longest packet that is accepted
    /// @param addresses where each server's quorum port is; null for one that is not known
    public record Config(
            InetSocketAddress listen,
            int connectMsMax,
            int packetBytesMax,
            LongFunction<@Nullable HostPort> addresses) {}

    private static final int REBIND_MS = 200;

    private final Config config;
    private final NettyTransport transport;
    private final SnapshotStreams snapshots;
    private final PeerInbox inbox;
    private final EventLoop home;
    private final ChannelGroup channels;
    private @Nullable Channel port;
    private volatile InetSocketAddress listen;
    private boolean wanted;
    /// Counts the attempts to reach a leader, so that an earlier one that succeeds late is known as such.
    private long attempt;

    public QuorumLinks(Config config, NettyTransport transport, SnapshotStreams snapshots, PeerInbox inbox) {
        this.config = config;
        this.listen = config.listen();
        this.transport = transport;
        this.snapshots = snapshots;
        this.inbox = inbox;
        this.home = transport.loops().next();
        this.channels = new DefaultChannelGroup(home);
    }

    /// Lets learners connect, or no longer. Connections that stand are not touched.
    public void admitLearners(boolean open) {
        home.execute(() -> {
            wanted = open;
            if (open) {
                bind();
            } else if (port != null) {
                port.close();
                port = null;
            }
        });
    }

    /// Listens there from the next time on that learners are let in. From any thread.
    public void move(InetSocketAddress address) {
        listen = address;
    }

    private void bind() {
        if (!wanted || port != null) {
            return;
        }
        new ServerBootstrap()
                .group(home, transport.loops())
                .channel(transport.serverChannel())
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel accepted) {
                        QuorumLink link = link(accepted, Side.LEARNER);
                        inbox.offer(new PeerInput.LearnerConnected(link));
                        inbox.run(accepted.eventLoop());
                    }
                })
                .bind(listen)
                .addListener((ChannelFutureListener) bound -> {
                    if (!bound.isSuccess()) {
                        inbox.trouble(listen.toString(), "cannot listen for learners: " + bound.cause());
                        home.schedule(this::bind, REBIND_MS, TimeUnit.MILLISECONDS);
                    } else if (wanted && port == null) {
                        port = bound.channel();
                    } else {
                        bound.channel().close();
                    }
                });
    }

    /// Connects to a leader, and gives up any earlier attempt.
    public void dial(long leader) {
        home.execute(() -> {
            long mine = ++attempt;
            HostPort address = config.addresses().apply(leader);
            if (address == null) {
                failed(leader, mine);
                return;
            }
            Thread.ofVirtual().name("zabra-resolve").start(() -> {
                InetSocketAddress resolved = resolve(address);
                home.execute(() -> connect(leader, mine, resolved));
            });
        });
    }

    private static @Nullable InetSocketAddress resolve(HostPort address) {
        try {
            return new InetSocketAddress(InetAddress.getByName(address.host()), address.port());
        } catch (IOException _) {
            return null;
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
                        made[0] = link(channel, Side.LEADER);
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

    private QuorumLink link(Channel channel, Side peer) {
        QuorumLink link = new QuorumLink(channel, peer, config.packetBytesMax(), snapshots, inbox);
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
        admitLearners(false);
        home.submit(() -> attempt++).await();
        channels.close().await();
    }
}
