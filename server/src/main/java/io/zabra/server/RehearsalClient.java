// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.server;

import io.zabra.wire.WireWriter;
import io.zabra.wire.client.CloseSessionRequest;
import io.zabra.wire.client.ConnectRequest;
import io.zabra.wire.client.OpCode;
import io.zabra.wire.client.Request;
import io.zabra.wire.client.RequestHeader;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// One session of the [Rehearsal]: sends requests in windows, and takes what comes without looking at it.
final class RehearsalClient implements AutoCloseable {

    private static final int WINDOW = 100;
    private static final int TIMEOUT_MS = 10_000;
    private static final int NOTIFICATION = -1;

    private final Socket socket;
    private final DataInputStream in;
    private final WireWriter out = new WireWriter();
    private int xid;

    private RehearsalClient(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
    }

    static RehearsalClient connect(int port) throws IOException {
        RehearsalClient client = new RehearsalClient(open(port));
        int frame = client.out.beginFrame();
        new ConnectRequest(0, 0, TIMEOUT_MS, 0, new byte[16], false, true).write(client.out);
        client.out.endFrame(frame);
        client.flush();
        client.in.skipNBytes(client.in.readInt());
        return client;
    }

    /// Asks a four-letter word.
    static void ask(int port, String word) throws IOException {
        try (Socket socket = open(port)) {
            socket.getOutputStream().write(word.getBytes(StandardCharsets.US_ASCII));
            socket.getInputStream().readAllBytes();
        }
    }

    void send(List<Request> requests) throws IOException {
        for (int from = 0; from < requests.size(); from += WINDOW) {
            List<Request> window = requests.subList(from, Math.min(requests.size(), from + WINDOW));
            window.forEach(this::put);
            flush();
            for (int left = window.size(); left > 0; ) {
                int length = in.readInt();
                left -= in.readInt() == NOTIFICATION ? 0 : 1;
                in.skipNBytes(length - Integer.BYTES);
            }
        }
    }

    private void put(Request request) {
        int frame = out.beginFrame();
        int number = request.op() == OpCode.PING ? -2 : ++xid;
        new RequestHeader(number, request.op().number()).write(out);
        request.write(out);
        out.endFrame(frame);
    }

    private void flush() throws IOException {
        socket.getOutputStream().write(out.array(), 0, out.position());
        out.reset();
    }

    private static Socket open(int port) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(TIMEOUT_MS);
        return socket;
    }

    @Override
    public void close() throws IOException {
        try (socket) {
            send(List.of(new CloseSessionRequest()));
        }
    }
}
