// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.bench.load;

import io.zabra.wire.WireReader;
import io.zabra.wire.WireWriter;
import io.zabra.wire.client.ConnectRequest;
import io.zabra.wire.client.ConnectResponse;
import io.zabra.wire.client.Request;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// A client that repeats one write again and again, a few milliseconds apart, and moves its session to the next server
/// when its connection is lost or silent for two thirds of the session's timeout, as real clients do; unlike some of
/// them it does not wait long before it tries again, so that what is seen is the servers' part.
final class RetryingWriter {

    static final int SESSION_TIMEOUT_MS = 4_000;

    private static final int SILENCE_MS_MAX = SESSION_TIMEOUT_MS * 2 / 3;

    /// A halted server's system still accepts connections: a client soon gives up one that gets no session.
    private static final int HANDSHAKE_MS_MAX = 500;

    private static final int REPLY_BYTES_MAX = 1 << 20;
    private static final long PAUSE_NS = 10_000_000;

    private final List<InetSocketAddress> servers;
    private final Template write;
    private final Thread thread;
    private final List<Write> writes = new ArrayList<>();
    private volatile boolean stopped;

    // The writing thread.
    private int server;
    private long sessionId;
    private byte[] password = new byte[16];
    private long lastZxid;
    private int xid;
    private int sessions;

    /// Begins with the server of that index; `request` must succeed however often it is repeated.
    RetryingWriter(List<InetSocketAddress> servers, int first, Request request) {
        this.servers = servers;
        this.server = first;
        this.write = Template.of(request);
        this.thread = Thread.ofPlatform().name("bench-writer").daemon().start(this::live);
    }

    /// The writes that were successful since the last call of [#forget()], in order.
    synchronized List<Write> writes() {
        return List.copyOf(writes);
    }

    /// Forgets all writes but the last.
    synchronized void forget() {
        if (writes.size() > 1) {
            writes.subList(0, writes.size() - 1).clear();
        }
    }

    /// Sessions that it had so far: more than one if the first was lost.
    synchronized int sessions() {
        return sessions;
    }

    void stop() throws InterruptedException {
        stopped = true;
        thread.join(2L * SESSION_TIMEOUT_MS);
    }

    private void live() {
        while (!stopped) {
            try (var socket = new Socket()) {
                socket.setTcpNoDelay(true);
                socket.setSoTimeout(HANDSHAKE_MS_MAX);
                socket.connect(servers.get(server % servers.size()), HANDSHAKE_MS_MAX);
                if (attach(socket)) {
                    socket.setSoTimeout(SILENCE_MS_MAX);
                    writeUntilLost(socket);
                }
            } catch (IOException _) {
                // The connection is lost, which is what is measured here.
            }
            server++;
            LockSupport.parkNanos(PAUSE_NS);
        }
    }

    /// Takes the session up again, or a new one; false if the old one is no more.
    private boolean attach(Socket socket) throws IOException {
        var request = new WireWriter();
        int start = request.beginFrame();
        new ConnectRequest(0, lastZxid, SESSION_TIMEOUT_MS, sessionId, password, false, true).write(request);
        request.endFrame(start);
        socket.getOutputStream().write(request.toByteArray());
        ByteBuffer reply = frame(new DataInputStream(socket.getInputStream()));
        var response = ConnectResponse.read(new WireReader(reply.array(), 0, reply.limit()));
        if (response.sessionId() == 0) {
            sessionId = 0;
            return false;
        }
        if (sessionId == 0) {
            began();
        }
        sessionId = response.sessionId();
        password = response.password();
        return true;
    }

    private synchronized void began() {
        sessions++;
    }

    private void writeUntilLost(Socket socket) throws IOException {
        var in = new DataInputStream(socket.getInputStream());
        var out = ByteBuffer.allocate(write.length());
        while (!stopped) {
            long sentNs = System.nanoTime();
            write.put(out.clear(), ++xid);
            socket.getOutputStream().write(out.array());
            answered(frame(in), sentNs);
            LockSupport.parkNanos(PAUSE_NS);
        }
    }

    private void answered(ByteBuffer reply, long sentNs) throws IOException {
        int answeredXid = reply.getInt();
        long zxid = reply.getLong();
        int error = reply.getInt();
        if (answeredXid != xid || error != 0) {
            throw new IOException("answer " + answeredXid + " to request " + xid + ", error " + error);
        }
        lastZxid = Math.max(lastZxid, zxid);
        synchronized (this) {
            writes.add(new Write(sentNs, System.nanoTime()));
        }
    }

    private static ByteBuffer frame(DataInputStream in) throws IOException {
        int length = in.readInt();
        if (length < 0 || length > REPLY_BYTES_MAX) {
            throw new IOException("a reply of " + length + " bytes");
        }
        return ByteBuffer.wrap(in.readNBytes(length));
    }

    /// A write that was successful.
    record Write(long sentNs, long answeredNs) {}

    /// The longest time between the answers of two writes that follow each other, the later one after `fromNs`.
    static long longestGapNs(List<Write> inOrder, long fromNs) {
        long longestNs = 0;
        @Nullable Write before = null;
        for (Write write : inOrder) {
            if (before != null && write.answeredNs() > fromNs) {
                longestNs = Math.max(longestNs, write.answeredNs() - before.answeredNs());
            }
            before = write;
        }
        return longestNs;
    }
}
