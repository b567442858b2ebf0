// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.server.peer;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.zabra.server.net.NettyTransport;
import io.zabra.wire.WireWriter;
import io.zabra.wire.quorum.HostPort;
import io.zabra.wire.quorum.InitialMessage;
import io.zabra.wire.quorum.Notification;
import io.zabra.wire.quorum.PeerState;
import io.zabra.wire.quorum.VoteSender;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/// The election port (Apache: QuorumCnxManager): one connection to each other server, over which votes go both ways.
///
/// The server with the larger id dials; one with a smaller id only calls to say where it is, and is called back. Of
/// what is to be sent to a server only the newest is kept, for as long as there is no connection, or the peer does not
/// take it. Nothing here waits for anybody: names are resolved on a thread of their own, everything else happens on one
/// event loop, which owns all state.
///
/// Who is called does not have to be who answers: members may have exchanged their addresses. What another one says is
/// taken for its own, if it can be named, and the server is looked for at its other places ([Whereabouts]).
///
/// Anybody may call, with any id: a server that is to join is not in anyone's list yet. So those that are in no
/// membership are strangers here. A few of them are remembered, of whom the one that was needed longest ago makes room,
/// and members never do; where only a caller says that it is, it is called back now and then ([CallBacks]).
public final class ElectionLinks implements AutoCloseable {

    /// What the links need to know of the world.
    ///
    /// @param sid this server's id
    /// @param told the address that is told to others, to be called back at
    /// @param connectMsMax how long a connection, or its first message, may take
    /// @param places where each server's election port may be, the likeliest first; empty for one that is not known
    public record Config(long sid, HostPort told, int connectMsMax, LongFunction<List<HostPort>> places) {}

    /// Takes what comes in, on the event loop of the links.
    public interface Inbox {

        void heard(long from, Notification notification);

        /// Lets something be run by the owner of the node, behind all that was heard before.
        void behindVotes(Runnable action);

        /// The connection to a server is gone, or cannot be made: it says nothing until there is another.
        void unreachable(long sid);

        /// There is a connection to a server.
        void reachable(long sid);

        /// A peer does not keep to the protocol, or cannot be reached; for operators.
        void trouble(long sid, String reason);
    }

    /// Servers of no membership that are remembered.
    static final int STRANGERS_MAX = 64;

    private static final int REBIND_MS = 1_000;

    /// One other server.
    private static final class Peer {
        @Nullable
        Channel channel;

        @Nullable
        Notification unsent;

        @Nullable
        HostPort calledFrom;

        /// Where the last that called has said that it is.
        @Nullable
        HostPort told;

        boolean dialling;

        final Whereabouts whereabouts = new Whereabouts();

        /// How many of its places cannot be reached, one after the other.
        int failures;

        /// Whether there is nothing here that would be missed.
        boolean idle() {
            return channel == null && unsent == null && !dialling;
        }
    }

    /// Where a server may be.
    ///
    /// @param told whether only a caller says so
    private record Target(HostPort address, boolean told) {}

    private final Config config;
    private final NettyTransport transport;
    private final EventLoop home;
    private final Inbox inbox;
    private final CallBacks callBacks = new CallBacks();
    /// The one that was needed last is the last.
    private final Map<Long, Peer> peers = new LinkedHashMap<>(16, 0.75f, true);
    private volatile @Nullable Channel port;
    private volatile HostPort told;
    private boolean closed;
    /// Where to listen from now on; null while that is where it began.
    private @Nullable InetSocketAddress moving;

    public ElectionLinks(Config config, NettyTransport transport, Inbox inbox) {
        this.config = config;
        this.told = config.told();
        this.transport = transport;
        this.home = transport.loops().next();
        this.inbox = inbox;
    }

    /// Opens the port.
    ///
    /// @throws IOException when it cannot be had
    public void open(InetSocketAddress address) throws IOException, InterruptedException {
        ChannelFuture bound = bind(address).await();
        if (bound.cause() != null) {
            throw new IOException("cannot listen for elections on " + address + ": " + SocketCause.of(bound.cause()));
        }
        port = bound.channel();
    }

    /// Opens another port, and then closes the one before. Tries again for as long as it takes, or until there is yet
    /// another. Connections stay as they are. From any thread.
    ///
    /// @param newTold the address that is told to others from now on
    public void move(InetSocketAddress address, HostPort newTold) {
        told = newTold;
        LoopTasks.execute(home, () -> {
            moving = address;
            rebind(address);
        });
    }

