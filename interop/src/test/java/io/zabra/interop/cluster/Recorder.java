// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.interop.cluster;

import io.zabra.simulator.history.Entry;
import io.zabra.wire.WireReader;
import io.zabra.wire.client.ConnectRequest;
import io.zabra.wire.client.ConnectResponse;
import io.zabra.wire.client.EmptyResponse;
import io.zabra.wire.client.OpCode;
import io.zabra.wire.client.ReplyHeader;
import io.zabra.wire.client.Request;
import io.zabra.wire.client.RequestHeader;
import io.zabra.wire.client.Response;
import io.zabra.wire.client.WatcherEvent;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Stands between clients and one server, hands frames on, and records them: requests before the server has them,
/// answers before the client has them, so that the order of the records is true. Clients need not know of it.
final class Recorder implements AutoCloseable {

    private static final int FRAME_BYTES_MAX = 16 << 20;
    private static final int CONNECT_MS = 2_000;

    private final Recording recording;
    private final InetSocketAddress server;
    private final ServerSocket listening;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();

    Recorder(Recording recording, InetSocketAddress server) throws IOException {
        this.recording = recording;
        this.server = server;
        listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    InetSocketAddress address() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), listening.getLocalPort());
    }

    private void accept() {
        while (true) {
            try {
                Socket client = listening.accept();
                Thread.ofVirtual().start(() -> join(client));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void join(Socket client) {
        open.add(client);
        try (client;
                var far = new Socket()) {
            far.connect(server, CONNECT_MS);
            client.setTcpNoDelay(true);
            far.setTcpNoDelay(true);
            new Wiretap(client, far).run();
        } catch (IOException over) {
            // The client sees that its connection has ended, which says all.
            return;
        } finally {
            open.remove(client);
        }
    }

    @Override
    public void close() {
        try {
            listening.close();
            for (Socket socket : open) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// One connection.
    private final class Wiretap {
        private final Socket client;
        private final Socket server;
        private final int connection = recording.nextConnection();
        private final Map<Integer, OpCode> asked = new ConcurrentHashMap<>();
        private volatile long seen;
        private boolean opened;

        Wiretap(Socket client, Socket server) {
            this.client = client;
            this.server = server;
        }

        void run() throws IOException {
            Thread answers = Thread.ofVirtual().start(() -> quietly(this::answers));
            quietly(this::requests);
            try {
                answers.join();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            if (opened) {
                recording.add(new Entry.Closed(connection));
            }
        }

        private interface Copying {
            void run() throws IOException;
        }

        private void quietly(Copying copying) {
            try (client;
                    server) {
                copying.run();
            } catch (IOException over) {
                // Both ends are closed now.
                return;
            }
        }

        private void requests() throws IOException {
            DataInputStream in = new DataInputStream(new BufferedInputStream(client.getInputStream()));
            DataOutputStream out = new DataOutputStream(server.getOutputStream());
            byte[] hello = frame(in);
            seen = ConnectRequest.read(new WireReader(hello)).lastZxidSeen();
            send(out, hello);
            while (true) {
                byte[] frame = frame(in);
                WireReader reader = new WireReader(frame);
                RequestHeader header = RequestHeader.read(reader);
                OpCode op = OpCode.of(header.op());
                if (op == null) {
                    throw new IllegalStateException("operation " + header.op());
                }
                if (op != OpCode.PING) {
                    asked.put(header.xid(), op);
                    Request request = Request.read(op, reader);
                    recording.add(new Entry.Asked(connection, header.xid(), request, System.currentTimeMillis()));
                }
                send(out, frame);
            }
        }

        private void answers() throws IOException {
            DataInputStream in = new DataInputStream(new BufferedInputStream(server.getInputStream()));
            DataOutputStream out = new DataOutputStream(client.getOutputStream());
            byte[] hello = frame(in);
            ConnectResponse response = ConnectResponse.read(new WireReader(hello));
            if (response.timeoutMs() > 0) {
                recording.add(new Entry.Opened(
                        connection, response.sessionId(), seen, response.timeoutMs(), response.readOnly()));
                opened = true;
            }
            send(out, hello);
            while (true) {
                byte[] frame = frame(in);
                record(frame);
                send(out, frame);
            }
        }

        private void record(byte[] frame) {
            WireReader reader = new WireReader(frame);
            ReplyHeader header = ReplyHeader.read(reader);
            if (header.xid() == ReplyHeader.NOTIFICATION_XID) {
                recording.add(new Entry.Told(connection, header.zxid(), WatcherEvent.read(reader)));
            } else if (header.xid() != ReplyHeader.PING_XID) {
                OpCode op = asked.remove(header.xid());
                recording.add(
                        new Entry.Answered(connection, header.xid(), header.zxid(), header.error(), body(op, reader)));
            }
        }

        private @Nullable Response body(@Nullable OpCode op, WireReader reader) {
            if (op == null || reader.remaining() == 0) {
                return null;
            }
            Response body = Response.read(op, reader);
            return body instanceof EmptyResponse ? null : body;
        }

        private static byte[] frame(DataInputStream in) throws IOException {
            int length = in.readInt();
            if (length < 0 || length > FRAME_BYTES_MAX) {
                throw new IOException("frame of " + length + " bytes");
            }
            return in.readNBytes(length);
        }

        private static void send(DataOutputStream out, byte[] frame) throws IOException {
            byte[] whole = new byte[Integer.BYTES + frame.length];
            System.arraycopy(frame, 0, whole, Integer.BYTES, frame.length);
            ByteBuffer.wrap(whole).putInt(frame.length);
            out.write(whole);
        }
    }
}
