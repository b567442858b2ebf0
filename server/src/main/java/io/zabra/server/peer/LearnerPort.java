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

    /// Hears whether the port can be opened.
    interface Listener {

        /// It cannot; it is tried again, whether it is wanted or not, until it can.
        void failed(InetSocketAddress address, String cause);

        /// It can, after it could not.
        void mended();
    }

    private static final int REBIND_MS = 500;

    private final EventLoop home;
    private final NettyTransport transport;
    private final PeerInbox inbox;
    private final Function<Channel, QuorumLink> accepted;
    private final Listener listener;
    private volatile InetSocketAddress listen;
    private @Nullable Channel port;
    private boolean wanted;
    private boolean binds;
    private boolean failed;
    /// Whether those who want it open now have been told that it cannot be.
    private boolean told;

    /// @param accepted makes a link of a connection
    LearnerPort(
            EventLoop home,
            NettyTransport transport,
            PeerInbox inbox,
            InetSocketAddress listen,
            Function<Channel, QuorumLink> accepted,
            Listener listener) {
        this.home = home;
        this.transport = transport;
        this.inbox = inbox;
        this.listen = listen;
        this.accepted = accepted;
        this.listener = listener;
    }

    /// Lets learners connect, or no longer. Connections that stand are not touched. From any thread.
    void admit(boolean open) {
        home.execute(() -> {
            wanted = open;
            told = false;
            if (open) {
                bind();
            } else if (port != null) {
                port.close();
                port = null;
            }
        });
    }

    /// Lets nobody connect any more, and gives up to try. From any thread.
    void close() {
        admit(false);
        home.execute(() -> failed = false);
    }

    /// Listens there from the next time on that learners are let in. From any thread.
    void move(InetSocketAddress address) {
        listen = address;
    }

    InetSocketAddress listen() {
        return listen;
    }

    private void bind() {
        if (binds || !wanted && !failed || port != null) {
            return;
        }
        binds = true;
        InetSocketAddress address = listen;
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
                .bind(address)
                .addListener((ChannelFutureListener) bound -> home.execute(() -> {
                    binds = false;
                    if (bound.isSuccess()) {
                        opened(bound.channel());
                    } else {
                        failed(address, SocketCause.of(bound.cause()));
                    }
                }));
    }

    private void opened(Channel channel) {
        if (wanted && port == null) {
            port = channel;
        } else {
            channel.close();
        }
        if (failed) {
            failed = false;
            listener.mended();
        }
    }

    private void failed(InetSocketAddress address, String cause) {
        if (wanted && !told) {
            failed = true;
            told = true;
            listener.failed(address, cause);
        }
        home.schedule(this::bind, REBIND_MS, TimeUnit.MILLISECONDS);
    }
}
