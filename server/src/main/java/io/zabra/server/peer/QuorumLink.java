// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.server.peer;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.zabra.core.feed.PeerLink;
import io.zabra.core.log.ReceivedSnapshot;
import io.zabra.core.tree.FrozenTree;
import io.zabra.core.zab.PeerInput;
import io.zabra.wire.MalformedPacketException;
import io.zabra.wire.WireWriter;
import io.zabra.wire.quorum.PacketFramer;
import io.zabra.wire.quorum.QuorumPacket;
import io.zabra.wire.quorum.Side;
import java.io.IOException;
import java.io.PushbackInputStream;
import java.util.ArrayDeque;
import java.util.SortedMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// One connection between a leader and a learner (Apache: the sockets of LearnerHandler and Learner).
///
/// Two owners: the owner of the node encodes packets and hands them over when its batch is over; the event loop cuts
/// and decodes what comes in, and keeps the order of what goes out. A snapshot is sent and received by a thread of its
/// own, and packets wait behind it.
public final class QuorumLink extends ChannelInboundHandlerAdapter implements PeerLink, Brake.Source {

    private static final int OUT_BYTES_KEPT = 64 << 10;
    private static final int INCOMING_BYTES_MAX = 4 << 20;

    private final Channel channel;
    private final Side peer;
    private final SnapshotStreams snapshots;
    private final PeerInbox inbox;
    private final LongSupplier unsentBytesMax;

    // Owner of the node.
    private final WireWriter out = new WireWriter(256);
    private boolean dirty;
    private boolean closed;

    // Any thread.
    private final AtomicLong unsent = new AtomicLong();
    private final AtomicLong snapshotBytes = new AtomicLong();

    // Event loop.
    private final PacketFramer framer;
    private @Nullable IncomingBytes incoming;
    private boolean sendingSnapshot;
    private final ArrayDeque<Runnable> behindSnapshot = new ArrayDeque<>();
    private final Backlog backlog;
    private boolean onHold;
    private boolean streamFull;
    private boolean ended;

    /// @param peer which side the other end is
    /// @param packetBytesMax size of the longest packet that is accepted
    /// @param unsentBytesMax how much may wait here before there is to be no more
    QuorumLink(
            Channel channel,
            Side peer,
            int packetBytesMax,
            SnapshotStreams snapshots,
            PeerInbox inbox,
            LongSupplier unsentBytesMax) {
        this.channel = channel;
        this.peer = peer;
        this.framer = new PacketFramer(peer, packetBytesMax);
        this.snapshots = snapshots;
        this.inbox = inbox;
        this.unsentBytesMax = unsentBytesMax;
        this.backlog = new Backlog(channel.eventLoop(), inbox::behind, this::readOn);
    }

    @Override
    public void send(QuorumPacket packet) {
        if (closed) {
            return;
        }
        int before = out.position();
        packet.write(out);
        unsent.addAndGet(out.position() - before);
        if (!dirty) {
            dirty = true;
            inbox.dirty(this);
        }
    }

    /// Hands over what was sent in this batch; by the owner of the node.
    public void flush() {
        dirty = false;
        if (out.position() == 0) {
            return;
        }
        byte[] bytes = out.toByteArray();
        out.reset();
        out.shrink(OUT_BYTES_KEPT);
        channel.eventLoop().execute(() -> inTurn(() -> write(bytes)));
    }

    @Override
    public void snapshot(FrozenTree tree, SortedMap<Long, Integer> sessions) {
        if (closed) {
            tree.close();
            return;
        }
        flush();
        channel.eventLoop().execute(() -> inTurn(() -> startSnapshot(tree, sessions)));
    }

    @Override
    public void close() {
        closed = true;
        channel.close();
    }

    @Override
    public long unsentBytes() {
        return unsent.get();
    }

    @Override
    public long unsentBytesMax() {
        return unsentBytesMax.getAsLong();
    }

    @Override
    public long snapshotBytes() {
        return snapshotBytes.get();
    }

    // --- What goes out: event loop.

    private void inTurn(Runnable action) {
        if (sendingSnapshot) {
            behindSnapshot.add(action);
        } else {
            action.run();
        }
    }

