// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.server.net;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.util.concurrent.FastThreadLocal;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Listens on the ports for clients and keeps the connections (Apache: ServerCnxnFactory).
public final class ClientListener {

    private static final int SCRATCH_BYTES = 64 << 10;
    private static final int LOW_WATER_BYTES = 32 << 10;
    private static final int HIGH_WATER_BYTES = 256 << 10;
    private static final int BACKLOG_DEFAULT = 1_024;

    private static final Comparator<Connection> MOST_UNREAD =
            Comparator.comparingLong(each -> -each.unsent().counted());

    private static final Comparator<Connection> LONGEST_UNDER_WAY =
            (a, b) -> Long.signum(a.partialSinceNs() - b.partialSinceNs());
    private static final String UNREAD = "it has left most answers unread (zabra.limits.outgoingBytesInAll)";
    private static final String INCOMPLETE = "a request that is never complete (zabra.limits.incomingBytesInAll)";

    private final NodeInbox inbox;
    private final ClientLimits limits;
    private final ConnectionGate gate;
    private final LargeRequests large;
    private final LatencyStats stats;
    private final FourLetterPort words;
    private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
    private final Map<InetAddress, Integer> perAddress = new ConcurrentHashMap<>();
    private final ConcurrentLinkedQueue<Connection> paused = new ConcurrentLinkedQueue<>();
    private final FastThreadLocal<byte[]> scratch = new FastThreadLocal<>();
    private final AtomicLong unsentBytes = new AtomicLong();
    private final AtomicLong partialBytes = new AtomicLong();
    private volatile @Nullable Channel channel;
    private volatile @Nullable Channel linearizable;
    private @Nullable ServerBootstrap bootstrap;

    public ClientListener(
            NodeInbox inbox, ClientLimits limits, ConnectionGate gate, LatencyStats stats, FourLetterPort words) {
        this.inbox = inbox;
        this.limits = limits;
        this.gate = gate;
        this.large = new LargeRequests(limits.largeThreshold(), limits.largeBytesMax());
        this.stats = stats;
        this.words = words;
    }

    /// Answers the four-letter words of operators.
    public interface FourLetterPort {

        /// Length of a word in bytes.
        int WORD_BYTES = 4;

        /// Whether `word`, four bytes of ASCII read as an int, is one that this server knows.
        boolean known(int word);

        /// Answers `word`, with the bytes that came right behind it, and closes the connection.
        void answer(Channel channel, int word, byte[] argument);
    }

    /// Opens the port. Only when the server can answer.
    public void open(NettyTransport transport, InetSocketAddress address, AcceptLimit limit)
            throws IOException, InterruptedException {
        ServerBootstrap port = bootstrap(transport, limit, false);
        bootstrap = port;
        channel = bind(port, address);
    }

    /// Opens another port, for clients whose reads have to show all that was acknowledged before. They count together
    /// with those of the other port.
    public void openLinearizable(NettyTransport transport, InetSocketAddress address, AcceptLimit limit)
            throws IOException, InterruptedException {
        linearizable = bind(bootstrap(transport, limit, true), address);
    }

