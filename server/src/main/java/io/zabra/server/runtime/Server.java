// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.server.runtime;

import io.zabra.core.base.Now;
import io.zabra.core.base.Prng;
import io.zabra.core.node.Input;
import io.zabra.core.node.Node;
import io.zabra.core.node.Restored;
import io.zabra.server.admin.FourLetterWords;
import io.zabra.server.config.Environment;
import io.zabra.server.config.ServerConfig;
import io.zabra.server.disk.DataFolders;
import io.zabra.server.disk.DiskWatch;
import io.zabra.server.disk.Housekeeping;
import io.zabra.server.disk.LogLoop;
import io.zabra.server.disk.SnapshotTask;
import io.zabra.server.ensemble.Peers;
import io.zabra.server.ensemble.SnapshotTransfer;
import io.zabra.server.net.AcceptLimit;
import io.zabra.server.net.ClientLimits;
import io.zabra.server.net.ClientListener;
import io.zabra.server.net.ConnectionGate;
import io.zabra.server.net.LatencyStats;
import io.zabra.server.net.NettyTransport;
import io.zabra.server.observe.Events;
import io.zabra.server.observe.Metrics;
import io.zabra.server.report.EnsembleEvents;
import io.zabra.server.report.FlushMetrics;
import io.zabra.server.report.NodeEvents;
import io.zabra.server.report.NodeMetrics;
import io.zabra.server.report.Notice;
import io.zabra.server.report.Notifications;
import io.zabra.server.report.RequestMetrics;
import io.zabra.server.report.ServerGauges;
import io.zabra.server.report.SnapshotMetrics;
import io.zabra.storage.WriteAheadLog;
import io.zabra.storage.member.MemberLog;
import io.zabra.storage.member.MemberRecovered;
import io.zabra.storage.member.SnapshotIntake;
import io.zabra.wire.quorum.HostPort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A running server: the one place that builds and joins its parts.
///
/// Order of start: see that the port is free, recover, wire, begin to keep time, and only then open the client port.
/// Order of stop: close the port, let another member lead, let the log write what it has, end the connections and all
/// else, close the files.
public final class Server implements AutoCloseable {

    /// How long a stop may take; a part that does not end in time is left as it is.
    public static final int STOP_MS_MAX = 20_000;

    /// How long the event loops may take for a step of it.
    private static final int STOP_NET_MS_MAX = 2_000;

    private static final int HAND_OVER_LOOK_MS = 5;

    private static final int TICK_MS = 100;
    private static final int LOOPS_MAX = 16;
    /// Parts of the heap that clients may fill with what they do not read, and with what is not answered.
    private static final int OUTGOING_SHARE = 4;

    private static final int INCOMING_SHARE = 8;
    /// Members are believed to send packets of this size, whatever clients may send.
    private static final int PEER_PACKET_BYTES_MIN = 16 << 20;

    private final ServerConfig config;
    private final Node node;
    private final DataFolders folders;
    private final Events events;
    private final NettyTransport transport;
    private final LogLoop log;
    private final @Nullable Peers peers;
    private final SnapshotTask snapshots;
    private final NodeLoop loop;
    private final ClientListener listener;
    private final DiskWatch space;
    private final Housekeeping housekeeping;
    private final Consumer<Throwable> fatal;
    private final LatencyStats stats;
    private final FourLetterWordPort wordPort;
    private final PauseWatch pauses;
    /// For when a tick is on its way besides the regular ones. Owner of the node.
    private long nextTickMs;