    private void write(byte[] bytes) {
        channel.writeAndFlush(Unpooled.wrappedBuffer(bytes)).addListener(_ -> unsent.addAndGet(-bytes.length));
    }

    private void startSnapshot(FrozenTree tree, SortedMap<Long, Integer> sessions) {
        sendingSnapshot = true;
        Thread.ofPlatform().daemon().name("zabra-snapshot-send").start(() -> {
            try {
                snapshots.send(tree, sessions, new OutgoingBytes(channel, snapshotBytes::addAndGet));
                channel.eventLoop().execute(this::snapshotSent);
            } catch (IOException | RuntimeException e) {
                inbox.trouble(remote(), "the snapshot could not be sent: " + e);
                channel.close();
            }
        });
    }

    private void snapshotSent() {
        sendingSnapshot = false;
        while (!sendingSnapshot && !behindSnapshot.isEmpty()) {
            behindSnapshot.remove().run();
        }
    }

    // --- What comes in: event loop.

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        try {
            if (ended) {
                return;
            }
            if (incoming != null) {
                byte[] piece = new byte[bytes.readableBytes()];
                bytes.readBytes(piece);
                snapshotBytes.addAndGet(piece.length);
                if (!incoming.add(piece)) {
                    streamFull = true;
                    readOn();
                }
                return;
            }
            framer.add(bytes.readableBytes(), bytes::readBytes);
            cut();
        } finally {
            bytes.release();
        }
        inbox.run(channel.eventLoop());
    }

    /// By the owner of the node.
    @Override
    public void hold(boolean hold) {
        channel.eventLoop().execute(() -> {
            onHold = hold;
            readOn();
        });
    }

    private void readOn() {
        channel.config().setAutoRead(!onHold && !streamFull && !backlog.isFull());
    }

    private void cut() {
        int before = framer.heldBytes();
        try {
            QuorumPacket packet = framer.next();
            while (packet != null) {
                inbox.offer(new PeerInput.Received(this, packet));
                if (packet instanceof QuorumPacket.Snap(long zxid) && peer == Side.LEADER) {
                    receiveSnapshot(zxid, framer.rest());
                    break;
                }
                packet = framer.next();
            }
        } catch (MalformedPacketException e) {
            inbox.trouble(remote(), String.valueOf(e.getMessage()));
            ended = true;
            channel.close();
        }
        backlog.add(before - framer.heldBytes());
    }

    private void receiveSnapshot(long zxid, byte[] begin) {
        IncomingBytes stream =
                new IncomingBytes(INCOMING_BYTES_MAX, () -> channel.eventLoop().execute(this::streamTakesMore));
        incoming = stream;
        stream.add(begin);
        Thread.ofPlatform().daemon().name("zabra-snapshot-receive").start(() -> {
            try {
                PushbackInputStream in = new PushbackInputStream(stream, SnapshotStreams.PUT_BACK_BYTES_MAX);
                ReceivedSnapshot received = snapshots.receive(zxid, in);
                byte[] behind = new byte[in.available()];
                int length = in.read(behind, 0, behind.length);
                channel.eventLoop().execute(() -> snapshotReceived(received, behind, length));
            } catch (IOException | RuntimeException e) {
                inbox.trouble(remote(), "the snapshot did not arrive: " + e);
                channel.close();
            }
        });
    }

    private void streamTakesMore() {
        streamFull = false;
        readOn();
    }

    private void snapshotReceived(ReceivedSnapshot received, byte[] behind, int length) {
        IncomingBytes stream = incoming;
        if (stream == null || ended) {
            return;
        }
        incoming = null;
        inbox.offer(new PeerInput.SnapshotReceived(this, received));
        framer.add(behind, 0, length);
        byte[] rest = stream.rest();
        framer.add(rest, 0, rest.length);
        streamTakesMore();
        cut();
        inbox.run(channel.eventLoop());
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        ended = true;
        if (incoming != null) {
            incoming.end("the connection is gone");
        }
        inbox.offer(new PeerInput.Disconnected(this));
        inbox.run(channel.eventLoop());
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (!(cause instanceof IOException)) {
            inbox.trouble(remote(), cause.toString());
        }
        channel.close();
    }

    @Override
    public String remote() {
        return String.valueOf(channel.remoteAddress());
    }
}
