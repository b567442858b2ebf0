// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.server.net;

import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.ResourceLeakDetector;
import io.netty.util.concurrent.DefaultThreadFactory;

/// The event loops and the kind of sockets that this machine is best served with: epoll on Linux, NIO elsewhere.
///
/// @param loops the event loops, shared by all listeners
/// @param serverChannel the kind of what listens
/// @param socketChannel the kind of what connects to other servers
public record NettyTransport(
        EventLoopGroup loops, Class<? extends ServerChannel> serverChannel, Class<? extends Channel> socketChannel) {

    /// @param threads how many event loops
    public static NettyTransport start(int threads) {
        // Netty watches a sample of all buffers by default, which costs a stack trace for each.
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.DISABLED);
        boolean epoll = Epoll.isAvailable();
        IoHandlerFactory handler = epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
        return new NettyTransport(
                new MultiThreadIoEventLoopGroup(threads, new DefaultThreadFactory("zabra-io", true), handler),
                epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class,
                epoll ? EpollSocketChannel.class : NioSocketChannel.class);
    }
}