    private ServerBootstrap bootstrap(NettyTransport transport, AcceptLimit limit, boolean linearizableReads) {
        EventLoopGroup loops = transport.loops();
        return new ServerBootstrap()
                .group(loops)
                .channel(transport.serverChannel())
                .handler(limit)
                .option(ChannelOption.SO_REUSEADDR, true)
                .option(ChannelOption.SO_BACKLOG, limits.backlog() > 0 ? limits.backlog() : BACKLOG_DEFAULT)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.SO_KEEPALIVE, limits.keepAlive())
                .childOption(
                        ChannelOption.WRITE_BUFFER_WATER_MARK,
                        new WriteBufferWaterMark(LOW_WATER_BYTES, HIGH_WATER_BYTES))
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel accepted) {
                        var connection = new Connection(ClientListener.this, accepted, linearizableReads);
                        accepted.pipeline().addLast(connection);
                    }
                });
    }

    private static Channel bind(ServerBootstrap port, InetSocketAddress address)
            throws IOException, InterruptedException {
        ChannelFuture bound = port.bind(address).await();
        Throwable failure = bound.cause();
        if (failure != null) {
            throw unavailable(address, failure);
        }
        return bound.channel();
    }

    /// Moves the first port to another address; connections stay as they are. If that cannot be had, nothing changes.
    /// From any thread, after [#open].
    ///
    /// @param failed told why it cannot be had
    public void move(InetSocketAddress address, Consumer<IOException> failed) {
        Channel before = channel;
        ServerBootstrap port = bootstrap;
        if (before == null || port == null || address.equals(before.localAddress())) {
            return;
        }
        boolean samePort = ((InetSocketAddress) before.localAddress()).getPort() == address.getPort();
        if (samePort) {
            // All addresses of a host and one of them exclude each other.
            before.close().addListener(_ -> move(port, address, before, failed));
        } else {
            move(port, address, before, failed);
        }
    }

    private void move(ServerBootstrap port, InetSocketAddress address, Channel before, Consumer<IOException> failed) {
        port.bind(address).addListener((ChannelFutureListener) bound -> {
            if (bound.isSuccess()) {
                channel = bound.channel();
                before.close();
            } else {
                failed.accept(unavailable(address, bound.cause()));
                if (!before.isOpen()) {
                    port.bind(before.localAddress()).addListener((ChannelFutureListener) again -> {
                        channel = again.channel();
                    });
                }
            }
        });
    }

    /// The address as clients write it.
    public static String text(InetSocketAddress address) {
        String host = address.getAddress().getHostAddress();
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + address.getPort();
    }

    /// Says so in the system's words, without the library's before them: `bind(..) failed with error(-98): ...`.
    private static IOException unavailable(InetSocketAddress address, Throwable failure) {
        String message = String.valueOf(failure.getMessage());
        String words = message.substring(message.lastIndexOf("): ") < 0 ? 0 : message.lastIndexOf("): ") + 3);
        return new IOException("cannot listen on " + text(address) + ": " + words, failure);
    }

    /// Finds out early whether the port can be had, without accepting anything on it.
    ///
    /// @throws IOException when another process has it, or this one may not
    public static void probe(InetSocketAddress address) throws IOException {
        try (SocketChannel socket = SocketChannel.open()) {
            socket.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            socket.bind(address);
        } catch (IOException e) {
            throw unavailable(address, e);
        }
    }

    /// The port that is open.
    public int port() {
        return port(channel);
    }

    /// The port for linearizable reads; -1 if there is none.
    public int linearizablePort() {
        return port(linearizable);
    }

    private static int port(@Nullable Channel open) {
        return open == null ? -1 : ((InetSocketAddress) open.localAddress()).getPort();
    }

    /// Accepts no more connections.
    ///
    /// @return false when that took longer than `msMax`
    public boolean closePort(long msMax) throws InterruptedException {
        Channel second = linearizable;
        if (second != null) {
            second.close();
        }
        Channel open = channel;
        return open == null || open.close().await(msMax);
    }

    /// Ends all connections.
    ///
    /// @return false when that took longer than `msMax`: an event loop hangs
    public boolean closeConnections(long msMax) throws InterruptedException {
        long endNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(msMax);
        List<ChannelFuture> closed = new ArrayList<>();
        for (Connection connection : connections) {
            closed.add(connection.channel().close());
        }
        boolean all = true;
        for (ChannelFuture each : closed) {
            all &= each.await(Math.max(1, endNs - System.nanoTime()), TimeUnit.NANOSECONDS);
        }
        return all;
    }

    public Collection<Connection> connections() {
        return Collections.unmodifiableCollection(connections);
    }

    NodeInbox inbox() {
        return inbox;
    }

    ClientLimits limits() {
        return limits;
    }

    ConnectionGate gate() {
        return gate;
    }

    LargeRequests large() {
        return large;
    }

    LatencyStats stats() {
        return stats;
    }

    /// What all clients have been sent and have not taken.
    AtomicLong unsentBytes() {
        return unsentBytes;
    }

    /// The parts of frames of all clients.
    AtomicLong partialBytes() {
        return partialBytes;
    }

    /// Disconnects the client that has left most unread while all of them together leave too much.
    void limitUnsent() {
        if (unsentBytes.get() > limits.unsentBytesSumMax()) {
            limit(Connection::unsent, limits.unsentBytesSumMax(), MOST_UNREAD, UNREAD);
        }
    }

    /// Disconnects the client whose frame is under way for longest while there is too much of such frames.
    void limitPartial() {
        if (partialBytes.get() > limits.partialBytesSumMax()) {
            limit(Connection::partial, limits.partialBytesSumMax(), LONGEST_UNDER_WAY, INCOMPLETE);
        }
    }

    /// Disconnects the clients that come first in `order`, one by one, until all together keep no more than `bytesMax`.
    private void limit(Function<Connection, Share> kept, long bytesMax, Comparator<Connection> order, String reason) {
        while (true) {
            Connection first = null;
            long bytes = 0;
            for (Connection each : connections) {
                long counted = kept.apply(each).counted();
                bytes += counted;
                if (counted > 0 && (first == null || order.compare(each, first) < 0)) {
                    first = each;
                }
            }
            if (first == null || bytes <= bytesMax) {
                return;
            }
            first.giveUp(kept.apply(first), reason);
        }
    }

    /// A buffer for the event loop that calls, at least `bytes` long; it is lent until the loop's next call.
    byte[] scratch(int bytes) {
        if (bytes > SCRATCH_BYTES) {
            return new byte[bytes];
        }
        byte[] buffer = scratch.get();
        if (buffer == null) {
            buffer = new byte[SCRATCH_BYTES];
            scratch.set(buffer);
        }
        return buffer;
    }

    /// Counts a new connection; false when a limit forbids it.
    boolean admit(Connection connection) {
        InetAddress address = connection.remote().getAddress();
        int fromAddress = perAddress.merge(address, 1, Integer::sum);
        connections.add(connection);
        String reason = "";
        if (limits.perAddressMax() > 0 && fromAddress > limits.perAddressMax()) {
            reason = "too many connections from this address (maxClientCnxns=" + limits.perAddressMax() + ")";
        } else if (limits.connectionsMax() > 0 && connections.size() > limits.connectionsMax()) {
            reason = "too many connections (maxCnxns=" + limits.connectionsMax() + ")";
        }
        if (!reason.isEmpty()) {
            stats.connectionRefused(connection.client().remoteAddress(), reason);
        }
        return reason.isEmpty();
    }

    void forget(Connection connection) {
        if (connections.remove(connection)) {
            perAddress.computeIfPresent(connection.remote().getAddress(), (_, count) -> count > 1 ? count - 1 : null);
        }
    }

    /// Stops reading from a connection while too many requests are in process, or while it does not read its answers.
    void limitReading(Connection connection) {
        Channel from = connection.channel();
        if (inbox.requestsInProcess() > limits.requestsInProcessMax()
                || inbox.requestBytesInProcess() > limits.requestBytesMax()) {
            from.config().setAutoRead(false);
            paused.add(connection);
            // The node may have caught up in between, and then nobody else would wake this connection.
            resumeReading();
        } else if (from.isWritable()) {
            from.config().setAutoRead(true);
        }
    }

    /// Lets paused connections read again when the node has caught up. Any thread.
    public void resumeReading() {
        if (paused.isEmpty()
                || inbox.requestsInProcess() > limits.requestsInProcessMax() / 2
                || inbox.requestBytesInProcess() > limits.requestBytesMax() / 2) {
            return;
        }
        Connection connection = paused.poll();
        while (connection != null) {
            if (connection.channel().isWritable()) {
                connection.channel().config().setAutoRead(true);
            }
            connection = paused.poll();
        }
    }

    /// Answers a four-letter word when `first`, the first four bytes of a connection, is one.
    ///
    /// @param from where what came right behind it begins in `buffer`
    boolean fourLetterWord(Connection connection, int first, byte[] buffer, int from, int to) {
        if (!words.known(first)) {
            return false;
        }
        connection.stats().packets(1);
        connection.asks();
        words.answer(connection.channel(), first, Arrays.copyOfRange(buffer, from, to));
        return true;
    }
}
