// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.interop.cluster;

import io.zabra.interop.raw.Frame;
import io.zabra.interop.raw.Handshake;
import io.zabra.interop.raw.NodeStat;
import io.zabra.interop.raw.Ops;
import io.zabra.interop.raw.RawClient;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/// A client whose sessions begin as local ones. Each second one it makes known to all, by an ephemeral znode, and takes
/// from member to member; with the others it stays, or tries in vain to move. It knows what must come of that.
final class LocalClient implements Runnable {

    static final String EPHEMERALS = "held-";

    private static final int TIMEOUT_MS = 6_000;

    /// In which a server answers, or says that it cannot.
    private static final int ANSWER_MS = 10_000;

    /// A session that was in use within this time lives.
    private static final long FRESH_NS = TIMEOUT_MS / 2 * 1_000_000L;

    private static final int EPHEMERAL = 1;
    private static final int NO_NODE = -101;

    private final int id;
    private final List<ClusterMember> members;
    private final Lives lives;
    private final Observations seen;
    private final Random random;
    private int sessions;
    private volatile boolean stopped;

    /// The session that it has now: where it was used last, in which process, and when.
    private Handshake session = Handshake.fresh(TIMEOUT_MS);

    private long sessionId;
    private ClusterMember home;
    private Lives.Span process = new Lives.Span(0, 0);
    private long usedNs;

    LocalClient(int id, List<ClusterMember> members, Lives lives, Observations seen) {
        this.id = id;
        this.members = members;
        this.lives = lives;
        this.seen = seen;
        this.random = new Random(id);
        this.home = members.getFirst();
    }

    void stop() {
        stopped = true;
    }

    @Override
    public void run() {
        while (!stopped) {
            session = Handshake.fresh(TIMEOUT_MS);
            sessionId = 0;
            RawClient first = connect(any());
            if (first != null && sessions++ % 2 == 0) {
                stay(first);
            } else if (first != null) {
                travel(first, "/" + EPHEMERALS + id + "-" + sessions);
            }
            pause();
        }
    }

    // --- A session that stays local.

    private void stay(RawClient first) {
        RawClient client = first;
        while (client != null) {
            use(client);
            client.close();
            client = stopped ? null : comeBack();
        }
    }

    /// Reads and writes until the connection ends, or for a while.
    private void use(RawClient client) {
        boolean open = true;
        while (open && !stopped && random.nextInt(30) > 0) {
            String path = "/p" + random.nextInt(4);
            Frame frame = random.nextBoolean()
                    ? ask(client, Ops.CREATE, Ops.create(path, Ops.EMPTY, 0))
                    : ask(client, Ops.EXISTS, Ops.read(path, false));
            open = frame != null;
            pause();
        }
    }

    /// Null when the session is over.
    private @Nullable RawClient comeBack() {
        Lives.Span before = process;
        ClusterMember former = home;
        while (!stopped) {
            ClusterMember there = random.nextInt(3) > 0 ? former : any();
            RawClient next = connect(there);
            if (next == null) {
                pause();
                continue;
            }
            boolean granted = next.session().accepted();
            if (there != former) {
                seen.expect(!granted, "told at another member", "a local session moves to " + there);
            } else if (before.isBefore(process)) {
                seen.expect(!granted, "told after a restart", there + " grants a session that it cannot know");
            } else if (before.isSameAs(process) && isFresh()) {
                seen.expect(granted, "goes on", there + " refuses a session that it has");
            }
            if (granted) {
                return next;
            }
            next.close();
            return null;
        }
        return null;
    }

    // --- A session that all know.

