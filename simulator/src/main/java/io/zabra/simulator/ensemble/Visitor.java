// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.simulator.ensemble;

import io.zabra.core.base.Prng;
import io.zabra.simulator.check.Violation;
import io.zabra.wire.client.CloseSessionRequest;
import io.zabra.wire.client.ConnectRequest;
import io.zabra.wire.client.ConnectResponse;
import io.zabra.wire.client.CreateRequest;
import io.zabra.wire.client.DeleteRequest;
import io.zabra.wire.client.GetDataRequest;
import io.zabra.wire.client.OpCode;
import io.zabra.wire.client.Request;
import io.zabra.wire.client.SetDataRequest;
import io.zabra.wire.client.SyncRequest;
import io.zabra.wire.data.Acl;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// A client that moves from one member to another with its session.
final class Visitor {

    private static final long MS = Surroundings.MS;
    private static final int PASSWORD_BYTES = 16;
    private static final int ZNODES = 8;
    private static final int EPHEMERAL = 1;
    private static final long PATIENCE_NS = 3_000 * MS;

    private final Surroundings world;
    private final Prng random;
    private final int id;
    private @Nullable Visit visit;
    private boolean ready;
    private boolean stopped;
    private boolean mustLive;
    private boolean mustBeServed;
    private long session;
    private byte[] password = new byte[PASSWORD_BYTES];
    private long lastZxid;
    private int xid;
    private int values;
    private long heardNs;
    private long writes;
    private long unknown;

    Visitor(Surroundings world, Prng random, int id) {
        this.world = world;
        this.random = random;
        this.id = id;
    }

    void start() {
        world.time().after(delayNs(), this::connect);
    }

    /// Asks no more.
    void stop() {
        stopped = true;
    }

    /// How many writes have succeeded.
    long writes() {
        return writes;
    }

    /// How many requests will never be answered, so nobody knows what became of them.
    long unknown() {
        return unknown;
    }

    /// From now on nothing is wrong: it must be served and its session, if it has one, must live.
    void stay() {
        mustLive = ready;
        mustBeServed = true;
    }

    boolean waits() {
        return visit != null && visit.unanswered() > 0;
    }

    long delayNs() {
        return 50_000L + random.below(2_000_000);
    }

    private void connect() {
        if (stopped || visit != null) {
            return;
        }
        SimMember member = world.member(1 + random.below(world.members().size()));
        if (!member.up()) {
            world.time().after((20 + random.below(100)) * MS, this::connect);
            return;
        }
        Visit fresh = new Visit(world, this, member);
        visit = fresh;
        ready = false;
        heardNs = world.time().nowNs();
        long seen = world.has(Planted.LAST_SEEN_FORGOTTEN) ? 0 : lastZxid;
        fresh.connect(
                new ConnectRequest(0, seen, 4_000 + random.below(6_000), session, password, false, true), lastZxid);
        world.time().after(PATIENCE_NS, () -> lookAfter(fresh));
    }

    private void lookAfter(Visit of) {
        if (of != visit) {
            return;
        }
        long silentNs = world.time().nowNs() - heardNs;
        if (silentNs >= PATIENCE_NS && (!ready || of.unanswered() > 0)) {
            if (mustBeServed) {
                throw new Violation("V3: a client waits for its answers although nothing is wrong");
            }
            leave();
        } else {
            world.time().after(PATIENCE_NS / 4, () -> lookAfter(of));
        }
    }

    void connected(Visit from, ConnectResponse response) {
        if (from != visit) {
            return;
        }
        heardNs = world.time().nowNs();
        if (response.sessionId() == 0) {
            if (mustLive) {
                throw new Violation("C7: session " + Long.toHexString(session) + " expired although nothing is wrong");
            }
            world.count("session gone");
            forget();
            leave();
            return;
        }
        world.count(response.sessionId() == session ? "session moved" : "session begun");
        session = response.sessionId();
        password = response.password();
        ready = true;
        think();
    }

    private void forget() {
        session = 0;
        password = new byte[PASSWORD_BYTES];
        lastZxid = 0;
    }

    private void think() {
        Visit at = visit;
        world.time().after(random.below(80) * MS, () -> act(at));
    }

    private void act(@Nullable Visit at) {
        if (at == null || at != visit || stopped) {
            return;
        }
        if (random.below(120) == 0) {
            leave();
            return;
        }
        int burst = 1 + random.below(4);
        for (int i = 0; i < burst && at.unanswered() < 8; i++) {
            ask(at, random.below(400) == 0 ? new CloseSessionRequest() : next());
        }
        think();
    }

    private void ask(Visit at, Request request) {
        if (request instanceof CloseSessionRequest) {
            mustLive = false;
        }
        at.send(new Ledger.Sent(session, ++xid, request, world.ledger().completed()));
    }

    private Request next() {
        String path = "/n" + random.below(ZNODES);
        int version = random.chance(80) ? -1 : random.below(6);
        return switch (random.below(12)) {
            case 0, 1 -> new CreateRequest(OpCode.CREATE, path, value(), Acl.OPEN, 0);
            case 2 -> new CreateRequest(OpCode.CREATE, "/e" + random.below(ZNODES), value(), Acl.OPEN, EPHEMERAL);
            case 3 -> new DeleteRequest(path, version);
            case 4, 5, 6 -> new SetDataRequest(path, value(), version);
            case 7 -> new SyncRequest("/");
            case 8 -> new GetDataRequest("/e" + random.below(ZNODES), false);
            default -> new GetDataRequest(path, false);
        };
    }

    private byte[] value() {
        return (id + "." + ++values).getBytes(StandardCharsets.UTF_8);
    }

    void replied(Visit from, Ledger.Sent sent, long zxid, int error) {
        if (from != visit) {
            return;
        }
        heardNs = world.time().nowNs();
        world.count(sent.request().op() + (error == 0 ? "" : " " + error));
        if (zxid < lastZxid) {
            throw new Violation(
                    "C2: a session is shown " + Long.toHexString(zxid) + " after " + Long.toHexString(lastZxid));
        }
        lastZxid = zxid;
        world.ledger().received(zxid);
        if (error == 0 && sent.request().op().isWrite()) {
            writes++;
        }
        if (sent.request() instanceof CloseSessionRequest) {
            forget();
        }
    }

    void closed(Visit from) {
        if (from == visit) {
            leave();
        }
    }

    private void leave() {
        Visit old = visit;
        visit = null;
        ready = false;
        if (old != null) {
            unknown += old.unanswered();
            old.cut();
        }
        world.time().after(random.below(500) * MS, this::connect);
    }
}
