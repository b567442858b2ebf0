// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.client;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// A relay to a server on loopback that can be cut, mended and muted.
final class CuttableLink implements AutoCloseable {

    private final int serverPort;
    private final ServerSocket listening;
    private final List<Socket> open = new CopyOnWriteArrayList<>();
    private volatile boolean cut;
    private volatile boolean muted;
    private volatile long answeredNs;

    CuttableLink(int serverPort) throws IOException {
        this.serverPort = serverPort;
        this.listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    String connectString() {
        return "127.0.0.1:" + listening.getLocalPort();
    }

    /// Breaks all connections and refuses new ones.
    void cut() throws IOException {
        cut = true;
        for (Socket socket : open) {
            socket.close();
        }
        open.clear();
    }

    void mend() {
        cut = false;
    }

    /// From now on swallows what the server answers.
    void mute() {
        muted = true;
    }

    /// When it last handed on what the server answers.
    long answeredNs() {
        return answeredNs;
    }

    @Override
    public void close() throws IOException {
        listening.close();
        cut();
    }

    private void accept() {
        try {
            while (true) {
                Socket client = listening.accept();
                if (cut) {
                    client.close();
                    continue;
                }
                Socket server = new Socket(InetAddress.getLoopbackAddress(), serverPort);
                open.add(client);
                open.add(server);
                Thread.ofVirtual().start(() -> copy(client, server, false));
                Thread.ofVirtual().start(() -> copy(server, client, true));
            }
        } catch (IOException e) {
            // The link was closed: this is how the accepting thread hears of it.
            open.clear();
        }
    }

    private void copy(Socket from, Socket to, boolean answers) {
        byte[] bytes = new byte[8_192];
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int count = in.read(bytes); count >= 0; count = in.read(bytes)) {
                if (answers && muted) {
                    continue;
                }
                if (answers) {
                    answeredNs = System.nanoTime();
                }
                out.write(bytes, 0, count);
            }
        } catch (IOException e) {
            // Cut: both ends are closed by now.
            open.remove(from);
        }
    }
}