    private void travel(RawClient first, String znode) {
        Frame made = ask(first, Ops.CREATE, Ops.create(znode, Ops.EMPTY, EPHEMERAL));
        RawClient client = first;
        // Without an answer nobody can tell whether the session is known.
        boolean goesOn = made != null && made.error() == 0;
        if (made != null) {
            seen.expect(goesOn, "ephemeral is made", home + " refuses an ephemeral znode: error " + made.error());
        }
        while (goesOn) {
            boolean lasts = !stopped && random.nextInt(6) > 0;
            boolean open = holds(client, znode);
            if (open && !lasts) {
                end(client, znode);
                goesOn = false;
            } else {
                client.close();
                client = move();
                goesOn = client != null;
            }
        }
        if (client != null) {
            client.close();
        }
    }

    /// Whether the connection is still open; what the session holds must be there.
    private boolean holds(RawClient client, String znode) {
        Frame found = null;
        for (int i = 0; i <= random.nextInt(4); i++) {
            pause();
            Frame synced = ask(client, Ops.SYNC, Ops.path("/"));
            found = synced == null ? null : ask(client, Ops.EXISTS, Ops.read(znode, false));
            if (found == null) {
                return false;
            }
            boolean there = found.error() == 0 && NodeStat.read(found.reader()).ephemeralOwner() == sessionId;
            seen.expect(there, "ephemeral is there", znode + " of a living session: error " + found.error());
        }
        return true;
    }

    /// Null when the session has ended.
    private @Nullable RawClient move() {
        while (true) {
            ClusterMember there = any();
            boolean fresh = isFresh();
            RawClient next = connect(there);
            if (next == null) {
                pause();
            } else if (next.session().accepted()) {
                seen.count("moves");
                return next;
            } else {
                next.close();
                if (fresh && isFresh()) {
                    seen.complain(there + " refuses a session that is known to all");
                }
                return null;
            }
        }
    }

    private void end(RawClient client, String znode) {
        Frame closed = ask(client, Ops.CLOSE_SESSION, Ops.EMPTY);
        client.close();
        session = Handshake.fresh(TIMEOUT_MS);
        RawClient other = closed == null ? null : connect(any());
        if (other != null) {
            Frame found = ask(other, Ops.SYNC, Ops.path("/"));
            found = found == null ? null : ask(other, Ops.EXISTS, Ops.read(znode, false));
            if (found != null) {
                seen.expect(found.error() == NO_NODE, "ephemeral goes", znode + " of an ended session: is there");
            }
            other.close();
        }
    }

    // --- Connections.

    /// Shakes hands; null when the member is not there, or closes the connection.
    private @Nullable RawClient connect(ClusterMember there) {
        RawClient client = null;
        try {
            int begun = lives.begin(there);
            client = RawClient.dial(there.address());
            client.limitAnswersTo(ANSWER_MS);
            Handshake.Answer answer = client.shakeHands(session);
            if (answer == null) {
                client.close();
                return null;
            }
            process = lives.end(there, begun);
            home = there;
            if (answer.accepted()) {
                usedNs = System.nanoTime();
                sessionId = answer.sessionId();
                session = session.ofSession(sessionId, answer.password());
            }
            return client;
        } catch (UncheckedIOException notThere) {
            return null;
        } catch (RawClient.SilentServer silent) {
            seen.complain(there + " hangs in the handshake: " + silent.getMessage());
            client.close();
            return null;
        }
    }

    /// Null when the connection has ended, or the session.
    private @Nullable Frame ask(RawClient client, int op, byte[] body) {
        try {
            Frame frame = client.call(op, body);
            usedNs = frame == null ? usedNs : System.nanoTime();
            return frame;
        } catch (RawClient.SilentServer silent) {
            seen.complain(home + " hangs at operation " + op + ": " + silent.getMessage());
            return null;
        } catch (UncheckedIOException gone) {
            return null;
        }
    }

    private boolean isFresh() {
        return System.nanoTime() - usedNs < FRESH_NS;
    }

    private ClusterMember any() {
        return members.get(random.nextInt(members.size()));
    }

    private void pause() {
        try {
            Thread.sleep(5 + random.nextInt(40));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
