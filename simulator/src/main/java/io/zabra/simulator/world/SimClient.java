// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.simulator.world;

import io.zabra.core.base.Prng;
import io.zabra.simulator.check.Violation;
import io.zabra.wire.client.AuthRequest;
import io.zabra.wire.client.CloseSessionRequest;
import io.zabra.wire.client.ConnectRequest;
import io.zabra.wire.client.ConnectResponse;
import io.zabra.wire.client.Request;
import io.zabra.wire.client.WatcherEvent;
import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A client of the service: asks at random, pipelines, goes silent, stops reading, loses its connection, resumes its
/// session, and sets its watches anew.
public final class SimClient {

    private static final long MS = 1_000_000L;
    private static final int PASSWORD_BYTES = 16;
    private static final int AUTH_XID = -4;

    /// What a client that does not read may ask beyond what it else would, so that much waits for it.
    private static final int FLOOD_MAX = 40;

    private final World world;
    private final Timeline time;
    private final Prng random;
    private final List<SimServer> servers;
    private final Workload workload;
    private final KeptWatches watches = new KeptWatches();
    private final List<AuthRequest> proofs;
    private final ArrayDeque<Integer> unanswered = new ArrayDeque<>();
    private @Nullable SimLink link;
    private boolean ready;
    private boolean stopped;
    private boolean eager;
    private long sessionId;
    private byte[] password = new byte[PASSWORD_BYTES];
    private long lastZxid;
    private int xid;
    private int outstandingMax = 1;
    private long writesDone;

    /// @param servers to choose from for each connection
    public SimClient(World world, Prng random, List<SimServer> servers) {
        this.world = world;
        this.time = world.time();
        this.random = random;
        this.servers = List.copyOf(servers);
        this.workload = new Workload(random.fork());
        this.proofs = workload.proofs();
        servers.forEach(server -> server.onCrash(() -> serverDied(server)));
    }

    /// Begins to live.
    public void start() {
        time.after(delayNs(), this::connect);
    }

    /// Never goes silent from now on.
    public void hurry() {
        eager = true;
    }

    /// Asks no more.
    public void stop() {
        stopped = true;
    }

    /// How many writes have succeeded.
    public long writesDone() {
        return writesDone;
    }

    /// Has had time enough: what it asked must be answered.
    public void checkAnswered() {
        if (link != null && link.owes()) {
            throw new Violation("a client's requests are not answered although nothing is wrong");
        }
    }

    long delayNs() {
        return 50_000L + random.below(2_000_000);
    }

    private void connect() {
        if (stopped || link != null) {
            return;
        }
        SimServer server = servers.get(random.below(servers.size()));
        if (!server.up()) {
            time.after(100 * MS, this::connect);
            return;
        }
        SimLink fresh = new SimLink(world, server, this, random.chance(50) ? random.below(8) : Integer.MAX_VALUE);
        link = fresh;
        ready = false;
        unanswered.clear();
        outstandingMax = 1 + random.below(12);
        int timeoutMs = 4_000 + random.below(6_000);
        fresh.connect(new ConnectRequest(0, lastZxid, timeoutMs, sessionId, password, false, true));
        time.after(10_000 * MS, () -> giveUp(fresh));
    }

    private void giveUp(SimLink waited) {
        if (link == waited && !ready) {
            disconnect();
        }
    }

    void connected(SimLink from, ConnectResponse response) {
        if (from != link) {
            return;
        }
        if (response.sessionId() == 0) {
            forgetSession();
            return;
        }
        sessionId = response.sessionId();
        password = response.password();
        ready = true;
        proofs.forEach(this::authenticate);
        if (!watches.isEmpty()) {
            ask(watches.again(lastZxid));
        }
        think();
    }

    private void forgetSession() {
        sessionId = 0;
        password = new byte[PASSWORD_BYTES];
        watches.forget();
    }

    private void think() {
        long delay = switch (eager ? 99 : random.below(100)) {
            case 0 -> 12_000 * MS;
            case 1, 2, 3, 4 -> random.below(3_000) * MS;
            default -> random.below(60) * MS;
        };
        SimLink at = link;
        time.after(delay, () -> act(at));
    }

    private void act(@Nullable SimLink at) {
        if (at == null || at != link || stopped) {
            return;
        }
        if (random.below(400) == 0) {
            disconnect();
            return;
        }
        if (random.below(500) == 0) {
            authenticate(workload.proof());
        }
        if (random.below(800) == 0) {
            ask(new CloseSessionRequest());
        }
        int allowed = outstandingMax;
        if (random.below(60) == 0) {
            at.stall(random.below(random.chance(80) ? 500 : 6_000) * MS);
            allowed += random.below(FLOOD_MAX);
        }
        int burst = 1 + random.below(allowed);
        for (int i = 0; i < burst && unanswered.size() < allowed; i++) {
            ask(workload.next());
        }
        think();
    }

    private void ask(Request request) {
        SimLink at = link;
        if (at != null && ready) {
            unanswered.add(++xid);
            at.send(xid, request);
        }
    }

    private void authenticate(AuthRequest proof) {
        SimLink at = link;
        if (at != null && ready) {
            at.send(AUTH_XID, proof);
        }
    }

    void replied(SimLink from, int answeredXid, Request request, long zxid, int error) {
        if (from != link) {
            return;
        }
        world.trace().add(time.nowNs(), "answered", answeredXid, error);
        Integer first = unanswered.poll();
        if (first == null || first != answeredXid) {
            throw new Violation("a client received the answer to " + answeredXid + " instead of that to " + first);
        }
        lastZxid = Math.max(lastZxid, zxid);
        if (error == 0 && request.op().isWrite()) {
            writesDone++;
        }
        watches.answered(request, error);
        if (request instanceof CloseSessionRequest) {
            forgetSession();
        }
    }

    void told(SimLink from, WatcherEvent event) {
        if (from == link) {
            watches.told(event);
        }
    }

    void closed(SimLink from) {
        if (from == link) {
            disconnect();
        }
    }

    private void disconnect() {
        SimLink old = link;
        link = null;
        ready = false;
        if (old != null) {
            old.cut();
        }
        time.after(random.below(500) * MS, this::connect);
    }

    private void serverDied(SimServer server) {
        SimLink old = link;
        if (old != null && old.server() != server) {
            return;
        }
        link = null;
        ready = false;
        if (old != null) {
            old.lost();
        }
        time.after(random.below(500) * MS, this::connect);
    }
}
