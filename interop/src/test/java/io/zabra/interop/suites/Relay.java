// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.interop.suites;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Hands bytes on between connections on a port of its own and a server, so that the connections can be cut although
/// the server is another process.
final class Relay implements AutoCloseable {

    private final ServerSocket listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private volatile int serverPort;

    Relay() throws IOException {
        Thread.ofVirtual().start(this::accept);
    }

    int port() {
        return listening.getLocalPort();
    }

    /// Where the server is from now on.
    void to(int newServerPort) {
        serverPort = newServerPort;
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
                var server = new Socket(InetAddress.getLoopbackAddress(), serverPort)) {
            open.add(server);
            client.setTcpNoDelay(true);
            server.setTcpNoDelay(true);
            Thread back = Thread.ofVirtual().start(() -> copy(server, client));
            copy(client, server);
            back.join();
        } catch (IOException | InterruptedException noServer) {
            // The client sees its connection end, which says all.
            return;
        } finally {
            open.remove(client);
        }
    }

    /// Until either end is closed, and closes the other one.
    private void copy(Socket from, Socket to) {
        try (to;
                from) {
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException cut) {
            // As good an end as any.
            return;
        } finally {
            open.remove(from);
        }
    }

    /// Ends all connections; new ones are taken.
    void drop() {
        for (Socket socket : open) {
            try {
                socket.close();
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }
        open.clear();
    }

    @Override
    public void close() throws IOException {
        listening.close();
        drop();
    }
}
