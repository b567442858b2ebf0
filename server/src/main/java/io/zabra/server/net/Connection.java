// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.server.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundBuffer;
import io.zabra.core.node.Input;
import io.zabra.core.session.Client;
import io.zabra.core.session.ClientLink;
import io.zabra.core.session.CloseReason;
import io.zabra.core.session.Tag;
import io.zabra.wire.MalformedPacketException;
import io.zabra.wire.WireReader;
import io.zabra.wire.WireWriter;
import io.zabra.wire.client.ConnectRequest;
import io.zabra.wire.client.ConnectResponse;
import io.zabra.wire.client.OpCode;
import io.zabra.wire.client.Request;
import io.zabra.wire.client.Response;
import io.zabra.wire.client.WatcherEvent;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import org.jspecify.annotations.Nullable;

/// One client connection (Apache: NIOServerCnxn, NettyServerCnxn).
///
/// Two owners: the event loop cuts and decodes what comes in; the owner of the node encodes replies into [#out] and
/// flushes when its batch is over. They share only what is passed through the node's inbox and Netty's own queue.
public final class Connection extends ChannelInboundHandlerAdapter implements ClientLink {

    private static final int PING_XID = -2;
    private static final int EVENT_XID = -1;
    private static final int LENGTH_BYTES = Integer.BYTES;
    private static final int HEADER_BYTES = 2 * Integer.BYTES;
    private static final int OUT_BYTES_KEPT = 64 << 10;
    /// No handshake is longer, by far.
    private static final int HANDSHAKE_BYTES_MAX = 4 << 10;
    /// What is encoded leaves the batch when it is this much.
    private static final int CHUNK_BYTES = 64 << 10;
    /// A client that has this much to take gets no more replies until there is less than [#BEHIND_BYTES_MIN].
    private static final int BEHIND_BYTES_MAX = 256 << 10;

    private static final int BEHIND_BYTES_MIN = 32 << 10;
    /// How long a client may take for the last words of a connection.
    private static final int FAREWELL_MS_MAX = 5_000;

    private static final byte[] NOTHING = new byte[0];
    private static final AtomicLongFieldUpdater<Connection> LARGE_BYTES =
            AtomicLongFieldUpdater.newUpdater(Connection.class, "largeBytes");

    private final ClientListener listener;
    private final NodeInbox inbox;
    private final ClientLimits limits;
    private final Channel channel;
    private final InetSocketAddress remote;
    private final Client client;
    private final ConnectionStats stats;

    // Event loop; others may read what is volatile.
    private byte[] held = NOTHING;
    private int heldBytes;
    private volatile long heldSinceNs;
    private long inChannel;
    private boolean drainWatched;
    private long requestBytes;
    private boolean connectSeen;
    private boolean ended;
    private long readNs;
    private volatile long connectNs;
    private volatile boolean asking;

    // Both: batches that the owner of the node has handed to the event loop, and that the loop has not written yet.
    private final AtomicInteger handedOver = new AtomicInteger();

    // Any thread.
    private final Share partial;
    private final Share unsent;
    private volatile boolean awaited;

    // Owner of the node.
    private final WireWriter out = new WireWriter(256);
    private boolean dirty;
    private boolean closing;
    private volatile @Nullable CloseReason closeReason;

    // Both: what this connection has of the room for large requests.
    private volatile long largeBytes;

    /// @param linearizable whether what this client reads is
    Connection(ClientListener listener, Channel channel, boolean linearizable) {
        this.listener = listener;
        this.inbox = listener.inbox();
        this.limits = listener.limits();
        this.channel = channel;
        this.remote = (InetSocketAddress) channel.remoteAddress();
        this.stats = new ConnectionStats(listener.stats());
        this.partial = new Share(listener.partialBytes());
        this.unsent = new Share(listener.unsentBytes());
        this.client = new Client(this, remote.getAddress().getHostAddress(), List.of(), linearizable);
    }

    public InetSocketAddress remote() {
        return remote;
    }

    public Client client() {
        return client;
    }

