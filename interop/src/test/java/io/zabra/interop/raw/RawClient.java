// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.interop.raw;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One connection to a server, frame by frame. Owned by one thread.
///
/// Reading returns null when the server has closed the connection; a server that says nothing for `answerLimitMs`
/// throws [SilentServer].
public final class RawClient implements AutoCloseable {

    /// The server neither answered nor closed the connection.
    public static final class SilentServer extends RuntimeException {
        private static final long serialVersionUID = 1;

        SilentServer(String message) {
            super(message);
        }
    }

    /// Limit of a wait for an answer.
    private static final int ANSWER_LIMIT_MS = 5_000;

    private static final int FRAME_LIMIT = 64 << 20;

    private final Socket socket;
    private final DataInputStream in;
    private final Jute pending = new Jute();
    private Handshake.@Nullable Answer answer;
    private int lastXid;

    private RawClient(Socket socket) throws IOException {
        this.socket = socket;
        in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), 65_536));
    }

    /// Connects the socket and says nothing yet.
    public static RawClient dial(InetSocketAddress address) {
        try {
            var socket = new Socket();
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(ANSWER_LIMIT_MS);
            socket.connect(address, ANSWER_LIMIT_MS);
            return new RawClient(socket);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Connects and shakes hands; fails unless the server grants a session.
    public static RawClient open(InetSocketAddress address, Handshake handshake) {
        RawClient client = dial(address);
        Handshake.Answer got = client.shakeHands(handshake);
        if (got == null || !got.accepted()) {
            client.close();
            throw new IllegalStateException("no session: " + got);
        }
        return client;
    }

    /// The server's answer, or null when it closed the connection without one.
    public Handshake.@Nullable Answer shakeHands(Handshake handshake) {
        sendFrame(handshake.encode());
        byte[] bytes = readFrame();
        answer = bytes == null ? null : Handshake.Answer.parse(bytes);
        return answer;
    }

    /// Whether the server has answered the handshake.
    public boolean connected() {
        return answer != null;
    }

    public Handshake.Answer session() {
        if (answer == null) {
            throw new IllegalStateException("no session");
        }
        return answer;
    }

    /// Queues a request under the next xid, which is returned; nothing is sent before [#flush].
    public int queue(int op, byte[] body) {
        lastXid++;
        queue(lastXid, op, body);
        return lastXid;
    }

    public void queue(int xid, int op, byte[] body) {
        pending.int32(8 + body.length).int32(xid).int32(op).raw(body);
    }

    /// Sends what is queued in one write.
    public void flush() {
        byte[] bytes = pending.drain();
        sendBytes(bytes);
    }

    public void sendFrame(byte[] frame) {
        sendBytes(new Jute().buffer(frame).toBytes());
    }

    /// A connection that the server has reset takes the bytes silently: the next read tells.
    public void sendBytes(byte[] bytes) {
        try {
            socket.getOutputStream().write(bytes);
            socket.getOutputStream().flush();
        } catch (SocketException closedByServer) {
            // Told by the next read.
            return;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The next frame after the handshake, or null at the end of the stream.
    public @Nullable Frame read() {
        byte[] bytes = readFrame();
        return bytes == null ? null : Frame.parse(bytes);
    }

    private byte @Nullable [] readFrame() {
        try {
            int length = in.readInt();
            if (length < 0 || length > FRAME_LIMIT) {
                throw new IllegalStateException("frame of " + length + " bytes from the server");
            }
            var bytes = new byte[length];
            in.readFully(bytes);
            return bytes;
        } catch (SocketTimeoutException e) {
            throw new SilentServer("no answer within " + ANSWER_LIMIT_MS + " ms");
        } catch (EOFException | SocketException closed) {
            return null;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Sends one request and returns its reply; events that come before are lost. Null: connection closed.
    public @Nullable Frame call(int op, byte[] body) {
        List<Frame> frames = callAll(op, body);
        return frames.isEmpty() || frames.getLast().isEvent() ? null : frames.getLast();
    }

    /// Sends one request and returns all up to its reply: events first. Without a reply the connection was closed.
    public List<Frame> callAll(int op, byte[] body) {
        queue(op, body);
        flush();
        var frames = new ArrayList<Frame>();
        while (true) {
            Frame frame = read();
            if (frame == null) {
                return frames;
            }
            frames.add(frame);
            if (!frame.isEvent()) {
                return frames;
            }
        }
    }

    /// Sends one request that must succeed.
    public Frame callOk(int op, byte[] body) {
        Frame frame = call(op, body);
        if (frame == null || frame.error() != 0) {
            throw new IllegalStateException("op " + op + ": " + (frame == null ? "closed" : frame.error()));
        }
        return frame;
    }

    /// The port of this end.
    public int localPort() {
        return socket.getLocalPort();
    }

    public void limitAnswersTo(int ms) {
        try {
            socket.setSoTimeout(ms);
        } catch (SocketException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Ends the connection with a reset, as the death of a machine or of a careless process does.
    public void abort() {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Drops the connection; the session lives on.
    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
