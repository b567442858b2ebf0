// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.bench.load;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Opens many sessions with a bounded number of handshakes in flight; all of them at once makes it a connect storm.
/// Sessions go to the servers in turn.
///
/// The latency of a session runs from its `connect` call to its handshake's answer.
final class Connector {

    private final List<InetSocketAddress> servers;
    private final Selector selector;
    private final int ringCapacity;
    private final List<Session> connected = new ArrayList<>();
    private final Tally tally = new Tally();
    private int started;
    private int pending;
    private int failed;

    Connector(List<InetSocketAddress> servers, Selector selector, int ringCapacity) {
        this.servers = servers;
        this.selector = selector;
        this.ringCapacity = ringCapacity;
    }

    /// Returns when each of `count` sessions stands or has failed, or throws at the deadline.
    void connect(int count, int atOnce, Duration deadline) throws IOException {
        long deadlineNs = System.nanoTime() + deadline.toNanos();
        while (connected.size() + failed < count) {
            while (started < count && pending < atOnce) {
                start();
            }
            selector.select(this::ready, 100);
            if (System.nanoTime() > deadlineNs) {
                throw new IOException(connected.size() + " of " + count + " sessions connected within " + deadline);
            }
        }
    }

    /// Sessions that stand, registered for reading with the session as the attachment of the key.
    List<Session> connected() {
        return connected;
    }

    /// Connections that were closed or refused during the pendingSession.
    int failed() {
        return failed;
    }

    Phase phase() {
        return tally.finished();
    }

    private void start() throws IOException {
        var session = new Session(started++, ringCapacity);
        pending++;
        session.channel.configureBlocking(false);
        session.connectStartedNs = System.nanoTime();
        session.channel.register(selector, SelectionKey.OP_CONNECT, new Pending(session, ByteBuffer.allocate(128)));
        session.channel.connect(servers.get(session.index % servers.size()));
    }

    private void ready(SelectionKey key) {
        if (key.attachment() instanceof Session session) {
            lost(key, session);
            return;
        }
        var pendingSession = (Pending) key.attachment();
        Session session = pendingSession.session();
        try {
            if (key.isConnectable()) {
                session.channel.finishConnect();
                session.channel.write(Session.connectFrame());
                key.interestOps(SelectionKey.OP_READ);
            } else if (session.channel.read(pendingSession.in()) < 0) {
                throw new EOFException("closed during the handshake");
            } else if (Session.handshakeDone(pendingSession.in())) {
                key.attach(session);
                pending--;
                connected.add(session);
                tally.replied(true, 0, session.connectStartedNs, System.nanoTime());
            }
        } catch (IOException _) {
            pending--;
            failed++;
            key.cancel();
            session.closeQuietly();
        }
    }

    /// Nothing was asked of a session yet: what makes it readable is that the server has closed it.
    private void lost(SelectionKey key, Session session) {
        key.cancel();
        session.closeQuietly();
        if (connected.remove(session)) {
            failed++;
        }
    }

    private record Pending(Session session, ByteBuffer in) {}
}
