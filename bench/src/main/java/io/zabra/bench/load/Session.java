// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.bench.load;

import io.zabra.wire.WireReader;
import io.zabra.wire.WireWriter;
import io.zabra.wire.client.ConnectRequest;
import io.zabra.wire.client.ConnectResponse;
import io.zabra.wire.client.OpCode;
import io.zabra.wire.client.RequestHeader;
import java.io.EOFException;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.concurrent.locks.LockSupport;

/// One session of the load generator on its own connection: frames out, replies cut and counted.
///
/// The reading side belongs to one thread, the sending side to one thread (in an open loop another one).
final class Session {

    /// Bytes of a reply in front of its body: length, xid, zxid, error.
    private static final int REPLY_HEADER = 4 + 4 + 8 + 4;

    private static final int EVENT_XID = -1;
    private static final int PING_XID = -2;
    private static final int SESSION_TIMEOUT_MS = 40_000;

    final int index;
    final SocketChannel channel;
    final SendTimes inFlight;
    ByteBuffer out;
    long connectStartedNs;

    private byte[] saved = new byte[REPLY_HEADER];
    private int savedLength;
    private int skip;
    private int sendXid;
    private int replyXid;
    private long carriedStartNs;

    Session(int index, int capacity) throws IOException {
        this.index = index;
        this.inFlight = new SendTimes(capacity);
        this.out = ByteBuffer.allocateDirect(512);
        this.channel = SocketChannel.open();
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        // A reset at the end keeps thousands of closed connections from lingering as TIME_WAIT into the next round.
        channel.setOption(StandardSocketOptions.SO_LINGER, 0);
    }

    static ByteBuffer connectFrame() {
        var writer = new WireWriter();
        int start = writer.beginFrame();
        new ConnectRequest(0, 0, SESSION_TIMEOUT_MS, 0, new byte[16], false, true).write(writer);
        writer.endFrame(start);
        return ByteBuffer.wrap(writer.toByteArray());
    }

    /// Whether `in` (position = end of what was read) holds the whole answer to the handshake; throws if it is a
    /// refusal.
    static boolean handshakeDone(ByteBuffer in) throws IOException {
        if (in.position() < 4 || in.position() < 4 + in.getInt(0)) {
            return false;
        }
        var response = ConnectResponse.read(new WireReader(in.array(), 4, in.position()));
        if (response.sessionId() == 0) {
            throw new IOException("the server refused the session");
        }
        return true;
    }

    /// Makes room for so many request frames at once.
    void reserve(int bytes) {
        if (out.capacity() < bytes) {
            ByteBuffer larger = ByteBuffer.allocateDirect(bytes);
            out.flip();
            larger.put(out);
            out = larger;
        }
    }

    /// Appends the next request to the outgoing bytes.
    void append(Workload workload, long startNs) {
        inFlight.add(carriedStartNs != 0 ? carriedStartNs : startNs);
        workload.next(index, ++sendXid, out);
    }

    /// Writes what it can; true if nothing is left.
    boolean flush() throws IOException {
        out.flip();
        channel.write(out);
        boolean all = !out.hasRemaining();
        out.compact();
        return all;
    }

    void closeSession() throws IOException {
        var writer = new WireWriter();
        int start = writer.beginFrame();
        new RequestHeader(++sendXid, OpCode.CLOSE_SESSION.number()).write(writer);
        writer.endFrame(start);
        reserve(out.position() + 64);
        out.put(writer.toByteArray());
        flush();
    }

    /// Reads once and hands every whole reply to `sink`; returns the number of replies. `in` is scratch space.
    int read(ByteBuffer in, Workload workload, ReplySink sink) throws IOException {
        in.clear();
        in.put(saved, 0, savedLength);
        if (channel.read(in) < 0) {
            throw new EOFException("the server closed session " + index);
        }
        long nowNs = System.nanoTime();
        in.flip();
        savedLength = 0;
        int replies = 0;
        boolean bodies = workload.readsBodies();
        int at = Math.min(skip, in.limit());
        skip -= at;
        while (in.limit() - at >= REPLY_HEADER) {
            int end = at + 4 + in.getInt(at);
            if (bodies && end > in.limit()) {
                break;
            }
            replies += reply(in, at, workload, sink, nowNs);
            at = end;
            if (at > in.limit()) {
                skip = at - in.limit();
                at = in.limit();
            }
        }
        save(in, at);
        return replies;
    }

    private void save(ByteBuffer in, int at) throws IOException {
        int rest = in.limit() - at;
        if (rest == in.capacity()) {
            throw new IOException("a reply of more than " + in.capacity() + " bytes");
        }
        if (saved.length < rest) {
            saved = new byte[in.capacity()];
        }
        in.get(at, saved, 0, rest);
        savedLength = rest;
    }

    private int reply(ByteBuffer in, int at, Workload workload, ReplySink sink, long nowNs) throws IOException {
        int xid = in.getInt(at + 4);
        if (xid == EVENT_XID) {
            workload.notified(index, nowNs);
            return 0;
        }
        if (xid == PING_XID) {
            return 0;
        }
        if (xid != ++replyXid) {
            throw new IOException("session " + index + ": reply " + xid + " where " + replyXid + " was due");
        }
        int error = in.getInt(at + 16);
        long startNs = inFlight.remove();
        in.position(at + REPLY_HEADER);
        boolean completed = workload.completed(index, error, in, in.getInt(at) + 4 - REPLY_HEADER);
        carriedStartNs = completed ? 0 : startNs;
        sink.replied(completed, error, startNs, nowNs);
        return 1;
    }

    /// Reads and drops until the server closes its side or the deadline passes.
    void drainUntilClosed(ByteBuffer in, long deadlineNs) throws IOException {
        while (System.nanoTime() < deadlineNs) {
            in.clear();
            int count = channel.read(in);
            if (count < 0) {
                return;
            }
            if (count == 0) {
                LockSupport.parkNanos(100_000);
            }
        }
    }

    void closeQuietly() {
        try {
            channel.close();
        } catch (IOException _) {
            // Nothing depends on how a connection that is given up ends.
        }
    }

    /// Where replies are counted.
    interface ReplySink {
        /// `completed` is false for a reply in the middle of an operation of several requests.
        void replied(boolean completed, int error, long startNs, long nowNs);
    }
}
