// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.simulator.world;

import io.zabra.core.base.Prng;
import io.zabra.simulator.check.Oracle;
import io.zabra.wire.client.AuthRequest;
import io.zabra.wire.client.CloseSessionRequest;
import io.zabra.wire.client.ConnectRequest;
import io.zabra.wire.client.ConnectResponse;
import io.zabra.wire.client.Request;
import io.zabra.wire.client.WatcherEvent;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A client of the service: asks at random, pipelines, goes silent, loses its connection, resumes its session, and sets
/// its watches anew.
public final class SimClient {

    private static final long MS = 1_000_000L;
    private static final int PASSWORD_BYTES = 16;
    private static final int AUTH_XID = -4;

    private final Timeline time;
    private final Trace trace;
    private final Prng random;
    private final SimServer server;
    private final Oracle oracle;
    private final Mutant mutant;
    private final Workload workload;
    private final KeptWatches watches = new KeptWatches();
    private final List<AuthRequest> proofs;
    private final int[] nextLink;
    private @Nullable SimLink link;
    private boolean ready;
    private boolean stopped;
    private boolean eager;
    private long sessionId;
    private byte[] password = new byte[PASSWORD_BYTES];
    private long lastZxid;
    private int xid;
    private int outstanding;
    private int outstandingMax = 1;
    private long writesDone;

    public SimClient(
            Timeline time, Trace trace, Prng random, SimServer server, Oracle oracle, Mutant mutant, int[] nextLink) {
        this.time = time;
        this.trace = trace;
        this.random = random;
        this.server = server;
        this.oracle = oracle;
        this.mutant = mutant;
        this.workload = new Workload(random.fork());
        this.proofs = workload.proofs();
        this.nextLink = nextLink;
        server.onCrash(this::serverDied);
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

    long delayNs() {
        return 50_000L + random.below(2_000_000);
    }

    private void connect() {
        if (stopped || link != null) {
            return;
        }
        if (!server.up()) {
            time.after(100 * MS, this::connect);
            return;
        }
        SimLink fresh = new SimLink(nextLink[0]++, time, trace, server, oracle, this, mutant);
        link = fresh;
        ready = false;
        outstanding = 0;
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
        int burst = 1 + random.below(outstandingMax);
        for (int i = 0; i < burst && outstanding < outstandingMax; i++) {
            ask(workload.next());
        }
        think();
    }

    private void ask(Request request) {
        SimLink at = link;
        if (at != null && ready) {
            outstanding++;
            at.send(++xid, request);
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
        trace.add(time.nowNs(), "answered", answeredXid, error);
        outstanding--;
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

    private void serverDied() {
        SimLink old = link;
        link = null;
        ready = false;
        if (old != null) {
            old.lost();
        }
        time.after(random.below(500) * MS, this::connect);
    }
}