    public ConnectionStats stats() {
        return stats;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        if (!listener.admit(this)) {
            ended = true;
            channel.close();
            return;
        }
        channel.eventLoop().schedule(this::checkHandshake, limits.handshakeMsMax(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        try {
            if (!ended) {
                receive(bytes);
            }
        } catch (MalformedPacketException e) {
            drop(String.valueOf(e.getMessage()));
        } finally {
            bytes.release();
            inbox.received(requestBytes);
            requestBytes = 0;
        }
        inbox.run(channel.eventLoop());
        listener.limitReading(this);
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (channel.isWritable()) {
            listener.limitReading(this);
        } else {
            channel.config().setAutoRead(false);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        ended = true;
        hold(NOTHING, 0);
        settle(0, 0);
        if (largeBytes != 0) {
            listener.large().give(LARGE_BYTES.getAndSet(this, 0));
        }
        listener.forget(this);
        listener.stats().connectionClosed();
        inbox.offer(new Input.Disconnect(client));
        inbox.run();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        // An IOException is a reset by the peer; channelInactive follows.
        if (!(cause instanceof IOException)) {
            tellDropped(cause.toString());
        }
        channel.close();
    }

    /// Cuts frames out of what arrived. A frame that is not complete yet is held in a buffer that grows with it, so
    /// that each of its bytes is copied a few times at most, however many reads it takes.
    private void receive(ByteBuf bytes) {
        readNs = System.nanoTime();
        int fresh = bytes.readableBytes();
        stats.received(fresh);
        int end = heldBytes + fresh;
        byte[] buffer;
        if (heldBytes == 0) {
            buffer = listener.scratch(fresh);
        } else {
            if (end > held.length) {
                hold(Arrays.copyOf(held, Math.max(end, 2 * held.length)), heldBytes);
            }
            buffer = held;
        }
        bytes.readBytes(buffer, heldBytes, fresh);
        int from = cut(buffer, end);
        if (ended || from == end) {
            hold(NOTHING, 0);
        } else {
            if (from > 0 || buffer != held) {
                heldSinceNs = readNs;
                hold(Arrays.copyOfRange(buffer, from, end), end - from);
            }
            heldBytes = end - from;
            listener.limitPartial();
        }
    }

    private void hold(byte[] buffer, int used) {
        if (buffer != held) {
            partial.add(buffer.length - held.length);
            held = buffer;
        }
        heldBytes = used;
    }

    /// Cuts frames out of the first `end` bytes of `buffer`; returns where the first incomplete one begins.
    private int cut(byte[] buffer, int end) {
        int from = 0;
        int packets = 0;
        while (!ended && end - from >= LENGTH_BYTES) {
            int length = int32(buffer, from);
            if (!connectSeen && listener.fourLetterWord(this, length, buffer, from + LENGTH_BYTES, end)) {
                ended = true;
                break;
            }
            if (length < 0 || length > (connectSeen ? limits.frameBytesMax() : HANDSHAKE_BYTES_MAX)) {
                throw new MalformedPacketException(FrameLength.problem(length, limits.frameBytesMax(), !connectSeen));
            }
            boolean news = from > 0 || heldBytes < LENGTH_BYTES;
            if (news && listener.large().isLarge(length) && !listener.large().fits(length)) {
                rejectLarge(length);
                break;
            }
            if (end - from - LENGTH_BYTES < length) {
                break;
            }
            frame(buffer, from + LENGTH_BYTES, from + LENGTH_BYTES + length);
            from += LENGTH_BYTES + length;
            packets++;
        }
        stats.packets(packets);
        return from;
    }

    private void frame(byte[] buffer, int from, int to) {
        WireReader in = new WireReader(buffer, from, to, limits.fieldBytesMax());
        if (!connectSeen) {
            connectSeen = true;
            connectNs = readNs;
            connect(ConnectRequest.read(in));
            return;
        }
        if (to - from < HEADER_BYTES) {
            throw new MalformedPacketException("frame is too short for a header");
        }
        requestBytes += to - from;
        int xid = in.int32();
        OpCode op = OpCode.of(in.int32());
        if (op == null || !fromClients(op)) {
            inbox.offer(new Input.UnknownOperation(client, new Tag(xid, OpCode.ERROR, readNs, to - from)));
            return;
        }
        Tag tag = new Tag(xid, op, readNs, to - from);
        if (isLarge(tag)) {
            if (!listener.large().take(tag.bytes())) {
                rejectLarge(tag.bytes());
                return;
            }
            LARGE_BYTES.addAndGet(this, tag.bytes());
        }
        Input input;
        try {
            input = new Input.Submit(client, tag, Request.read(op, in));
        } catch (MalformedPacketException e) {
            if (op == OpCode.AUTH || op == OpCode.SASL) {
                throw e;
            }
            // As in Apache: what could be decoded but for a null has taken its place among the transactions.
            input = new Input.Malformed(client, tag, op == OpCode.MULTI || (e.absent() && op.isWrite()));
        }
        inbox.offer(input);
    }

    private void connect(ConnectRequest request) {
        if (listener.gate().admits(request.sessionId(), readNs / 1_000_000)) {
            listener.stats().sessionRequested(listener.gate().deficit());
            inbox.offer(new Input.Connect(client, request));
        } else {
            String reason = "too many connections in a short time (connection_throttle_tokens)";
            listener.stats().connectionRefused(client.remoteAddress(), reason);
            end();
        }
    }

    private static boolean fromClients(OpCode op) {
        return switch (op) {
            case NOTIFICATION, CHECK, DELETE_CONTAINER, CREATE_SESSION, ERROR -> false;
            default -> true;
        };
    }

    private static int int32(byte[] bytes, int at) {
        return bytes[at] << 24 | (bytes[at + 1] & 0xFF) << 16 | (bytes[at + 2] & 0xFF) << 8 | (bytes[at + 3] & 0xFF);
    }

    /// Ends the connection because of what the peer did, behind what was handed over for it before; event loop only.
    private void end() {
        ended = true;
        channel.eventLoop().execute(channel::close);
    }

    /// Ends the connection and tells operators why: the client itself learns nothing. Event loop only.
    private void drop(String reason) {
        tellDropped(reason);
        end();
    }

    private void tellDropped(String reason) {
        listener.stats().connectionDropped(stats.sessionId(), client.remoteAddress(), reason);
    }

    /// Whether the request counts among the large ones in work: as in Apache, no authentication does.
    private boolean isLarge(Tag tag) {
        OpCode op = tag.op();
        return listener.large().isLarge(tag.bytes()) && op != OpCode.AUTH && op != OpCode.SASL && op != OpCode.ERROR;
    }

    private void rejectLarge(int length) {
        closeReason = CloseReason.LIMIT;
        listener.stats()
                .largeRequestRejected(
                        client.remoteAddress(), length, listener.large().bytes());
        end();
    }

    private void checkHandshake() {
        if (!connectSeen && !ended) {
            listener.stats().connectionExpired();
            drop("no handshake within " + limits.handshakeMsMax() + " ms");
        }
    }

    /// Marks the connection of an operator's four-letter word, which says nothing more.
    void asks() {
        asking = true;
    }

    /// What the server waits for: 1 to read, 4 to write, added up.
    public int interest() {
        if (asking) {
            return 0;
        }
        return (channel.config().isAutoRead() ? 1 : 0) + (channel.isWritable() ? 0 : 4);
    }

    Channel channel() {
        return channel;
    }

    // From here on: the owner of the node.

    @Override
    public void connected(ConnectResponse response, long zxid) {
        if (begin()) {
            int frame = out.beginFrame();
            response.write(out);
            out.endFrame(frame);
            stats.connected(response.sessionId(), response.timeoutMs());
            if (zxid != 0) {
                stats.established(zxid, connectNs, System.nanoTime());
            }
        }
    }

    @Override
    public void reply(Tag tag, long zxid, int error, @Nullable Response body) {
        if (largeBytes != 0 && isLarge(tag) && LARGE_BYTES.addAndGet(this, -tag.bytes()) >= 0) {
            listener.large().give(tag.bytes());
        }
        if (!begin()) {
            return;
        }
        int frame = out.beginFrame();
        out.int32(tag.op() == OpCode.PING ? PING_XID : tag.xid()).int64(zxid).int32(error);
        if (body != null) {
            body.write(out);
        }
        out.endFrame(frame);
        stats.answered(tag, zxid, System.nanoTime(), out.position() - frame - LENGTH_BYTES);
        if (error != 0 && tag.op().isWrite()) {
            stats.writeFailed();
        }
        flushIfMuch();
    }

    @Override
    public void event(long zxid, WatcherEvent event) {
        if (begin()) {
            int frame = out.beginFrame();
            out.int32(EVENT_XID).int64(zxid).int32(0);
            event.write(out);
            out.endFrame(frame);
            stats.notified(out.position() - frame - LENGTH_BYTES);
            flushIfMuch();
        }
    }

    @Override
    public void close(CloseReason reason) {
        if (begin()) {
            closing = true;
            closeReason = reason;
            switch (reason) {
                case LIMIT -> tellDropped("too many of its requests wait (zabra.limits.waitingRequests)");
                case UNKNOWN_OPERATION -> tellDropped("an operation that this protocol does not have");
                default -> {
                    // It is the client's own doing, or the node has told an event of its own.
                }
            }
        }
    }

    /// Why this server ended the connection; null while it has not.
    public @Nullable CloseReason closeReason() {
        return closeReason;
    }

    private boolean begin() {
        if (!dirty) {
            dirty = true;
            inbox.dirty(this);
        }
        return !closing;
    }

    /// Sends what is buffered, when the batch is over or enough. Owner of the node.
    ///
    /// A batch that is flushed on the connection's own event loop must not overtake one that was flushed elsewhere
    /// before and still waits in the loop's queue: an event would come after a reply that shows its change.
    public void flush() {
        dirty = false;
        int length = out.position();
        if (length == 0 && !closing) {
            return;
        }
        ByteBuf bytes = channel.alloc().directBuffer(length);
        bytes.writeBytes(out.array(), 0, length);
        out.shrink(OUT_BYTES_KEPT);
        boolean last = closing;
        if (channel.eventLoop().inEventLoop() && handedOver.get() == 0) {
            send(bytes, last, 0);
        } else {
            handedOver.incrementAndGet();
            unsent.add(length);
            channel.eventLoop().execute(() -> {
                handedOver.decrementAndGet();
                send(bytes, last, length);
            });
        }
        if (unsent.bytes() > limits.unsentBytesMax()) {
            giveUp(unsent, "it does not read its answers (zabra.limits.outgoingBytes)");
        }
        listener.limitUnsent();
    }

    private void flushIfMuch() {
        if (out.position() >= CHUNK_BYTES) {
            flush();
        }
    }

    @Override
    public boolean ready() {
        if (unsent.bytes() <= BEHIND_BYTES_MAX) {
            return true;
        }
        // In this order, against the event loop's: fewer bytes first, then the look at who waits.
        awaited = true;
        return unsent.bytes() <= BEHIND_BYTES_MAX;
    }

    /// Sends; event loop only. `counted` of the bytes count as unsent already.
    private void send(ByteBuf bytes, boolean last, int counted) {
        int length = bytes.readableBytes();
        if (last) {
            channel.writeAndFlush(bytes).addListener(ChannelFutureListener.CLOSE);
            if (channel.isOpen()) {
                // A client that does not read would keep the connection open for good.
                Future<?> limit =
                        channel.eventLoop().schedule(() -> channel.close(), FAREWELL_MS_MAX, TimeUnit.MILLISECONDS);
                channel.closeFuture().addListener(_ -> limit.cancel(false));
            }
        } else {
            channel.writeAndFlush(bytes, channel.voidPromise());
        }
        settle(length, counted);
    }

    /// Finds out what the socket did not take, after `added` bytes were given to it of which `counted` count already;
    /// event loop only.
    private void settle(int added, int counted) {
        ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
        long pending = buffer == null ? 0 : buffer.totalPendingWriteBytes();
        long left = Math.min(pending, inChannel + added);
        long delta = left - inChannel - counted;
        inChannel = left;
        if (delta != 0) {
            unsent.add(delta);
        }
        if (left > 0 && !drainWatched) {
            drainWatched = true;
            // Nothing to send, but done as soon as all before it is. Its own entry is still counted at that moment.
            channel.writeAndFlush(Unpooled.EMPTY_BUFFER)
                    .addListener(_ -> channel.eventLoop().execute(this::drained));
        }
        if (awaited && unsent.bytes() <= BEHIND_BYTES_MIN) {
            awaited = false;
            inbox.offer(new Input.LinkReady(client));
            inbox.run(channel.eventLoop());
        }
    }

    private void drained() {
        drainWatched = false;
        settle(0, 0);
    }

    /// Bytes that this client has been sent and has not taken.
    Share unsent() {
        return unsent;
    }

    /// The part of a frame that this client has sent.
    Share partial() {
        return partial;
    }

    /// Since when that part is waited for, on the clock of [System#nanoTime].
    long partialSinceNs() {
        return heldSinceNs;
    }

    /// Disconnects a client that makes this server keep too much; any thread.
    void giveUp(Share share, String reason) {
        if (share.abandon()) {
            closeReason = CloseReason.LIMIT;
            tellDropped(reason);
            channel.close();
        }
    }
}