    /// @param member what the folders hold besides, if this is a member of an ensemble
    private Server(
            ServerConfig config,
            DataFolders folders,
            Restored restored,
            MemberRecovered.@Nullable Restored member,
            Metrics metrics,
            Notifications tell)
            throws IOException {
        this.config = config;
        this.folders = folders;
        this.events = tell.events();
        this.fatal = tell.fatal();
        int threads = config.listeners().ioThreads();
        transport = NettyTransport.start(
                threads > 0 ? threads : Math.min(LOOPS_MAX, Runtime.getRuntime().availableProcessors()));
        space = new DiskWatch(config.storage().reserve(), folders::usableBytes, tell.events());
        housekeeping = new Housekeeping(config.storage(), folders, space, tell);
        snapshots = new SnapshotTask(
                folders.snapshots(), new SnapshotMetrics(metrics, tell.events()), housekeeping, tell.fatal());
        Now now = new Now(System.nanoTime(), System.currentTimeMillis());
        NodeMetrics meter = new NodeMetrics(metrics);
        Prng random = new Prng(now.wallMs() ^ now.monotonicNs());
        ServerConfig.Ensemble ensemble = config.ensemble();
        if (ensemble == null || member == null) {
            log = logLoop(folders.openLog(restored.lastZxid()), metrics, tell);
            peers = null;
            node = new Node(config.node(), restored, now, random, meter);
        } else {
            MemberLog files = folders.openLog(member);
            log = logLoop(files, metrics, tell);
            peers = peers(ensemble, files, new EnsembleEvents(tell.events(), metrics, System::nanoTime));
            node = new Node(config.node(), restored, peers.joined(member), now, random, meter);
        }
        loop = new NodeLoop(
                node, log, snapshots, transport.loops(), new NodeEvents(tell.events(), metrics), tell.fatal());
        stats = new RequestMetrics(metrics, tell.events());
        ServerStatus status = new ServerStatus(config, loop, metrics, folders);
        FourLetterWords words = new FourLetterWords(config.admin(), Environment::describe);
        ConnectionGate gate = new ConnectionGate(
                config.limits().connections(), () -> ThreadLocalRandom.current().nextDouble(), now.monotonicMs());
        metrics.gauge("connection_drop_probability", gate::dropProbability);
        wordPort = new FourLetterWordPort(words, status, stats);
        listener = new ClientListener(loop, limits(config), gate, stats, wordPort);
        status.listener(listener);
        if (peers != null) {
            status.peers(peers);
        }
        ServerGauges.register(metrics, node, listener);
        loop.afterBatch(inputs -> {
            meter.batch(inputs);
            listener.resumeReading();
            if (peers != null) {
                peers.flush();
                tickAt(node.wakeAtMs());
            }
        });
        pauses = new PauseWatch(config.pauses(), metrics, tell.events());
    }

    private LogLoop logLoop(WriteAheadLog files, Metrics metrics, Notifications tell) {
        int slowFlushMs = config.storage().log().fsyncWarningMs();
        var flushes = new FlushMetrics(metrics, tell.events(), slowFlushMs);
        return new LogLoop(files, flushes::flushed, space, tell.fatal());
    }

    private Peers peers(ServerConfig.Ensemble ensemble, MemberLog files, EnsembleEvents tell) {
        int packetBytesMax = Math.max(PEER_PACKET_BYTES_MIN, 2 * config.limits().packetBytesMax());
        var limits =
                new SnapshotIntake.Limits(packetBytesMax, Runtime.getRuntime().maxMemory());
        var transfer = new SnapshotTransfer(folders.snapshotDisk(), folders.treeOptions(), limits, housekeeping);
        return new Peers(ensemble, transport, log, files, transfer, tell, packetBytesMax);
    }

    /// Starts a server; it serves when this returns.
    ///
    /// @throws StartRefusedException when the data must not be touched; the message says why and what to do
    public static Server start(ServerConfig config, Metrics metrics, Notifications tell)
            throws IOException, InterruptedException {
        long begin = System.nanoTime();
        // Before anything is read or mended: who starts the same server twice should learn just that.
        ClientListener.probe(config.listeners().client());
        InetSocketAddress second = config.listeners().linearizable();
        if (second != null) {
            ClientListener.probe(second);
        }
        DataFolders folders = DataFolders.open(config);
        try {
            MemberRecovered.Restored member =
                    config.ensemble() == null ? null : folders.recoverMember(tell.events(), metrics);
            Restored restored = member == null
                    ? folders.recover(tell.events(), metrics)
                    : new Restored(member.state().tree(), member.state().sessionTimeoutsMs());
            Server server = new Server(config, folders, restored, member, metrics, tell);
            server.open();
            tell.events()
                    .info(new Notice.ServerStarted(
                            server.port(),
                            folders.dataPath().toString(),
                            restored.lastZxid(),
                            restored.tree().nodeCount(),
                            restored.sessions().size(),
                            (System.nanoTime() - begin) / 1_000_000));
            return server;
        } catch (IOException | RuntimeException | Error e) {
            folders.close();
            throw e;
        }
    }

    private void open() throws IOException, InterruptedException {
        log.start(loop);
        if (peers != null) {
            peers.start(loop);
        }
        snapshots.start(loop);
        transport.loops().scheduleWithFixedDelay(this::tick, TICK_MS, TICK_MS, TimeUnit.MILLISECONDS);
        space.start(loop);
        housekeeping.start(snapshots, loop);
        pauses.start();
        AcceptLimit limit = new AcceptLimit(AcceptLimit.byDescriptors(), this::refuse);
        listener.open(transport, config.listeners().client(), limit);
        InetSocketAddress second = config.listeners().linearizable();
        if (second != null) {
            listener.openLinearizable(transport, second, limit);
        }
        if (peers != null) {
            peers.onClientAddress(this::moveClients);
        }
    }

    private void moveClients(HostPort address) {
        Thread.ofVirtual().name("zabra-resolve").start(() -> {
            try {
                InetSocketAddress resolved =
                        new InetSocketAddress(InetAddress.getByName(address.host()), address.port());
                listener.move(resolved, failure -> tellMoved(address, failure));
            } catch (IOException e) {
                tellMoved(address, e);
            }
        });
    }

