// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.client;

import io.zabra.client.transport.LostConnection;
import io.zabra.client.transport.PacketStream;
import io.zabra.client.transport.ServerList;
import io.zabra.client.transport.Transport;
import io.zabra.wire.MalformedPacketException;
import io.zabra.wire.WireReader;
import io.zabra.wire.WireWriter;
import io.zabra.wire.client.AddWatchRequest;
import io.zabra.wire.client.CloseSessionRequest;
import io.zabra.wire.client.ConnectRequest;
import io.zabra.wire.client.ConnectResponse;
import io.zabra.wire.client.EmptyResponse;
import io.zabra.wire.client.OpCode;
import io.zabra.wire.client.PingRequest;
import io.zabra.wire.client.RemoveWatchesRequest;
import io.zabra.wire.client.ReplyHeader;
import io.zabra.wire.client.Request;
import io.zabra.wire.client.Response;
import io.zabra.wire.client.WatcherEvent;
import io.zabra.wire.data.ErrorCode;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One session with an ensemble, whatever server it is connected to: the I/O thread of a client.
///
/// It connects, attaches the session again after a loss, sends requests without waiting for the answers of earlier
/// ones, pings when nothing was sent for a third of the session timeout, and leaves a server that was silent for two
/// thirds. Requests that were sent when the connection broke fail with `CONNECTION_LOSS`; those still waiting go to the
/// next server, or fail too when a whole round through the servers found none.
///
/// All fields but the queues, counters and volatiles belong to the I/O thread.
final class SessionLoop implements Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(SessionLoop.class);

    private static final int NOTIFICATION_XID = -1;
    private static final int PING_XID = -2;
    private static final int AUTH_XID = -4;
    private static final int SET_WATCHES_XID = -8;
    private static final int PASSWORD_BYTES = 16;
    private static final long CONNECT_TIMEOUT_MS_MIN = 250;
    private static final long CONNECT_TIMEOUT_MS_MAX = 10_000;
    private static final byte[] PING = Call.frame(PING_XID, new PingRequest());

    private enum Phase {
        IDLE,
        CONNECTING,
        HANDSHAKE,
        UP
    }

    private final ClientOptions options;
    private final ServerList servers;
    private final Transport transport;
    private final PacketStream packets;
    private final WatchRegistry watches = new WatchRegistry();
    private final Delivery delivery;

    private final Queue<Call> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicInteger outstandingRequests = new AtomicInteger();
    private final AtomicLong outstandingBytes = new AtomicLong();

    private final Queue<Call> sent = new ArrayDeque<>();
    private final Credentials credentials;

    /// Packets that bring watches back; they go out before any request.
    private final Queue<byte[]> restoring = new ArrayDeque<>();

    private final CompletableFuture<@Nullable Void> firstConnection = new CompletableFuture<>();
    private volatile SessionState state = SessionState.CONNECTING;
    private volatile long sessionId;
    private volatile int timeoutMs;
    private volatile @Nullable InetSocketAddress server;
    private volatile boolean closing;
    private volatile boolean ended;

    private Phase phase = Phase.IDLE;
    private byte[] password = new byte[PASSWORD_BYTES];
    private boolean seenWritableServer;
    private long lastZxid;
    private int nextXid = 1;
    private int answerXid = 1;
    private int restoresUnanswered;
    private long attemptAtNs = System.nanoTime();
    private long heardAtNs;
    private long sentAtNs;

    SessionLoop(ClientOptions options, ServerList servers, Executor executor) {
        this.options = options;
        this.servers = servers;
        this.timeoutMs = options.sessionTimeoutMs();
        this.credentials = new Credentials(options.credentials());
        this.transport = options.transport().get();
        this.packets = new PacketStream(transport, options.limits().maxReplyBytes());
        this.delivery = new Delivery(executor, options.limits().maxUndeliveredEvents() / 2, transport::wakeUp);
    }

    // For all threads.

    SessionState state() {
        return state;
    }

    long sessionId() {
        return sessionId;
    }

    int timeoutMs() {
        return timeoutMs;
    }

    @Nullable
    InetSocketAddress server() {
        return server;
    }

    Delivery delivery() {
        return delivery;
    }

    ClientLimits limits() {
        return options.limits();
    }

    String chroot() {
        return options.servers().chroot();
    }

    /// Done with the first connection, failed if there will be none. Completed on the I/O thread: not for applications.
    CompletableFuture<@Nullable Void> firstConnection() {
        return firstConnection;
    }

    /// Queues a call. Throws [ZabraException.Overloaded] if too many are on their way.
    void submit(Call call) {
        long bytes = outstandingBytes.addAndGet(call.frame().length);
        int requests = outstandingRequests.incrementAndGet();
        if (requests > limits().maxOutstandingRequests() || bytes > limits().maxOutstandingBytes()) {
            release(call);
            throw new ZabraException.Overloaded(
                    "The client waits for " + (requests - 1) + " answers already; try again when some are there");
        }
        waiting.add(call);
        if (ended) {
            failWaiting();
        } else {
            transport.wakeUp();
        }
    }

    /// Takes one watcher of a persistent watch away, and the watch itself with its last watcher.
    ///
    /// The request that takes it from the server would take it from all watchers of the path, so it is
    /// sent first and those that remain are then watched for again.
    void forget(Watcher watcher, String path, WatchKind kind) {
        String rooted = WatchRegistry.rooted(chroot(), path);
        byte[] removal = Call.frame(0, new RemoveWatchesRequest(rooted, kind.number()));
        tryToSubmit(new Call(OpCode.REMOVE_WATCHES, removal, path, new Call.Answer() {
            @Override
            public void answered(Response response) {
                watches.remove(watcher, path);
                if (watches.contains(kind, path)) {
                    byte[] again = Call.frame(0, new AddWatchRequest(rooted, kind.addMode()));
                    tryToSubmit(new Call(OpCode.ADD_WATCH, again, path, Call.NOBODY));
                }
            }

            @Override
            public void failed(ZabraException failure) {
                watches.remove(watcher, path);
            }
        }));
    }

    private void tryToSubmit(Call call) {
        try {
            submit(call);
        } catch (ZabraException.Overloaded e) {
            LOG.debug("A watch at {} stays on the server: too many requests wait", call.path(), e);
        }
    }

    /// Ends the session: earlier requests are answered first. Returns at once; the loop's thread ends when it is done.
    void close() {
        if (!closing) {
            byte[] frame = Call.frame(0, new CloseSessionRequest());
            outstandingRequests.incrementAndGet();
            outstandingBytes.addAndGet(frame.length);
            waiting.add(new Call(OpCode.CLOSE_SESSION, frame, null, Call.NOBODY));
            closing = true;
            transport.wakeUp();
        }
    }

    // The I/O thread from here on.

    /// The watches; for answers of calls only, which run on the I/O thread.
    WatchRegistry watches() {
        return watches;
    }

    @Override
    public void run() {
        try {
            while (!ended) {
                turn();
            }
        } catch (RuntimeException | Error e) {
            LOG.error("Session 0x{} ends: its I/O thread failed", Long.toHexString(sessionId), e);
            end(SessionState.CLOSED);
            throw e;
        } finally {
            transport.close();
        }
    }

    private void turn() {
        try {
            if (phase == Phase.IDLE) {
                if (closing && nothingWaits()) {
                    end(SessionState.CLOSED);
                    return;
                }
                connectWhenDue();
            }
            boolean flushed = true;
            if (phase == Phase.UP) {
                flushed = sendWaiting();
            } else if (phase == Phase.HANDSHAKE) {
                flushed = packets.flush();
            }
            Transport.Ready ready = transport.await(msToNextDuty(), isReading(), !flushed);
            if (ready.connected()) {
                shakeHands();
            }
            if (ready.readable()) {
                receive();
            }
            doDuties();
        } catch (IOException | MalformedPacketException e) {
            lost(e);
        }
    }

    /// True if a session that is being closed has no request that would deserve another connection.
    private boolean nothingWaits() {
        Call first = waiting.peek();
        return first == null || first.op() == OpCode.CLOSE_SESSION;
    }

    private void connectWhenDue() throws IOException {
        if (System.nanoTime() - attemptAtNs >= 0) {
            packets.reset();
            phase = Phase.CONNECTING;
            heardAtNs = System.nanoTime();
            InetSocketAddress next = servers.next();
            server = next;
            LOG.debug("Connecting to {}", next);
            transport.connect(next);
        }
    }

    private void shakeHands() {
        long id = seenWritableServer ? sessionId : 0;
        ConnectRequest request = new ConnectRequest(
                0, lastZxid, options.sessionTimeoutMs(), id, password, options.readOnlyAllowed(), true);
        WireWriter out = new WireWriter(64);
        int start = out.beginFrame();
        request.write(out);
        out.endFrame(start);
        packets.put(out.toByteArray());
        phase = Phase.HANDSHAKE;
    }

    private void established(ConnectResponse response) {
        if (response.timeoutMs() <= 0) {
            LOG.info("Session 0x{} has expired", Long.toHexString(sessionId));
            end(SessionState.EXPIRED);
            return;
        }
        sessionId = response.sessionId();
        password = response.password();
        timeoutMs = response.timeoutMs();
        seenWritableServer |= !response.readOnly();
        servers.succeeded();
        phase = Phase.UP;
        sentAtNs = System.nanoTime();
        answerXid = nextXid;
        LOG.info("Session 0x{} is on {}, timeout {} ms", Long.toHexString(sessionId), server, timeoutMs);
        credentials.present(AUTH_XID).forEach(packets::put);
        failAll(credentials.lost(), ErrorCode.CONNECTION_LOSS, null);
        List<Request> restores = watches.restoring(lastZxid, chroot());
        restoresUnanswered = restores.size();
        for (Request restore : restores) {
            restoring.add(Call.frame(SET_WATCHES_XID, restore));
        }
        become(response.readOnly() ? SessionState.CONNECTED_READ_ONLY : SessionState.CONNECTED);
    }

    /// Sends what waits, as much as the connection takes. False if bytes are left over.
    private boolean sendWaiting() throws IOException {
        while (true) {
            boolean moved = false;
            while (packets.hasRoom()) {
                byte[] frame = restoring.poll();
                if (frame == null) {
                    frame = nextFrame();
                }
                if (frame == null) {
                    break;
                }
                packets.put(frame);
                moved = true;
            }
            if (moved) {
                sentAtNs = System.nanoTime();
            }
            if (!packets.flush()) {
                return false;
            }
            if (!moved) {
                return true;
            }
        }
    }

    private byte @Nullable [] nextFrame() {
        Call call = waiting.poll();
        if (call == null) {
            return null;
        }
        byte[] frame = call.frame();
        int xid;
        if (call.op() == OpCode.AUTH) {
            xid = AUTH_XID;
            credentials.sending(call);
        } else {
            xid = nextXid;
            nextXid = Call.following(nextXid);
            sent.add(call);
        }
        ByteBuffer.wrap(frame).putInt(Call.XID_AT, xid);
        return frame;
    }

    private boolean isReading() {
        return delivery.size() < limits().maxUndeliveredEvents();
    }

    private void receive() throws IOException {
        boolean open = packets.fill();
        heardAtNs = System.nanoTime();
        for (WireReader packet = packets.next(); packet != null; packet = packets.next()) {
            if (phase == Phase.HANDSHAKE) {
                established(ConnectResponse.read(packet));
            } else {
                received(ReplyHeader.read(packet), packet);
            }
            if (ended) {
                return;
            }
        }
        if (!open) {
            throw new IOException("The server closed the connection");
        }
    }

    private void received(ReplyHeader header, WireReader body) throws IOException {
        switch (header.xid()) {
            case PING_XID -> LOG.trace("Ping answered");
            case NOTIFICATION_XID -> notified(WatcherEvent.read(body), header.zxid());
            case AUTH_XID -> authenticated(header);
            case SET_WATCHES_XID -> restored();
            default -> answered(header, body);
        }
    }

    private void authenticated(ReplyHeader header) {
        if (header.error() != 0) {
            LOG.warn("{} refuses the credentials of session 0x{}", server, Long.toHexString(sessionId));
            end(SessionState.AUTH_FAILED);
            return;
        }
        Call call = credentials.answered();
        if (call != null) {
            release(call);
            call.answer().answered(new EmptyResponse());
        }
    }

    private void notified(WatcherEvent event, long zxid) {
        WatchEvent.Type type = WatchEvent.Type.ofServer(event.type());
        if (type == null) {
            LOG.warn("{} sent an event of the unknown type {}", server, event.type());
            return;
        }
        String path = WatchRegistry.unrooted(chroot(), event.path());
        tell(watches.fired(type, path), new WatchEvent(type, path, zxid));
    }

    /// Hands an event to watchers, through the executor.
    void tell(Set<Watcher> watchers, WatchEvent event) {
        if (!watchers.isEmpty()) {
            delivery.deliver(() -> watchers.forEach(watcher -> watcher.changed(event)));
        }
    }

    private void restored() {
        restoresUnanswered--;
        if (restoresUnanswered == 0) {
            for (Map.Entry<String, Set<Watcher>> entry : watches.persistent().entrySet()) {
                tell(entry.getValue(), new WatchEvent(WatchEvent.Type.WATCH_RESTORED, entry.getKey(), -1));
            }
        }
    }

    private void answered(ReplyHeader header, WireReader body) throws IOException {
        Call call = sent.poll();
        if (call == null || header.xid() != answerXid) {
            if (call != null) {
                fail(call, ErrorCode.CONNECTION_LOSS, null);
            }
            throw new IOException("The server answered request " + header.xid() + " instead of " + answerXid);
        }
        answerXid = Call.following(answerXid);
        if (header.zxid() > 0) {
            lastZxid = header.zxid();
        }
        release(call);
        if (header.error() != 0) {
            call.answer().failed(ZabraException.of(header.error(), call.path()));
        } else {
            answer(call, body);
        }
        if (call.op() == OpCode.CLOSE_SESSION) {
            end(SessionState.CLOSED);
        }
    }

    private static void answer(Call call, WireReader body) {
        Response response;
        try {
            response = Response.read(call.op(), body);
        } catch (MalformedPacketException e) {
            call.answer().failed(ZabraException.of(ErrorCode.MARSHALLING_ERROR, call.path()));
            throw e;
        }
        call.answer().answered(response);
    }

    // Time.

    private long msToNextDuty() {
        long now = System.nanoTime();
        long dueNs = switch (phase) {
            case IDLE -> attemptAtNs;
            case CONNECTING, HANDSHAKE -> heardAtNs + toNs(connectTimeoutMs());
            case UP -> Math.min(sentAtNs + toNs(timeoutMs / 3), heardAtNs + toNs(timeoutMs * 2L / 3));
        };
        // One more, so that the duty is due when the wait ends.
        return Math.max(0, TimeUnit.NANOSECONDS.toMillis(dueNs - now) + 1);
    }

    private void doDuties() throws IOException {
        long now = System.nanoTime();
        if (ended) {
            return;
        }
        switch (phase) {
            case IDLE -> {}
            case CONNECTING, HANDSHAKE -> {
                if (now - heardAtNs >= toNs(connectTimeoutMs())) {
                    throw new IOException("No session within " + connectTimeoutMs() + " ms");
                }
            }
            case UP -> {
                if (!isReading()) {
                    // The silence is our own.
                    heardAtNs = now;
                }
                if (now - heardAtNs >= toNs(timeoutMs * 2L / 3)) {
                    throw new IOException("Nothing heard for " + timeoutMs * 2L / 3 + " ms");
                }
                if (now - sentAtNs >= toNs(timeoutMs / 3) && packets.hasRoom()) {
                    packets.put(PING.clone());
                    sentAtNs = now;
                }
            }
        }
    }

    private long connectTimeoutMs() {
        long share = timeoutMs / servers.size();
        return Math.max(CONNECT_TIMEOUT_MS_MIN, Math.min(CONNECT_TIMEOUT_MS_MAX, share));
    }

    private static long toNs(long ms) {
        return TimeUnit.MILLISECONDS.toNanos(ms);
    }

    // Ends.

    private void lost(Exception reason) {
        LOG.info("Session 0x{} leaves {}: {}", Long.toHexString(sessionId), server, reason.toString());
        IOException why = LostConnection.to(server, reason);
        boolean hadSession = phase == Phase.UP;
        transport.disconnect();
        phase = Phase.IDLE;
        restoring.clear();
        restoresUnanswered = 0;
        failAll(sent, ErrorCode.CONNECTION_LOSS, why);
        credentials.disconnected();
        if (closing) {
            end(SessionState.CLOSED);
            return;
        }
        delivery.deliver(() -> options.failureListener().accept(why));
        if (!hadSession) {
            servers.failed();
        }
        if (servers.roundFailed()) {
            failAll(waiting, ErrorCode.CONNECTION_LOSS, why);
            failAll(credentials.lost(), ErrorCode.CONNECTION_LOSS, why);
        }
        attemptAtNs = System.nanoTime() + toNs(servers.waitMs());
        if (state.isConnected()) {
            become(SessionState.DISCONNECTED);
        }
    }

    private void end(SessionState last) {
        phase = Phase.IDLE;
        transport.disconnect();
        become(last);
        failAll(sent, endCode(), null);
        credentials.disconnected();
        failAll(credentials.lost(), endCode(), null);
        ended = true;
        failWaiting();
    }

    private void become(SessionState next) {
        if (state != next) {
            state = next;
            if (next.isConnected()) {
                firstConnection.complete(null);
            } else if (!next.isAlive()) {
                firstConnection.completeExceptionally(ZabraException.of(endCode(), null));
            }
            delivery.deliver(() -> options.stateListener().accept(next));
        }
    }

    /// Fails what came too late. Any thread may do it once the loop has ended.
    private synchronized void failWaiting() {
        failAll(waiting, endCode(), null);
    }

    private ErrorCode endCode() {
        return state == SessionState.AUTH_FAILED ? ErrorCode.AUTH_FAILED : ErrorCode.SESSION_EXPIRED;
    }

    private void failAll(Queue<Call> calls, ErrorCode code, @Nullable IOException cause) {
        for (Call call = calls.poll(); call != null; call = calls.poll()) {
            fail(call, code, cause);
        }
    }

    private void fail(Call call, ErrorCode code, @Nullable IOException cause) {
        release(call);
        call.answer().failed(ZabraException.of(code, call.path(), cause));
    }

    private void release(Call call) {
        if (call.frame().length > 0) {
            outstandingRequests.decrementAndGet();
            outstandingBytes.addAndGet(-call.frame().length);
        }
    }
}
