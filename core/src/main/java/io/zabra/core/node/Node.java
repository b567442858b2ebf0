// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.node;

import io.zabra.core.auth.AccessControl;
import io.zabra.core.base.NodeConfig;
import io.zabra.core.base.Now;
import io.zabra.core.base.Prng;
import io.zabra.core.effect.Effects;
import io.zabra.core.effect.Event;
import io.zabra.core.effect.Meter;
import io.zabra.core.effect.Step;
import io.zabra.core.effect.Traffic;
import io.zabra.core.request.Preparer;
import io.zabra.core.request.Reads;
import io.zabra.core.session.Client;
import io.zabra.core.session.Session;
import io.zabra.core.session.SessionIds;
import io.zabra.core.session.Sessions;
import io.zabra.core.session.Tag;
import io.zabra.core.tree.DataTree;
import io.zabra.core.watch.Watches;
import io.zabra.core.zab.Leader;
import io.zabra.core.zab.Proposal;

/// The whole server as one state machine: takes one [Input] at a time and decides (Apache: ZooKeeperServer with its
/// chain of request processors). The same inputs at the same times give the same effects and the same state.
///
/// It has one owner at a time: whoever calls [#step] must make sure that nobody else does meanwhile.
public final class Node {

    private final NodeState state;
    private final Leader leader;
    private final Requests requests;
    private final Handshake handshake;
    private final Writes writes;
    private final Applier applier;
    private final SnapshotSchedule snapshots;
    private final Sweeper sweeper;
    private final Throttle throttle;
    private final Pacing pacing;

    /// @param restored what snapshot and log hold; a snapshot of it exists
    /// @param now the time at the start; session ids begin with it
    /// @param random decides when snapshots are due
    /// @param meter told of what happens too often to be an event
    public Node(NodeConfig config, Restored restored, Now now, Prng random, Meter meter) {
        AccessControl access = AccessControl.of(config.tree(), config.limits());
        state = new NodeState(config, restored, access, meter);
        leader = new Leader(restored.lastZxid());
        Preparer preparer = new Preparer(config, restored.tree(), access);
        snapshots = new SnapshotSchedule(state, random, restored.lastZxid());
        Traffic traffic = new Traffic(meter);
        writes = new Writes(state, leader, preparer, snapshots, traffic);
        requests = new Requests(state, new Reads(restored.tree(), state.watches(), access), writes, traffic);
        handshake = new Handshake(state, new SessionIds(config.serverId(), now.wallMs()), writes);
        applier = new Applier(state, preparer, requests, traffic, meter);
        sweeper = new Sweeper(state);
        pacing = new Pacing(state, requests, this::work);
        throttle = new Throttle(state, requests, this::inWork, meter, this::decide);
        state.sessions().advance(now.monotonicMs());
    }

    /// Takes one input and decides all that follows from it.
    public void step(Input input, Now now, Effects out) {
        state.sessions().advance(now.monotonicMs());
        Step step = new Step(now, out);
        if (throttle.on()) {
            throttle.take(input, step);
        } else {
            decide(input, step);
        }
    }

    private void decide(Input input, Step step) {
        switch (input) {
            case Input.Submit submit -> pacing.take(submit.client(), submit, step);
            case Input.Durable(long zxid) -> durable(zxid, step);
            case Input.Connect(Client client, var request) -> handshake.connect(client, request, step);
            case Input.Disconnect(Client client) -> disconnect(client);
            case Input.Malformed malformed -> pacing.take(malformed.client(), malformed, step);
            case Input.UnknownOperation unknown -> pacing.take(unknown.client(), unknown, step);
            case Input.LinkReady(Client client) -> pacing.ready(client, step);
            case Input.Tick _ -> tick(step);
            case Input.SnapshotDone _ -> snapshots.done();
            case Input.DiskSpace(var space) -> diskSpace(space, step);
            case Input.SnapshotWanted _ -> snapshots.want(step);
            case Input.Inspect(var visitor) -> visitor.accept(this);
        }
    }

    private void work(Input request, Step step) {
        switch (request) {
            case Input.Submit(Client client, Tag tag, var body) -> requests.submit(client, tag, body, step);
            case Input.Malformed malformed -> requests.malformed(malformed.client(), malformed, step);
            case Input.UnknownOperation(Client client, Tag tag) -> requests.unknownOperation(client, tag);
            default -> throw new IllegalArgumentException("not a request: " + request);
        }
    }

    /// Asks for a snapshot at the next opportunity.
    public void snapshot(Now now, Effects out) {
        snapshots.start(new Step(now, out));
    }

    /// The tree, to look at.
    public DataTree tree() {
        return state.tree();
    }

    /// The sessions, to look at.
    public Sessions sessions() {
        return state.sessions();
    }

    /// The watches, to look at.
    public Watches<Client> watches() {
        return state.watches();
    }

    /// Digests of the tree at some transactions, to look at.
    public DigestHistory digests() {
        return state.digests();
    }

    /// The last transaction that clients can see.
    public long lastApplied() {
        return state.lastApplied();
    }

    /// How many requests are not answered yet: proposals that wait for the disk, what waits behind them, and what the
    /// throttle keeps waiting.
    public int outstanding() {
        return inWork() + throttle.length();
    }

    /// How many bytes the requests had whose transactions wait for the disk, or that the throttle keeps waiting.
    public long outstandingBytes() {
        return leader.outstandingBytes() + throttle.bytes();
    }

    private int inWork() {
        return Math.max(leader.outstanding(), state.waiting());
    }

    private void durable(long zxid, Step step) {
        leader.durable(zxid);
        Proposal committed = leader.committed();
        while (committed != null) {
            applier.apply(committed, step);
            committed = leader.committed();
        }
        snapshots.poll(step);
    }

    private void tick(Step step) {
        if (state.diskFull()) {
            return;
        }
        for (Session session : state.sessions().expired()) {
            step.out().event(new Event.SessionExpired(session.id(), session.liveTimeoutMs()));
            writes.expire(session, step);
        }
        if (!state.diskLow()) {
            sweeper.poll(step, writes);
        }
    }

    private void disconnect(Client client) {
        pacing.forget(client);
        state.end(client);
        Session session = client.session();
        if (session != null && session.client() == client) {
            session.attach(null);
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