    private void tellMoved(HostPort address, IOException failure) {
        events.error(new Notice.ClientsNotMoved(address.text(), String.valueOf(failure.getMessage())));
    }

    /// The client port.
    public int port() {
        return listener.port();
    }

    /// The port for linearizable reads; -1 if there is none.
    public int linearizablePort() {
        return listener.linearizablePort();
    }

    private void refuse(int connectionsMax) {
        stats.connectionRefused(
                "unknown", "file descriptors leave room for " + connectionsMax + " connections (ulimit -n)");
    }

    /// Sees to it that the node gets a tick in time. Owner of the node.
    private void tickAt(long monotonicMs) {
        if (monotonicMs == nextTickMs || monotonicMs == Long.MAX_VALUE) {
            return;
        }
        long inMs = monotonicMs - TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
        if (inMs < TICK_MS) {
            nextTickMs = monotonicMs;
            // What is left of the present millisecond has to pass, too.
            transport.loops().schedule(this::tick, Math.max(0, inMs) + 1, TimeUnit.MILLISECONDS);
        }
    }

    private void tick() {
        try {
            loop.offer(new Input.Tick());
            loop.run();
        } catch (Throwable e) {
            // The scheduler would only stop to call, and no session would ever expire again.
            fatal.accept(e);
        }
    }

    /// Stops, in [#STOP_MS_MAX]: nothing acknowledged is lost, sessions live on in the data directory. What is written
    /// comes first, so that it does not depend on how the rest goes.
    ///
    /// @throws IOException when a part of the server failed or did not end; the others have been ended all the same
    @Override
    public void close() throws IOException, InterruptedException {
        var stop = new StopSteps(STOP_MS_MAX);
        stop.take("client port", STOP_NET_MS_MAX, listener::closePort);
        stop.take("leadership", STOP_NET_MS_MAX, this::handOver);
        stop.take("log", STOP_MS_MAX, log::close);
        if (peers != null) {
            stop.take("connections to other members", STOP_NET_MS_MAX, peers::close);
        }
        stop.take("connections", STOP_NET_MS_MAX, listener::closeConnections);
        wordPort.close();
        stop.take("watch for pauses", STOP_NET_MS_MAX, pauses::close);
        stop.take("housekeeping", STOP_MS_MAX, housekeeping::close);
        stop.take("snapshot", STOP_MS_MAX, snapshots::close);
        // The event loops end one after the other: the node must not call on them any more.
        stop.take("node", STOP_NET_MS_MAX, loop::stop);
        stop.take(
                "event loops",
                STOP_NET_MS_MAX,
                ms -> transport
                        .loops()
                        .shutdownGracefully(0, ms / 2, TimeUnit.MILLISECONDS)
                        .await(ms));
        stop.take("files", STOP_MS_MAX, _ -> {
            folders.close();
            return true;
        });
        events.info(new Notice.ServerStopped(node.lastApplied()));
        stop.finish();
    }

    /// Who owns the node.
    NodeLoop loop() {
        return loop;
    }

    /// What others find out by themselves takes them longer. Nothing is wrong if nobody takes over: they may stop too.
    private boolean handOver(long msMax) throws InterruptedException {
        long endNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(msMax);
        boolean waits = loop.handOver(msMax);
        while (waits && System.nanoTime() < endNs) {
            Thread.sleep(HAND_OVER_LOOK_MS);
            waits = loop.handsOver(msMax);
        }
        return true;
    }

    /// The limit that was set, or a part of what the heap may become.
    private static long orShareOfHeap(long set, int share) {
        return set > 0 ? set : Runtime.getRuntime().maxMemory() / share;
    }

    private static ClientLimits limits(ServerConfig config) {
        ServerConfig.Limits limits = config.limits();
        ServerConfig.Listeners listeners = config.listeners();
        return new ClientLimits(
                limits.packetBytesMax(),
                (int) Math.min(Integer.MAX_VALUE, (long) limits.packetBytesMax() + limits.extraBytesMax()),
                listeners.perAddressMax(),
                listeners.connectionsMax(),
                limits.outstandingMax(),
                limits.large().threshold(),
                limits.large().bytesMax(),
                listeners.sessionlessTimeoutMs(),
                limits.outgoingBytesMax(),
                orShareOfHeap(limits.outgoingBytesSumMax(), OUTGOING_SHARE),
                orShareOfHeap(limits.incomingBytesSumMax(), INCOMING_SHARE) / 2,
                orShareOfHeap(limits.incomingBytesSumMax(), INCOMING_SHARE) / 2,
                listeners.keepAlive(),
                listeners.backlog());
    }
}
