// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.server.peer;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.zabra.core.zab.PeerInput;
import io.zabra.server.net.NettyTransport;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A port where learners connect: open while this server has a role in which it serves them. One event loop owns all
/// state.
final class LearnerPort {

    private static final int REBIND_MS = 200;

    private final EventLoop home;
    private final NettyTransport transport;
    private final PeerInbox inbox;
    private final Function<Channel, QuorumLink> accepted;
    private volatile InetSocketAddress listen;
    private @Nullable Channel port;
    private boolean wanted;

    /// @param accepted makes a link of a connection
    LearnerPort(
            EventLoop home,
            NettyTransport transport,
            PeerInbox inbox,
            InetSocketAddress listen,
            Function<Channel, QuorumLink> accepted) {
        this.home = home;
        this.transport = transport;
        this.inbox = inbox;
        this.listen = listen;
        this.accepted = accepted;
    }

    /// Lets learners connect, or no longer. Connections that stand are not touched. From any thread.
    void admit(boolean open) {
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
    void move(InetSocketAddress address) {
        listen = address;
    }

    InetSocketAddress listen() {
        return listen;
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
                    protected void initChannel(Channel channel) {
                        QuorumLink link = accepted.apply(channel);
                        inbox.offer(new PeerInput.LearnerConnected(link));
                        inbox.run(channel.eventLoop());
                    }
                })
                .bind(listen)
                .addListener((ChannelFutureListener) bound -> {
                    if (!bound.isSuccess()) {
                        inbox.trouble(
                                listen.toString(), "cannot listen for learners: " + SocketCause.of(bound.cause()));
                        home.schedule(this::bind, REBIND_MS, TimeUnit.MILLISECONDS);
                    } else if (wanted && port == null) {
                        port = bound.channel();
                    } else {
                        bound.channel().close();
                    }
                });
    }
}
