// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.interop.cluster;

import io.zabra.interop.raw.Frame;
import io.zabra.interop.raw.Handshake;
import io.zabra.interop.raw.Jute;
import io.zabra.interop.raw.JuteReader;
import io.zabra.interop.raw.Ops;
import io.zabra.interop.raw.RawClient;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A client that writes, reads and watches without end, on a few znodes that all have in common, and moves with its
/// session from member to member: when its connection breaks, when nobody answers, and now and then for no reason.
final class Nomad implements Runnable {

    private static final int TIMEOUT_MS = 5_000;
    private static final int ANSWER_MS = 2_500;
    private static final int ZNODES = 6;
    private static final int BURST = 4;
    private static final int COUNTED_MAX = 20;
    private static final int MOVES_ONE_IN = 400;

    private final int id;
    private final List<InetSocketAddress> servers;
    private final boolean watches;
    private final Random random;
    private final TreeSet<String> dataWatches = new TreeSet<>();
    private final TreeSet<String> childWatches = new TreeSet<>();
    private final ArrayDeque<String> counted = new ArrayDeque<>();
    private final ArrayDeque<Runnable> unanswered = new ArrayDeque<>();
    private long session;
    private byte[] password = new byte[16];
    private long lastZxid;
    private int xid;
    private int values;
    private volatile boolean stopped;
    private volatile long writes;
    private volatile long lostSessions;
    private @Nullable RawClient client;
    private @Nullable Frame reply;

    /// @param watches whether it sets any
    Nomad(int id, List<InetSocketAddress> servers, boolean watches) {
        this.id = id;
        this.servers = servers;
        this.watches = watches;
        random = new Random(id);
    }

    void stop() {
        stopped = true;
    }

    /// How many writes were answered without an error.
    long writes() {
        return writes;
    }

    /// How often it was told that its session is over.
    long lostSessions() {
        return lostSessions;
    }

    @Override
    public void run() {
        while (!stopped) {
            try (RawClient connected = connect()) {
                if (connected != null) {
                    client = connected;
                    wander(connected);
                    leave(connected);
                }
            } catch (RawClient.SilentServer | java.io.UncheckedIOException noServer) {
                // On to the next one.
                client = null;
            }
            pause(20 + random.nextInt(80));
        }
    }

    /// Ends the session if this was the end of it all.
    private void leave(RawClient at) {
        if (stopped && unanswered.isEmpty()) {
            at.queue(++xid, Ops.CLOSE_SESSION, Ops.EMPTY);
            unanswered.add(() -> {});
            exchange(at);
        }
    }

    private @Nullable RawClient connect() {
        unanswered.clear();
        RawClient fresh = RawClient.dial(servers.get(random.nextInt(servers.size())));
        try {
            fresh.limitAnswersTo(ANSWER_MS);
            Handshake.Answer answer = fresh.shakeHands(
                    new Handshake(lastZxid, TIMEOUT_MS, session, password, Handshake.Dialect.READ_WRITE));
            if (answer == null) {
                fresh.close();
                return null;
            }
            if (!answer.accepted()) {
                lostSessions++;
                session = 0;
                password = new byte[16];
                lastZxid = 0;
                dataWatches.clear();
                childWatches.clear();
                counted.clear();
                fresh.close();
                return null;
            }
            session = answer.sessionId();
            password = answer.password();
            return fresh;
        } catch (RuntimeException e) {
            fresh.close();
            throw e;
        }
    }

    private void wander(RawClient at) {
        if (!dataWatches.isEmpty() || !childWatches.isEmpty()) {
            watchAgain(at);
        }
        while (!stopped && random.nextInt(MOVES_ONE_IN) > 0) {
            int burst = 1 + random.nextInt(BURST);
            for (int i = 0; i < burst; i++) {
                ask(at);
            }
            if (!exchange(at)) {
                return;
            }
            pause(random.nextInt(12));
        }
    }

