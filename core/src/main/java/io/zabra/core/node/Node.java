// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.node;

import io.zabra.core.base.NodeConfig;
import io.zabra.core.base.Now;
import io.zabra.core.base.Prng;
import io.zabra.core.effect.Effects;
import io.zabra.core.effect.Meter;
import io.zabra.core.effect.Step;
import io.zabra.core.log.DigestHistory;
import io.zabra.core.log.Epochs;
import io.zabra.core.log.History;
import io.zabra.core.log.Proposals;
import io.zabra.core.session.Client;
import io.zabra.core.session.Sessions;
import io.zabra.core.tree.DataTree;
import io.zabra.core.watch.Watches;
import io.zabra.core.zab.Ensemble;
import io.zabra.core.zab.PeerEffects;
import io.zabra.core.zab.PeerInput;
import org.jspecify.annotations.Nullable;

/// The whole server as one state machine: takes one [Input] at a time and decides (Apache: ZooKeeperServer with its
/// chain of request processors, and QuorumPeer). The same inputs at the same times give the same effects and the same
/// state.
///
/// It stands alone, or is a member of an ensemble. It has one owner at a time: whoever calls [#step] must make sure
/// that nobody else does meanwhile.
public final class Node {

    /// How much of the log's end a member keeps in memory for others, in bytes.
    private static final long RECENT_BYTES_MAX = 16L << 20;

    private final History history;
    private final Member member;
    private final @Nullable Ensemble ensemble;

    /// A server that stands alone: what its own disk has is committed.
    ///
    /// @param restored what snapshot and log hold; a snapshot of it exists
    /// @param now the time at the start; session ids begin with it
    /// @param random decides when snapshots are due
    /// @param meter told of what happens too often to be an event
    public Node(NodeConfig config, Restored restored, Now now, Prng random, Meter meter) {
        history = new History(History.Start.at(restored.lastZxid()), 0);
        member = new Member((state, then) -> new Service(config, state, history, then, random, meter), restored, now);
        ensemble = null;
        member.service().lead(Proposals.alone(history), null);
    }

    /// A member of an ensemble, which looks for a leader from its first step on.
    ///
    /// @param restored what is known to be committed of snapshot and log
    /// @param joined what makes it a member
    public Node(NodeConfig config, Restored restored, Joined joined, Now now, Prng random, Meter meter) {
        history = new History(joined.log(), RECENT_BYTES_MAX);
        member = new Member((state, then) -> new Service(config, state, history, then, random, meter), restored, now);
        ensemble = new Ensemble(joined.ensemble(), history, joined.epochs(), member, joined.peers());
        ensemble.showMembers(now);
    }

    /// What makes a node a member.
    ///
    /// @param ensemble the other members, and how to deal with them
    /// @param log what the log holds
    /// @param epochs what the disk has of them
    /// @param peers where goes what concerns other members
    public record Joined(Ensemble.Config ensemble, History.Start log, Epochs epochs, PeerEffects peers) {}

    /// Takes one input and decides all that follows from it.
    public void step(Input input, Now now, Effects out) {
        Service service = member.service();
        service.pass(now);
        Step step = new Step(now, out);
        member.begin(step);
        switch (input) {
            case Input.Durable(long zxid) -> durable(zxid, step);
            case Input.Inspect(var visitor) -> visitor.accept(this);
            case Input.Peer(PeerInput peer) -> ensemble().take(peer, now);
            case Input.Tick _ -> {
                service.take(input, step);
                if (ensemble != null) {
                    ensemble.tick(now);
                    if (state().diskFull()) {
                        ensemble.diskIsFull(now);
                    }
                    readOnly(ensemble, now);
                }
            }
            default -> service.take(input, step);
        }
        if (ensemble != null) {
            ensemble.flush(now);
        }
    }

    /// When the next [Input.Tick] should come at the latest, in milliseconds of the monotonic clock; `Long.MAX_VALUE`
    /// if the regular ones will do.
    public long wakeAtMs() {
        return ensemble == null ? Long.MAX_VALUE : ensemble.wakeAtMs();
    }

    /// Where nobody leads for long, clients that have asked for no more can at least read.
    private void readOnly(Ensemble here, Now now) {
        Service service = member.service();
        int patienceMs = service.state().config().reads().withoutLeaderMs();
        boolean patient = patienceMs < 0 || here.looksForMs(now) < patienceMs;
        if (!patient && !service.state().serves() && !here.hasNothing()) {
            service.readOnly();
            here.servesReadOnly();
        }
    }

    private void durable(long zxid, Step step) {
        if (ensemble == null) {
            history.durable(zxid);
            history.commit(zxid);
            member.service().applyCommitted(step);
        } else {
            ensemble.durable(zxid, step.now());
        }
    }

    private Ensemble ensemble() {
        if (ensemble == null) {
            throw new IllegalStateException("this server stands alone");
        }
        return ensemble;
    }

    private NodeState state() {
        return member.service().state();
    }

    /// Asks for a snapshot at the next opportunity.
    public void snapshot(Now now, Effects out) {
        member.service().snapshots().start(new Step(now, out));
    }

    /// The tree, to look at.
    public DataTree tree() {
        return state().tree();
    }

    /// The sessions, to look at.
    public Sessions sessions() {
        return state().sessions();
    }

    /// The watches, to look at.
    public Watches<Client> watches() {
        return state().watches();
    }

    /// Digests of the tree at some transactions, to look at.
    public DigestHistory digests() {
        return state().digests();
    }

    /// The log, to look at.
    public History history() {
        return history;
    }

    /// The part in the ensemble, to look at; null for a server that stands alone.
    public @Nullable Ensemble membership() {
        return ensemble;
    }

    /// The last transaction that clients can see.
    public long lastApplied() {
        return state().lastApplied();
    }

    /// How many requests are not answered yet: proposals that wait for the disk, what waits behind them, and what the
    /// throttle keeps waiting.
    public int outstanding() {
        return member.service().outstanding();
    }

    /// How many bytes the requests had whose transactions wait for the disk, that wait behind these, or that the
    /// throttle keeps waiting.
    public long outstandingBytes() {
        return member.service().outstandingBytes();
    }
}
