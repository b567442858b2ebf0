// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.server.net;

import com.sun.management.UnixOperatingSystemMXBean;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.lang.management.ManagementFactory;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;

/// Closes connections beyond a number as soon as they are accepted, so that the log and snapshots find file descriptors
/// when they need them: a server that cannot open its next log file has to stop.
///
/// Sits on the listening channel, in front of what registers connections with their event loops: there, a burst would
/// hold descriptors until those loops come to close them.
@ChannelHandler.Sharable
public final class AcceptLimit extends ChannelInboundHandlerAdapter {

    /// Descriptors kept for files, for what the JVM opens now and then, and for connections that were accepted in one
    /// go with the last one that is let in.
    private static final int RESERVE = 48;

    private final int connectionsMax;
    private final IntConsumer refused;
    private final AtomicInteger open = new AtomicInteger();

    /// @param refused told of the limit at each connection that is refused; on the event loop that accepts
    public AcceptLimit(int connectionsMax, IntConsumer refused) {
        this.connectionsMax = connectionsMax;
        this.refused = refused;
    }

    /// How many connections the limit of this process leaves room for, beside what is open now; a large number where
    /// that cannot be known.
    public static int byDescriptors() {
        if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system
                && system.getMaxFileDescriptorCount() > 0) {
            long left = system.getMaxFileDescriptorCount() - system.getOpenFileDescriptorCount() - RESERVE;
            return Math.clamp(left, 1, Integer.MAX_VALUE);
        }
        return Integer.MAX_VALUE;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        Channel accepted = (Channel) message;
        if (open.incrementAndGet() > connectionsMax) {
            open.decrementAndGet();
            accepted.unsafe().closeForcibly();
            refused.accept(connectionsMax);
            return;
        }
        accepted.closeFuture().addListener(_ -> open.decrementAndGet());
        context.fireChannelRead(message);
    }
}
