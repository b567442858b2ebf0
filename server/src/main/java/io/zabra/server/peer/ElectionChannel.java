// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.server.peer;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.zabra.wire.MalformedPacketException;
import io.zabra.wire.WireReader;
import io.zabra.wire.quorum.HostPort;
import io.zabra.wire.quorum.InitialMessage;
import io.zabra.wire.quorum.Notification;
import io.zabra.wire.quorum.VoteSender;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Cuts what comes in over one connection of the election port: who calls, if the other side called, and then votes.
/// What is wrong ends this connection and nothing else. Owned by the event loop of the links.
final class ElectionChannel extends ByteToMessageDecoder {

    private static final long UNKNOWN = -1;
    private static final int LENGTH_BYTES = Integer.BYTES;

    private final ElectionLinks links;
    private final @Nullable HostPort dialled;
    private long sid;
    private boolean introduced;
    /// Votes that came whole.
    private long votes;
    /// Whether somebody will look whether the rest of a vote has come.
    private boolean watched;
    private @Nullable Backlog backlog;

    private ElectionChannel(ElectionLinks links, long sid, @Nullable HostPort dialled) {
        this.links = links;
        this.sid = sid;
        this.dialled = dialled;
        this.introduced = dialled != null;
    }

    /// The handler of a connection that another server made.
    static ElectionChannel accepted(ElectionLinks links) {
        return new ElectionChannel(links, UNKNOWN, null);
    }

    /// The handler of a connection to where the server `sid` is looked for.
    static ElectionChannel dialled(ElectionLinks links, long sid, HostPort place) {
        return new ElectionChannel(links, sid, place);
    }

    /// Where the server was looked for; null if the other side has called.
    @Nullable
    HostPort dialled() {
        return dialled;
    }

    /// The server at the other end, or the one that was looked for there.
    long sid() {
        return sid;
    }

    /// Whether it is known who is at the other end.
    boolean introduced() {
        return introduced;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        backlog = links.backlog(() -> {
            boolean full = backlog != null && backlog.isFull();
            context.channel().config().setAutoRead(!full);
        });
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
        try {
            boolean more = true;
            while (more && context.channel().isActive()) {
                more = introduced ? vote(context.channel(), in) : introduction(context, in);
            }
            if (in.isReadable()) {
                watch(context);
            }
        } catch (MalformedPacketException e) {
            links.trouble(sid, String.valueOf(e.getMessage()));
            in.skipBytes(in.readableBytes());
            context.close();
        }
    }

    /// A stranger's vote that has begun has to come to its end in the time of a connection: what is there of it is
    /// kept.
    private void watch(ChannelHandlerContext context) {
        if (!watched && introduced && context.channel().isActive() && links.isStranger(sid)) {
            watched = true;
            long before = votes;
            context.executor().schedule(() -> look(context, before), links.connectMsMax(), TimeUnit.MILLISECONDS);
        }
    }

    private void look(ChannelHandlerContext context, long before) {
        watched = false;
        if (!context.channel().isActive() || actualReadableBytes() == 0) {
            return;
        }
        if (votes > before) {
            watch(context);
        } else if (links.isStranger(sid)) {
            links.trouble(sid, "a vote did not come to its end in " + links.connectMsMax() + " ms");
            context.close();
        }
    }

    private boolean introduction(ChannelHandlerContext context, ByteBuf in) {
        byte[] bytes = new byte[in.readableBytes()];
        in.getBytes(in.readerIndex(), bytes);
        int length = InitialMessage.framedLength(bytes, 0, bytes.length);
        if (length < 0) {
            return false;
        }
        in.skipBytes(length);
        InitialMessage message = InitialMessage.read(new WireReader(bytes, 0, length));
        introduced = true;
        sid = message.sid();
        if (!links.called(message, context.channel())) {
            context.close();
            return false;
        }
        return true;
    }

    private boolean vote(Channel channel, ByteBuf in) {
        if (in.readableBytes() < LENGTH_BYTES) {
            return false;
        }
        int length = in.getInt(in.readerIndex());
        if (length <= 0 || length > Notification.LENGTH_MAX) {
            throw new MalformedPacketException("a vote of " + length + " bytes");
        }
        if (in.readableBytes() < LENGTH_BYTES + length) {
            return false;
        }
        byte[] bytes = new byte[length];
        in.skipBytes(LENGTH_BYTES).readBytes(bytes);
        votes++;
        WireReader frame = new WireReader(bytes);
        links.heard(this, channel, Notification.read(frame), VoteSender.read(frame));
        if (backlog != null) {
            backlog.add(LENGTH_BYTES + length);
        }
        return true;
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        links.writable(sid);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) throws Exception {
        super.channelInactive(context);
        links.gone(sid, context.channel());
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        links.trouble(sid, SocketCause.of(cause));
        context.close();
    }
}
