// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.server.runtime;

import io.zabra.server.config.ConfigInput;
import io.zabra.server.config.ConfigReader;
import io.zabra.server.config.ConfigResult;
import io.zabra.server.observe.Events;
import io.zabra.server.observe.Metrics;
import io.zabra.server.report.Notifications;
import io.zabra.wire.WireReader;
import io.zabra.wire.WireWriter;
import io.zabra.wire.client.ConnectRequest;
import io.zabra.wire.client.ConnectResponse;
import io.zabra.wire.client.CreateRequest;
import io.zabra.wire.client.OpCode;
import io.zabra.wire.client.ReplyHeader;
import io.zabra.wire.client.Request;
import io.zabra.wire.data.Acl;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/// A whole server in this process, on a port of its own, and sockets that speak to it.
final class TestServer implements AutoCloseable {

    final Metrics metrics = new Metrics();
    final Events events = new Events(LoggerFactory.getLogger("zabra.test"), () -> System.nanoTime() / 1_000_000);
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private final Server server;

    /// @param settings keys and values as in `zoo.cfg`
    TestServer(Path folder, Map<String, String> settings) throws IOException, InterruptedException {
        var properties = new TreeMap<String, String>();
        properties.put("zookeeper.clientPort", "0");
        settings.forEach((key, value) -> properties.put(key.startsWith("zabra.") ? key : "zookeeper." + key, value));
        properties.put("zookeeper.dataDir", folder.toString());
        properties.put("zookeeper.preAllocSize", "64");
        properties.put("zabra.disk.refuseBelowMb", "0");
        properties.put("zabra.disk.resumeAboveMb", "0");
        ConfigResult result = ConfigReader.read(ConfigInput.of(null, properties));
        if (!(result instanceof ConfigResult.Accepted accepted)) {
            throw new IllegalArgumentException(result.toString());
        }
        server = Server.start(accepted.config(), metrics, new Notifications(events, failure::set));
    }

    /// The metric of this name, as `mntr` shows it.
    Number metric(String name) {
        var values = new TreeMap<String, Number>();
        metrics.forEach(values::put);
        Number value = values.get(name);
        if (value == null) {
            throw new IllegalArgumentException("no metric " + name);
        }
        return value;
    }

    /// How often an event of this kind was told.
    long told(Class<? extends Record> event) {
        return events.counts().getOrDefault(event.getSimpleName(), 0L);
    }

    /// The answer to a four-letter word.
    String word(String word) throws IOException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.getOutputStream().write(word.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /// What the server could not survive; null for nothing.
    @Nullable
    Throwable failure() {
        return failure.get();
    }

    NodeLoop loop() {
        return server.loop();
    }

    TestClient dial() throws IOException {
        return new TestClient(server.port());
    }

    /// By the port for linearizable reads.
    TestClient dialLinearizable() throws IOException {
        return new TestClient(server.linearizablePort());
    }

    /// A connection with a session.
    TestClient connect() throws IOException {
        TestClient client = dial();
        client.session = client.handshake(0, new byte[16]);
        return client;
    }

    @Override
    public void close() throws IOException, InterruptedException {
        server.close();
        Throwable cause = failure.get();
        if (cause != null) {
            throw new IllegalStateException("the server failed", cause);
        }
    }

    /// One connection.
    static final class TestClient implements AutoCloseable {

        private static final int PATIENCE_MS = 10_000;

        private final Socket socket;
        private final DataInputStream in;
        private int xid;
        private @Nullable ConnectResponse session;

        private TestClient(int port) throws IOException {
            socket = new Socket(InetAddress.getLoopbackAddress(), port);
            socket.setSoTimeout(PATIENCE_MS);
            socket.setTcpNoDelay(true);
            in = new DataInputStream(socket.getInputStream());
        }

        /// What the server said to the handshake of [TestServer#connect].
        ConnectResponse session() {
            return Objects.requireNonNull(session);
        }

        ConnectResponse handshake(long sessionId, byte[] password) throws IOException {
            connect(sessionId, password);
            return ConnectResponse.read(frame());
        }

        /// Sends the handshake without waiting for the answer.
        void connect(long sessionId, byte[] password) throws IOException {
            WireWriter out = new WireWriter();
            int frame = out.beginFrame();
            new ConnectRequest(0, 0, 30_000, sessionId, password, false, true).write(out);
            out.endFrame(frame);
            write(out.toByteArray());
        }

        /// Sends one request without waiting for its answer; returns its xid.
        int send(Request request) throws IOException {
            WireWriter out = new WireWriter();
            int frame = out.beginFrame();
            out.int32(++xid).int32(request.op().number());
            request.write(out);
            out.endFrame(frame);
            write(out.toByteArray());
            return xid;
        }

        void write(byte[] bytes) throws IOException {
            socket.getOutputStream().write(bytes);
        }

        /// The next frame.
        WireReader frame() throws IOException {
            byte[] frame = new byte[in.readInt()];
            in.readFully(frame);
            return new WireReader(frame);
        }

        /// The header of the next reply.
        ReplyHeader reply() throws IOException {
            return ReplyHeader.read(frame());
        }

        ReplyHeader call(Request request) throws IOException {
            send(request);
            return reply();
        }

        /// Waits until the server ends the connection; false if it says something instead.
        boolean ends() throws IOException {
            try {
                return in.read() < 0;
            } catch (EOFException | SocketException end) {
                return true;
            }
        }

        /// Sends a request and waits until the server ends the connection, perhaps before all is sent; false if it says
        /// something instead.
        boolean endsAt(Request request) throws IOException {
            try {
                send(request);
            } catch (SocketException reset) {
                return true;
            }
            return ends();
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    static CreateRequest create(String path, byte[] data) {
        return new CreateRequest(OpCode.CREATE, path, data, Acl.OPEN, 0);
    }
}