    /// False when the connection has ended.
    private boolean exchange(RawClient at) {
        at.flush();
        while (!unanswered.isEmpty()) {
            Frame frame = at.read();
            if (frame == null) {
                return false;
            }
            if (frame.isEvent()) {
                event(frame.reader());
            } else {
                lastZxid = Math.max(lastZxid, frame.zxid());
                reply = frame;
                unanswered.remove().run();
            }
        }
        return true;
    }

    private void event(JuteReader in) {
        in.int32();
        in.int32();
        String path = in.string();
        dataWatches.remove(path);
        childWatches.remove(path);
    }

    private void watchAgain(RawClient at) {
        byte[] body = new Jute()
                .int64(lastZxid)
                .strings(List.copyOf(dataWatches))
                .strings(List.of())
                .strings(List.copyOf(childWatches))
                .toBytes();
        at.queue(-8, Ops.SET_WATCHES, body);
        unanswered.add(() -> {});
    }

    private void ask(RawClient at) {
        String path = "/n" + random.nextInt(ZNODES);
        int version = random.nextInt(4) > 0 ? -1 : random.nextInt(8);
        switch (random.nextInt(16)) {
            case 0, 1 -> write(at, Ops.CREATE, Ops.create(path, value(), 0));
            case 2 -> write(at, Ops.CREATE, Ops.create("/e" + random.nextInt(ZNODES), value(), 1));
            case 3 -> count(at);
            case 4 -> write(at, Ops.DELETE, Ops.delete(path, version));
            case 5, 6, 7 -> write(at, Ops.SET_DATA, Ops.setData(path, value(), version));
            case 8 -> write(at, Ops.MULTI, multi(path));
            case 9, 10 -> {
                read(at, Ops.SYNC, Ops.path("/"));
                read(at, Ops.GET_DATA, Ops.read(path, false));
            }
            case 11 -> watch(at, path);
            case 12 -> {
                read(at, Ops.GET_CHILDREN, Ops.read("/", watches));
                if (watches) {
                    childWatches.add("/");
                }
            }
            case 13 -> read(at, Ops.EXISTS, Ops.read("/e" + random.nextInt(ZNODES), false));
            default -> read(at, Ops.GET_DATA, Ops.read(path, false));
        }
    }

    /// Creates a sequential znode, and deletes an old one where there are many: each list of children tells them all.
    private void count(RawClient at) {
        write(
                at,
                Ops.CREATE,
                Ops.create("/counted-", value(), 3),
                done -> counted.add(done.reader().string()));
        if (counted.size() >= COUNTED_MAX) {
            write(at, Ops.DELETE, Ops.delete(counted.remove(), -1));
        }
    }

    /// A watch that is there only if there is something to watch.
    private void watch(RawClient at, String path) {
        at.queue(++xid, Ops.GET_DATA, Ops.read(path, watches));
        unanswered.add(() -> {
            if (watches && reply != null && reply.error() == 0) {
                dataWatches.add(path);
            }
        });
    }

    private byte[] multi(String path) {
        var out = new Jute();
        Ops.multiHeader(out, Ops.SET_DATA).raw(Ops.setData(path, value(), -1));
        Ops.multiHeader(out, Ops.SET_DATA).raw(Ops.setData("/n0", value(), -1));
        return Ops.multiEnd(out).toBytes();
    }

    private void write(RawClient at, int op, byte[] body) {
        write(at, op, body, _ -> {});
    }

    /// @param done gets the reply, if there was no error
    private void write(RawClient at, int op, byte[] body, Consumer<Frame> done) {
        at.queue(++xid, op, body);
        unanswered.add(() -> {
            if (reply != null && reply.error() == 0) {
                writes++;
                done.accept(reply);
            }
        });
    }

    private void read(RawClient at, int op, byte[] body) {
        at.queue(++xid, op, body);
        unanswered.add(() -> {});
    }

    private byte[] value() {
        return (id + "." + ++values).getBytes(StandardCharsets.UTF_8);
    }

    private static void pause(int ms) {
        try {
            Thread.sleep(ms);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
