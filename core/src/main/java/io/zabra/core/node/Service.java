// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.node;

import io.zabra.core.auth.AccessControl;
import io.zabra.core.base.NodeConfig;
import io.zabra.core.base.Now;
import io.zabra.core.base.Prng;
import io.zabra.core.effect.Event;
import io.zabra.core.effect.Meter;
import io.zabra.core.effect.Step;
import io.zabra.core.effect.Traffic;
import io.zabra.core.log.History;
import io.zabra.core.log.Proposal;
import io.zabra.core.log.Proposals;
import io.zabra.core.request.Reads;
import io.zabra.core.session.Client;
import io.zabra.core.session.CloseReason;
import io.zabra.core.session.Session;
import io.zabra.core.session.SessionIds;
import io.zabra.core.zab.Leader;
import io.zabra.core.zab.Learner;
import org.jspecify.annotations.Nullable;

/// What serves clients on one tree: all of a node but the order of transactions. Owned by the node.
final class Service {

    private final NodeState state;
    private final History history;
    private final Traffic traffic;
    private final Requests requests;
    private final Handshake handshake;
    private final Applier applier;
    private final SnapshotSchedule snapshots;
    private final Sweeper sweeper;
    private final Throttle throttle;
    private final Pacing pacing;
    private final Intermission intermission;
    /// The path of writes while this server orders them.
    private @Nullable Writes writes;
    /// The last epoch in which clients were served.
    private long servedEpoch;

    Service(NodeConfig config, Restored restored, History history, Now now, Prng random, Meter meter) {
        AccessControl access = AccessControl.of(config.tree(), config.limits());
        this.history = history;
        state = new NodeState(config, restored, access, meter);
        traffic = new Traffic(meter);
        snapshots = new SnapshotSchedule(state, history, random, restored.lastZxid());
        requests = new Requests(state, new Reads(restored.tree(), state.watches(), access), traffic);
        handshake = new Handshake(state, history, new SessionIds(config.serverId(), now.wallMs()));
        applier = new Applier(state, history, requests, traffic, meter);
        sweeper = new Sweeper(state);
        intermission = new Intermission(state, requests);
        pacing = new Pacing(state, requests, this::work);
        throttle = new Throttle(state, pacing, this::inWork, meter, this::decide);
        state.sessions().advance(now.monotonicMs());
    }

    NodeState state() {
        return state;
    }

    SnapshotSchedule snapshots() {
        return snapshots;
    }

    Handshake handshake() {
        return handshake;
    }

    /// Begins to order writes itself.
    ///
    /// @param leader of an ensemble; null for a server that stands alone
    void lead(Proposals proposals, @Nullable Leader leader) {
        if (leader != null) {
            // While nobody led nobody could keep its session alive.
            state.restartSessions();
            // Whose connection is here did not wait for this one to lead: others speak behind it.
            state.clients().forEach(client -> own(client.session()));
        }
        writes = new Writes(state, proposals, leader, traffic);
        state.serve(writes);
    }

    private static void own(@Nullable Session session) {
        if (session != null) {
            session.own(Session.HERE);
        }
    }

    /// Begins to send writes to a leader.
    void follow(Learner learner, long epoch, Step step) {
        writes = null;
        state.sessions().disown();
        if (!learner.isSettled() && epoch <= servedEpoch) {
            // To the leader, their sessions belong to the connection that broke, or to one that others have too.
            intermission.giveUp();
            state.endUncertain(step.out());
        }
        state.forgetOutdated(history);
        state.serve(new ForwardedWrites(state, learner));
    }

    /// Begins to serve clients that want to read only, without a leader.
    void readOnly() {
        intermission.giveUp();
        writes = null;
        state.serve(new ReadOnly(state));
    }

    /// Stops to serve. Clients stay for a while: there may soon be another leader. Those that could only read know
    /// that, and look for another server.
    ///
    /// @param inTouchMs when there was last a word of the leader, or of a quorum that follows this server
    void retire(long inTouchMs, Now now) {
        if (!state.serves()) {
            return;
        }
        boolean readOnly = state.path() instanceof ReadOnly;
        writes = null;
        handshake.retire();
        state.suspend();
        if (readOnly) {
            intermission.giveUp();
        } else {
            intermission.begin(inTouchMs, now);
            intermission.tick(now);
        }
    }

    /// Serves the clients that have stayed. The history has all that was asked for and will ever come about of it.
    void resume(long epoch, Step step) {
        servedEpoch = epoch;
        if (intermission.on()) {
            intermission.end(history, step).forEach(input -> take(input, step));
        }
    }

    /// Ends all connections of clients that have stayed.
    void abandon() {
        intermission.giveUp();
    }

    /// The path of writes of a leader.
    Writes writes() {
        if (writes == null) {
            throw new IllegalStateException("this server does not lead");
        }
        return writes;
    }