    private void rebind(InetSocketAddress address) {
        if (closed || address != moving) {
            return;
        }
        bind(address).addListener((ChannelFutureListener) bound -> home.execute(() -> {
            if (!bound.isSuccess()) {
                inbox.trouble(
                        config.sid(),
                        "cannot listen for elections on " + address + ": " + SocketCause.of(bound.cause()));
                home.schedule(() -> rebind(address), REBIND_MS, TimeUnit.MILLISECONDS);
            } else if (closed || address != moving) {
                close(bound.channel());
            } else {
                Channel before = port;
                port = bound.channel();
                close(before);
            }
        }));
    }

    /// Ends the connection to a server, which is to be found elsewhere, or nowhere. From any thread.
    public void forget(long sid) {
        home.execute(() -> {
            Peer peer = peers.remove(sid);
            if (peer != null) {
                close(peer.channel);
            }
        });
    }

    private ChannelFuture bind(InetSocketAddress address) {
        return new ServerBootstrap()
                .group(home, home)
                .channel(transport.serverChannel())
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel accepted) {
                        accepted.pipeline().addLast(ElectionChannel.accepted(ElectionLinks.this));
                        home.schedule(() -> giveUpSilent(accepted), config.connectMsMax(), TimeUnit.MILLISECONDS);
                    }
                })
                .bind(address);
    }

    /// The port that is open.
    public int port() {
        Channel open = port;
        return open == null ? -1 : ((InetSocketAddress) open.localAddress()).getPort();
    }

    /// Sends a vote to another server, in place of any that has not been sent yet. From any thread.
    public void send(long to, Notification notification) {
        home.execute(() -> {
            if (!closed) {
                Peer peer = peer(to);
                peer.unsent = notification;
                flush(to, peer);
            }
        });
    }

    /// Closes the port and all connections.
    @Override
    public void close() throws InterruptedException {
        home.submit(() -> {
                    closed = true;
                    peers.values().forEach(peer -> close(peer.channel));
                    peers.clear();
                })
                .await();
        Channel open = port;
        if (open != null) {
            open.close().await();
        }
    }

    private void giveUpSilent(Channel accepted) {
        ElectionChannel handler = accepted.pipeline().get(ElectionChannel.class);
        if (handler != null && !handler.introduced()) {
            accepted.close();
        }
    }

    private Peer peer(long sid) {
        Peer peer = peers.get(sid);
        if (peer == null) {
            peer = new Peer();
            peers.put(sid, peer);
            makeRoom();
        }
        return peer;
    }

    /// Members have all the room that they need.
    private void makeRoom() {
        long strangers = peers.keySet().stream().filter(this::isStranger).count();
        Iterator<Map.Entry<Long, Peer>> oldestFirst = peers.entrySet().iterator();
        while (strangers > STRANGERS_MAX && oldestFirst.hasNext()) {
            Map.Entry<Long, Peer> next = oldestFirst.next();
            if (isStranger(next.getKey())) {
                oldestFirst.remove();
                close(next.getValue().channel);
                strangers--;
            }
        }
    }

    /// Whether this server is in no membership that is known here.
    boolean isStranger(long sid) {
        return config.places().apply(sid).isEmpty();
    }

    int connectMsMax() {
        return config.connectMsMax();
    }

    /// Of a stranger that is not connected nothing is kept but a vote that waits for it.
    private void forgetIdle(long sid, Peer peer) {
        if (peer.idle() && isStranger(sid)) {
            peers.remove(sid, peer);
        }
    }

    /// Sends what waits, or sees to it that there will be a connection.
    private void flush(long sid, Peer peer) {
        Channel channel = peer.channel;
        if (channel != null && isElsewhere(sid, peer)) {
            peer.channel = null;
            close(channel);
            dial(sid, peer);
        } else if (channel == null) {
            dial(sid, peer);
        } else if (peer.unsent != null && channel.isWritable()) {
            WireWriter out = new WireWriter();
            int start = out.beginFrame();
            peer.unsent.write(out);
            if (peer.unsent.version() == Notification.VERSION) {
                // Older forms are told by their length.
                new VoteSender(config.sid()).write(out);
            }
            out.endFrame(start);
            peer.unsent = null;
            channel.writeAndFlush(Unpooled.wrappedBuffer(out.toByteArray()));
        }
    }

    /// Whether a server is silent at a place that was dialled, or another one answers there, and it may be found
    /// somewhere else.
    private boolean isElsewhere(long sid, Peer peer) {
        long now = System.nanoTime();
        List<HostPort> places = config.places().apply(sid);
        boolean silent = peer.whereabouts.isSilent(now - TimeUnit.MILLISECONDS.toNanos(config.connectMsMax()))
                && places.size() > 1;
        if (!silent && !peer.whereabouts.isOthers()) {
            return false;
        }
        HostPort next = next(peer, places, now);
        return next != null && !next.equals(peer.whereabouts.dialled());
    }

    private @Nullable HostPort next(Peer peer, List<HostPort> places, long nowNs) {
        // Where all else fails it may be worth to push another one's connection out.
        return peer.whereabouts.next(
                places,
                place -> isConnected(place, peer, true),
                place -> peer.failures == 0 && isConnected(place, peer, false),
                nowNs);
    }

    /// Whether there is a connection to a place where another server was looked for: a second one to the same server
    /// ends the first.
    ///
    /// @param confirmed whether the other one has to have answered there
    private boolean isConnected(HostPort place, Peer except, boolean confirmed) {
        for (Peer other : peers.values()) {
            ElectionChannel handler = other == except || other.channel == null
                    ? null
                    : other.channel.pipeline().get(ElectionChannel.class);
            if (handler != null && place.equals(handler.dialled()) && (!confirmed || other.whereabouts.isConfirmed())) {
                return true;
            }
        }
        return false;
    }

    private void dial(long sid, Peer peer) {
        if (peer.dialling || closed) {
            return;
        }
        List<HostPort> places = config.places().apply(sid);
        long now = System.nanoTime();
        HostPort from = peer.calledFrom;
        if (from != null && !places.contains(from) && callBacks.begin(from, now)) {
            dial(sid, peer, new Target(from, true));
            return;
        }
        HostPort place = next(peer, places, now);
        if (from != null && places.contains(from) && isFree(peer, from, now)) {
            peer.calledFrom = null;
            place = from;
        }
        if (place != null) {
            dial(sid, peer, new Target(place, false));
        } else if (!places.isEmpty() && peer.channel == null) {
            peer.failures = 0;
            inbox.unreachable(sid);
        }
    }

    private boolean isFree(Peer peer, HostPort place, long nowNs) {
        return !peer.whereabouts.isOthers(place, nowNs) && !isConnected(place, peer, true);
    }

    private void dial(long sid, Peer peer, Target target) {
        peer.dialling = true;
        peer.whereabouts.dials(target.address(), System.nanoTime());
        LoopTasks.resolve(target.address(), home, resolved -> connect(sid, peer, target, resolved));
    }

    private void connect(long sid, Peer peer, Target target, @Nullable InetSocketAddress resolved) {
        if (closed || resolved == null) {
            failed(sid, peer, target, target.address().text() + " has no address");
            return;
        }
        new Bootstrap()
                .group(home)
                .channel(transport.socketChannel())
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, config.connectMsMax())
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel made) {
                        made.pipeline().addLast(ElectionChannel.dialled(ElectionLinks.this, sid, target.address()));
                    }
                })
                .connect(resolved)
                .addListener((ChannelFutureListener) made -> {
                    if (made.isSuccess()) {
                        connected(sid, peer, target, made.channel());
                    } else {
                        failed(sid, peer, target, target.address().text() + ": " + SocketCause.of(made.cause()));
                    }
                });
    }

    private void failed(long sid, Peer peer, Target target, String reason) {
        ended(peer, target);
        if (closed || peers.get(sid) != peer) {
            return;
        }
        inbox.trouble(sid, target.told() ? "who called with this id cannot be called back: " + reason : reason);
        // What it told may be wrong, or right only where it stands.
        boolean toldSo = peer.calledFrom != null;
        peer.calledFrom = null;
        peer.failures += target.told() ? 0 : 1;
        List<HostPort> places = config.places().apply(sid);
        if (peer.channel == null
                && !target.told()
                && peer.failures < places.size()
                && !target.address().equals(next(peer, places, System.nanoTime()))) {
            dial(sid, peer);
            return;
        }
        peer.failures = 0;
        if (peer.channel == null) {
            inbox.unreachable(sid);
        }
        if (isStranger(sid)) {
            peer.unsent = null;
            forgetIdle(sid, peer);
        } else if (toldSo) {
            dial(sid, peer);
        }
    }

    private void ended(Peer peer, Target target) {
        peer.dialling = false;
        if (target.told()) {
            callBacks.ended();
        }
    }

    private void connected(long sid, Peer peer, Target target, Channel channel) {
        ended(peer, target);
        if (closed || peers.get(sid) != peer) {
            close(channel);
            return;
        }
        WireWriter hello = new WireWriter();
        InitialMessage.of(config.sid(), told).write(hello);
        ChannelFuture said = channel.writeAndFlush(Unpooled.wrappedBuffer(hello.toByteArray()));
        if (config.sid() < sid) {
            // It calls back: of two connections that cross each other, one has to give way.
            said.addListener(ChannelFutureListener.CLOSE);
            forgetIdle(sid, peer);
        } else {
            adopt(sid, peer, channel);
        }
    }

    private void adopt(long sid, Peer peer, Channel channel) {
        Channel former = peer.channel;
        peer.channel = channel;
        peer.failures = 0;
        close(former);
        inbox.reachable(sid);
        flush(sid, peer);
    }

    /// A server has called and said who it is; false if the connection is not to be kept.
    boolean called(InitialMessage message, Channel channel) {
        long sid = message.sid();
        HostPort from =
                message.addresses().isEmpty() ? null : message.addresses().getFirst();
        if (sid == config.sid()) {
            inbox.trouble(sid, "another server has the id of this one: it says that it is at " + text(from));
        }
        if (sid == config.sid() || closed) {
            return false;
        }
        Peer peer = peer(sid);
        noteTwins(sid, peer, from);
        if (sid > config.sid()) {
            peer.whereabouts.called();
            adopt(sid, peer, channel);
            return true;
        }
        Channel former = peer.channel;
        peer.channel = null;
        close(former);
        peer.calledFrom = from;
        dial(sid, peer);
        forgetIdle(sid, peer);
        return false;
    }

    /// Sees to it that a connection is read no faster than the node works.
    Backlog backlog(Runnable changed) {
        return new Backlog(home, inbox::behindVotes, changed);
    }

    /// A server that is connected calls again from elsewhere: it is hardly the same one.
    private void noteTwins(long sid, Peer peer, @Nullable HostPort from) {
        HostPort before = peer.told;
        peer.told = from;
        boolean connected = peer.channel != null && peer.channel.isActive();
        if (connected && before != null && from != null && !before.equals(from)) {
            inbox.trouble(sid, "two servers have this id: one at " + before.text() + ", one at " + from.text());
        }
    }

    private static String text(@Nullable HostPort address) {
        return address == null ? "an address that it does not tell" : address.text();
    }

    /// A vote has come.
    ///
    /// @param sender who has sent it, if it tells
    void heard(ElectionChannel from, Channel channel, Notification notification, @Nullable VoteSender sender) {
        long sid = from.sid();
        HostPort place = from.dialled();
        // Where only a caller has said that it is, it answers for itself alone.
        boolean listed = place != null && config.places().apply(sid).contains(place);
        long said = listed ? Whereabouts.sender(sid, notification, sender) : sid;
        if (said != config.sid()) {
            inbox.heard(said == Whereabouts.SOMEBODY ? sid : said, notification);
        }
        Peer peer = peers.get(sid);
        if (peer != null && said == sid) {
            boolean certain = sender != null || notification.state() == PeerState.LEADING;
            peer.whereabouts.answered(certain && listed && peer.channel == channel);
        } else if (peer != null && place != null) {
            othersAnswer(sid, peer, place, said);
            if (peer.channel == channel) {
                flush(sid, peer);
            }
        }
    }

    /// Where a server was looked for, another one is.
    private void othersAnswer(long sid, Peer peer, HostPort place, long said) {
        if (place.equals(peer.whereabouts.dialled()) && peer.whereabouts.othersAnswer(System.nanoTime())) {
            String who = said == Whereabouts.SOMEBODY ? "another server" : "server " + said;
            inbox.trouble(sid, place.text() + ": " + who + " answers there");
        }
        if (place.equals(peer.calledFrom)) {
            peer.calledFrom = null;
        }
    }

    void trouble(long sid, String reason) {
        inbox.trouble(sid, reason);
    }

    void writable(long sid) {
        Peer peer = peers.get(sid);
        if (peer != null) {
            flush(sid, peer);
        }
    }

    void gone(long sid, Channel channel) {
        Peer peer = peers.get(sid);
        if (peer != null && peer.channel == channel) {
            peer.channel = null;
            inbox.unreachable(sid);
            forgetIdle(sid, peer);
        }
    }

    private static void close(@Nullable Channel channel) {
        if (channel != null) {
            channel.close();
        }
    }
}
