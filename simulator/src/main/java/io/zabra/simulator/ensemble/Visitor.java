// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.simulator.ensemble;

import io.zabra.core.base.Prng;
import io.zabra.core.tree.Paths;
import io.zabra.simulator.check.ModelAccess;
import io.zabra.simulator.check.Rule;
import io.zabra.simulator.check.Violation;
import io.zabra.simulator.members.Petitions;
import io.zabra.simulator.sessions.Sent;
import io.zabra.simulator.world.KeptWatches;
import io.zabra.simulator.world.Workload;
import io.zabra.wire.WireReader;
import io.zabra.wire.WireWriter;
import io.zabra.wire.client.AuthRequest;
import io.zabra.wire.client.CloseSessionRequest;
import io.zabra.wire.client.ConnectRequest;
import io.zabra.wire.client.ConnectResponse;
import io.zabra.wire.client.GetDataRequest;
import io.zabra.wire.client.MultiRequest;
import io.zabra.wire.client.ReconfigRequest;
import io.zabra.wire.client.Request;
import io.zabra.wire.client.SyncRequest;
import io.zabra.wire.client.WatcherEvent;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A client that moves from one member to another with its session.
final class Visitor {

    private static final long MS = Surroundings.MS;
    private static final int PASSWORD_BYTES = 16;
    private static final int AUTH_XID = -4;
    private static final int PETITIONS_ONE_IN = 80;
    private static final long PATIENCE_NS = 3_000 * MS;
    private static final int RETURNS_PERCENT = 60;

    private final Surroundings world;
    private final Prng random;
    private final Workload workload;
    private final List<AuthRequest> proofs;
    private final KeptWatches watches = new KeptWatches();
    private @Nullable Visit visit;
    private boolean ready;
    private boolean stopped;
    private boolean mustLive;
    private boolean mustBeServed;
    private long session;
    private byte[] password = new byte[PASSWORD_BYTES];
    private long lastZxid;
    private int xid;
    private long heardNs;
    private long writes;
    private long unknown;
    private List<SimMember> avoided = List.of();
    private @Nullable SimMember last;
    private long waitsSinceNs;
    private long longestWaitNs;
    private int unansweredMax = 1;
    private int thinkMsMax = 80;
    /// Whether it only asks how things are: so it never waits for a write that a leader without followers cannot do.
    private boolean looksOn;
    /// The only member that it looks at, with nothing but reads; null if it goes anywhere.
    private @Nullable SimMember sight;
    /// Whether it is content with reading where it can have no more.
    private boolean reads;
    /// Whether nobody but the present member knows the session.
    private boolean passing;
    /// Which changes of the members it asks for; null if it asks for none.
    private @Nullable Petitions petitions;

    Visitor(Surroundings world, Prng random) {
        this.world = world;
        this.random = random;
        this.workload = new Workload(random.fork());
        this.proofs = new ArrayList<>(workload.proofs());
    }

    /// It asks for changes of the members.
    Visitor asking(Petitions wishes) {
        petitions = wishes;
        return this;
    }

    /// It may do everything.
    Visitor administering() {
        proofs.add(new AuthRequest(0, "digest", ModelAccess.SUPER_USER.getBytes(StandardCharsets.UTF_8)));
        return this;
    }

    /// It is content with reading where it can have no more.
    Visitor reading() {
        reads = true;
        return this;
    }

    /// It reads at this member, and nowhere else.
    Visitor lookingAt(SimMember member) {
        sight = member;
        return this;
    }

    void start() {
        world.time().after(delayNs(), this::connect);
    }

    /// Asks no more.
    void stop() {
        stopped = true;
    }

    /// How many writes were answered; some fail for good reasons.
    long writes() {
        return writes;
    }

    /// How many requests will never be answered, so nobody knows what became of them.
    long unknown() {
        return unknown;
    }

    /// From now on nothing is wrong: it must be served and its session, if it has one, must live.
    void stay() {
        mustLive = ready && !passing && !world.customs().clients().local();
        mustBeServed = true;
        looksOn = false;
    }

    /// It may have to wait for long: a new leader has to be found first.
    void excuse() {
        mustBeServed = false;
    }

    /// From now on it is connected to another member than these.
    void avoid(List<SimMember> members) {
        avoided = members;
        longestWaitNs = 0;
        Visit at = visit;
        if (at != null && members.contains(at.member())) {
            leave();
        }
    }

    /// The longest time without an answer while one was due, since it avoids somebody.
    long longestWaitNs() {
        return longestWaitNs;
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
        SimMember member = nextMember();
        if (!member.up() || avoided.contains(member) || mustBeServed && !world.isMember(member)) {
            world.time().after((20 + random.below(100)) * MS, this::connect);
            return;
        }
        Visit fresh = new Visit(world, this, member);
        visit = fresh;
        ready = false;
        xid = world.customs().clients().countAnew() ? 0 : xid;
        heardNs = world.time().nowNs();
        long seen = world.has(Planted.LAST_SEEN_FORGOTTEN) ? 0 : lastZxid;
        fresh.connect(
                new ConnectRequest(0, seen, 4_000 + random.below(6_000), session, password, reads, true), lastZxid);
        world.time().after(PATIENCE_NS, () -> lookAfter(fresh));
    }

