// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.interop.cluster;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// The way from one member to a port of another one, which the first finds at an address of its own: hands bytes on in
/// both directions, each of which can be cut, so that bytes wait as they do where packets are lost, or be slow.
final class Link implements AutoCloseable {

    /// One direction.
    static final class Way {
        private boolean cut;
        private int delayMs;

        synchronized void cut(boolean now) {
            cut = now;
            notifyAll();
        }

        synchronized void delay(int ms) {
            delayMs = ms;
        }

        /// Returns when bytes may go on.
        private void pass() throws InterruptedException {
            int ms;
            synchronized (this) {
                while (cut) {
                    wait();
                }
                ms = delayMs;
            }
            if (ms > 0) {
                Thread.sleep(ms);
            }
        }
    }

    private static final int BUFFER_BYTES = 16 << 10;
    private static final int CONNECT_MS = 1_000;
    private static final int TRIES_MAX = 50;
    private static final int TRY_AGAIN_MS = 20;

    private final ServerSocket listening;
    private final int port;
    private final Way there;
    private final Way back;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();

    /// @param at where the first member finds the second
    /// @param port of the second
    Link(InetSocketAddress at, int port, Way there, Way back) {
        try {
            listening = new ServerSocket(at.getPort(), 50, at.getAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        this.port = port;
        this.there = there;
        this.back = back;
        Thread.ofVirtual().start(this::accept);
    }

    private void accept() {
        while (true) {
            try {
                Socket from = listening.accept();
                Thread.ofVirtual().start(() -> join(from));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void join(Socket from) {
        open.add(from);
        try (from) {
            there.pass();
            try (Socket to = connect()) {
                open.add(to);
                from.setTcpNoDelay(true);
                to.setTcpNoDelay(true);
                Thread reverse = Thread.ofVirtual().start(() -> copy(to, from, back));
                copy(from, to, there);
                reverse.join();
            }
        } catch (IOException | InterruptedException over) {
            // Both ends learn it from the sockets that are closed.
            return;
        } finally {
            open.remove(from);
        }
    }

    /// Members listen for learners only while they lead: until then it is as if packets were lost, for a while.
    private Socket connect() throws IOException, InterruptedException {
        for (int tries = TRIES_MAX; ; tries--) {
            Socket to = new Socket();
            try {
                to.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), CONNECT_MS);
                return to;
            } catch (IOException refused) {
                to.close();
                if (tries == 0) {
                    throw refused;
                }
                Thread.sleep(TRY_AGAIN_MS);
            }
        }
    }

    private void copy(Socket from, Socket to, Way way) {
        var buffer = new byte[BUFFER_BYTES];
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                way.pass();
                out.write(buffer, 0, n);
            }
            // The end does not overtake what is cut off.
            way.pass();
        } catch (IOException | InterruptedException over) {
            return;
        } finally {
            open.remove(from);
            open.remove(to);
        }
    }

    /// Breaks all connections with a reset, wherever they are.
    void reset() {
        for (Socket socket : open) {
            try {
                socket.setSoLinger(true, 0);
                socket.close();
            } catch (IOException alreadyClosed) {
                open.remove(socket);
            }
        }
    }

    @Override
    public void close() {
        there.cut(false);
        back.cut(false);
        try {
            listening.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        reset();
    }
}
