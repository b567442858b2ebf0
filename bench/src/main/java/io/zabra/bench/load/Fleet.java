// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.bench.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.function.BooleanSupplier;

/// Sessions under one selector, to one server or to the members of an ensemble in turn. Owned by the reading thread.
public final class Fleet implements AutoCloseable {

    private static final int SCRATCH_BYTES = 1 << 20;
    private static final Duration CONNECT_DEADLINE = Duration.ofSeconds(120);
    private static final Duration CLOSE_DEADLINE = Duration.ofSeconds(20);
    private static final int SETUP_AT_ONCE = 64;

    private final Selector selector;
    private final List<Session> sessions;
    private final ByteBuffer scratch = ByteBuffer.allocateDirect(SCRATCH_BYTES);
    private final Phase connecting;
    private final int failed;

    private Fleet(Selector selector, Connector connector) {
        this.selector = selector;
        this.sessions = connector.connected().stream()
                .sorted(Comparator.comparingInt(session -> session.index))
                .toList();
        this.connecting = connector.phase();
        this.failed = connector.failed();
    }

    /// Opens `count` sessions, each with room for `inFlight` requests. A single refused session is an error.
    public static Fleet connect(List<InetSocketAddress> servers, int count, int inFlight) throws IOException {
        Fleet fleet = storm(servers, count, Math.min(count, SETUP_AT_ONCE), inFlight);
        if (fleet.failed > 0) {
            int failed = fleet.failed;
            fleet.close();
            throw new IOException(failed + " of " + count + " sessions were refused by " + servers);
        }
        return fleet;
    }

    /// Opens `count` sessions with `atOnce` handshakes in flight; refused ones are counted.
    public static Fleet storm(List<InetSocketAddress> servers, int count, int atOnce, int inFlight) throws IOException {
        Selector selector = Selector.open();
        var connector = new Connector(servers, selector, inFlight);
        try {
            connector.connect(count, atOnce, CONNECT_DEADLINE);
        } catch (IOException | RuntimeException e) {
            for (SelectionKey key : selector.keys()) {
                key.channel().close();
            }
            selector.close();
            throw e;
        }
        return new Fleet(selector, connector);
    }

    /// How the connecting went: one operation a session.
    public Phase connecting() {
        return connecting;
    }

    /// Sessions that did not come to stand.
    public int failed() {
        return failed;
    }

    public int size() {
        return sessions.size();
    }

    Session session(int index) {
        return sessions.get(index);
    }

    List<Session> sessions() {
        return sessions;
    }

    /// Sends one request on each of the sessions `from` to `to` (exclusive) and reads until all are answered and
    /// `finished` says so as well; the watch events that come meanwhile go to the workload.
    public Phase once(Workload workload, int from, int to, BooleanSupplier finished, Duration deadline)
            throws IOException {
        var tally = new Tally();
        long deadlineNs = System.nanoTime() + deadline.toNanos();
        for (Session session : sessions.subList(from, to)) {
            session.reserve(workload.maxFrameLength());
            session.append(workload, System.nanoTime());
            flush(session);
        }
        while (tally.operations() < to - from || !finished.getAsBoolean()) {
            poll(100, workload, tally, (_, _) -> {});
            if (System.nanoTime() > deadlineNs) {
                throw new IOException(tally.operations() + " of " + (to - from) + " answers within " + deadline);
            }
        }
        return tally.finished();
    }

    /// Waits for readable sessions at most so long, reads each once, and tells `after` how many replies it gave.
    void poll(long timeoutMs, Workload workload, Session.ReplySink sink, AfterRead after) throws IOException {
        try {
            selector.select(key -> service(key, workload, sink, after), timeoutMs);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private void service(SelectionKey key, Workload workload, Session.ReplySink sink, AfterRead after) {
        var session = (Session) key.attachment();
        try {
            if (key.isWritable() && session.flush()) {
                key.interestOps(SelectionKey.OP_READ);
            }
            if (key.isReadable()) {
                after.read(session, session.read(scratch, workload, sink));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Writes what the session has to send; the rest goes when the socket takes more.
    void flush(Session session) throws IOException {
        if (!session.flush()) {
            session.channel.keyFor(selector).interestOps(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
        }
    }

    /// Ends all sessions in the orderly way, so that the server need not wait for their expiry.
    public void closeSessions() throws IOException {
        for (Session session : sessions) {
            session.closeSession();
        }
        var in = ByteBuffer.allocate(4096);
        long deadlineNs = System.nanoTime() + CLOSE_DEADLINE.toNanos();
        for (Session session : sessions) {
            session.drainUntilClosed(in, deadlineNs);
        }
        close();
    }

    @Override
    public void close() throws IOException {
        for (Session session : sessions) {
            session.closeQuietly();
        }
        selector.close();
    }

    /// What happens after a session was read.
    interface AfterRead {
        void read(Session session, int replies) throws IOException;
    }
}