    /// Where a session may be local there is a reason to go back to the same member.
    private SimMember nextMember() {
        SimMember former = last;
        SimMember only = sight;
        if (only != null) {
            return only;
        }
        if (former != null && world.customs().clients().local() && random.chance(RETURNS_PERCENT)) {
            return former;
        }
        SimMember next = world.member(1 + random.below(world.members().size()));
        last = next;
        return next;
    }

    private void lookAfter(Visit of) {
        if (of != visit) {
            return;
        }
        long silentNs = world.time().nowNs() - heardNs;
        if (silentNs >= PATIENCE_NS && (!ready || of.unanswered() > 0)) {
            if (mustBeServed) {
                throw new Violation(Rule.V3, "a client waits for its answers although nothing is wrong");
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
                throw new Violation(
                        Rule.C7, "session " + Long.toHexString(session) + " expired although nothing is wrong");
            }
            world.count("session gone");
            forget();
            leave();
            return;
        }
        passing = response.readOnly() && response.sessionId() != session;
        world.count(passing ? "reader" : response.sessionId() == session ? "session moved" : "session begun");
        session = response.sessionId();
        password = response.password();
        ready = true;
        unansweredMax = 1 + random.below(12);
        thinkMsMax = random.chance(70) ? 80 : 1_000;
        looksOn = sight != null || !mustBeServed && random.chance(20);
        proofs.forEach(proof -> from.send(AUTH_XID, proof));
        if (!watches.isEmpty()) {
            ask(from, watches.again(lastZxid));
        }
        think();
    }

    private void forget() {
        forgetSession();
        lastZxid = 0;
        watches.forget();
    }

    private void forgetSession() {
        session = 0;
        password = new byte[PASSWORD_BYTES];
        passing = false;
    }

    private void think() {
        Visit at = visit;
        world.time().after(random.below(thinkMsMax) * MS, () -> act(at));
    }

    private void act(@Nullable Visit at) {
        if (at == null || at != visit || stopped) {
            return;
        }
        if (random.below(120) == 0) {
            leave();
            return;
        }
        if (random.below(500) == 0) {
            at.send(AUTH_XID, workload.proof());
        }
        int burst = 1 + random.below(unansweredMax);
        for (int i = 0; i < burst && at.unanswered() < unansweredMax; i++) {
            ask(at, next());
        }
        think();
    }

    private Request next() {
        if (looksOn) {
            Request request = workload.next();
            return request.op().isWrite() || random.chance(30) ? new SyncRequest("/") : request;
        }
        if (petitions != null && !world.isCalm() && random.below(PETITIONS_ONE_IN) == 0) {
            return random.chance(70)
                    ? petitions.next(world.memberships().current())
                    : new GetDataRequest(Paths.CONFIG, random.chance(50));
        }
        return switch (random.below(400)) {
            case 0 -> new CloseSessionRequest();
            case 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12 -> new SyncRequest("/");
            default -> workload.next();
        };
    }

    private void ask(Visit at, Request request) {
        if (request instanceof CloseSessionRequest) {
            mustLive = false;
        }
        if (at.unanswered() == 0) {
            waitsSinceNs = world.time().nowNs();
        }
        if (request instanceof ReconfigRequest) {
            world.changesAsked();
        }
        at.send(++xid, request instanceof MultiRequest ? decoded(request) : request);
    }

    /// Decoding settles what kind of create each part is.
    private static Request decoded(Request request) {
        WireWriter out = new WireWriter();
        request.write(out);
        return Request.read(request.op(), new WireReader(out.toByteArray()));
    }

    void told(Visit from, WatcherEvent event) {
        if (from == visit) {
            watches.told(event);
        }
    }

    void replied(Visit from, Sent sent, long zxid, int error) {
        if (from != visit) {
            return;
        }
        heardNs = world.time().nowNs();
        longestWaitNs = Math.max(longestWaitNs, heardNs - waitsSinceNs);
        waitsSinceNs = heardNs;
        world.count(sent.request().op(), error);
        if (zxid < lastZxid) {
            throw new Violation(
                    Rule.C2, "a session is shown " + Long.toHexString(zxid) + " after " + Long.toHexString(lastZxid));
        }
        lastZxid = zxid;
        world.ledger().received(zxid);
        if (sent.request().op().isWrite()) {
            writes++;
        }
        watches.answered(sent.request(), error);
        if (sent.request() instanceof ReconfigRequest) {
            world.changesAnswered();
        }
        if (sent.request() instanceof CloseSessionRequest && error == 0) {
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
            if (passing) {
                forgetSession();
            }
            old.cut();
        }
        world.time().after(random.below(500) * MS, this::connect);
    }
}