    /// This server still leads: answers a client that has claimed a session which was not known here.
    void confirmed(long sessionId, Step step) {
        handshake.claimed(sessionId, writes != null && writes.take(sessionId), step);
    }

    /// Time has passed.
    void pass(Now now) {
        state.sessions().advance(now.monotonicMs());
        intermission.pass(now);
    }

    /// Takes what a client or the disk has to say.
    void take(Input input, Step step) {
        if (intermission.on()) {
            if (!intermission.keep(input)) {
                decide(input, step);
            }
        } else if (throttle.on()) {
            throttle.take(input, step);
        } else {
            decide(input, step);
        }
    }

    private void decide(Input input, Step step) {
        switch (input) {
            case Input.Submit submit -> pacing.take(submit.client(), submit, step);
            case Input.Connect(Client client, var request) -> handshake.connect(client, request, step);
            case Input.Disconnect(Client client) -> disconnect(client);
            case Input.Malformed malformed -> pacing.take(malformed.client(), malformed, step);
            case Input.UnknownOperation unknown -> pacing.take(unknown.client(), unknown, step);
            case Input.LinkReady(Client client) -> pacing.ready(client, step);
            case Input.Tick _ -> tick(step);
            case Input.SnapshotDone _ -> snapshots.done();
            case Input.DiskSpace(var space) -> diskSpace(space, step);
            case Input.SnapshotWanted _ -> snapshots.want(step);
            case Input.Durable _, Input.Peer _, Input.Inspect _ ->
                throw new IllegalArgumentException("not for the service: " + input);
        }
    }

    private void work(Input request, Step step) {
        switch (request) {
            case Input.Submit(Client client, var tag, var body) -> requests.submit(client, tag, body, step);
            case Input.Malformed malformed -> requests.malformed(malformed.client(), malformed, step);
            case Input.UnknownOperation(Client client, var tag) -> requests.unknownOperation(client, tag);
            default -> throw new IllegalArgumentException("not a request: " + request);
        }
    }

    /// Applies every record that the history releases, up to one after which the tree is found to be wrong.
    void applyCommitted(Step step) {
        long divergedBefore = state.divergedAt();
        Proposal next = history.nextToApply();
        while (next != null) {
            applier.apply(next, step);
            next = state.divergedAt() == divergedBefore ? history.nextToApply() : null;
        }
        completeSyncs();
        snapshots.poll(step);
        if (throttle.on() && state.serves()) {
            throttle.release(step);
        }
    }

    /// Answers each `sync` that the tree has caught up with.
    void completeSyncs() {
        requests.completeSyncs(history.applied());
    }

    /// How many requests are not answered yet: what waits to be committed, what waits behind it, and what the throttle
    /// keeps waiting.
    int outstanding() {
        return inWork() + throttle.length() + intermission.length();
    }

    /// How many bytes the requests had whose transactions are under way, that wait behind these, or that the throttle
    /// keeps waiting.
    long outstandingBytes() {
        return (state.serves() ? state.path().outstandingBytes() : state.forwardedBytes())
                + state.waitingBytes()
                + throttle.bytes()
                + intermission.bytes();
    }

    private int inWork() {
        return Math.max(history.pending(), state.waiting());
    }

    private void tick(Step step) {
        intermission.tick(step.now());
        Writes order = state.diskFull() ? null : writes;
        if (order == null && !state.config().sessions().local()) {
            return;
        }
        for (Session session : state.sessions().expired(order != null)) {
            step.out().event(new Event.SessionExpired(session.id(), session.liveTimeoutMs()));
            if (session.isLocal()) {
                expireLocal(session);
            } else if (order != null) {
                order.expire(session, step);
            }
        }
        if (order != null && !state.diskLow()) {
            sweeper.poll(step, order);
        }
    }

    private void expireLocal(Session session) {
        state.sessions().end(session.id());
        Client client = session.client();
        if (client != null) {
            state.end(client);
            client.link().close(CloseReason.SESSION_EXPIRED);
        }
    }

    private void disconnect(Client client) {
        pacing.forget(client);
        state.end(client);
        Session session = client.session();
        if (session != null && session.client() == client) {
            session.attach(null);
            if (state.serves() && state.path() instanceof ReadOnly readOnly) {
                readOnly.left(session);
            }
        }
    }

    private void diskSpace(Input.Space space, Step step) {
        boolean wasLow = state.diskLow();
        boolean wasFull = state.diskFull();
        state.diskSpace(space);
        if (state.diskLow() != wasLow) {
            step.out().event(new Event.WritesRefused(state.diskLow()));
        }
        if (state.diskFull() != wasFull) {
            step.out().event(new Event.SessionsHeld(state.diskFull()));
        }
    }
}
