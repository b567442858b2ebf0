// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.simulator.ensemble;

import io.zabra.core.base.Prng;
import io.zabra.core.effect.Effects;
import io.zabra.core.effect.Event;
import io.zabra.core.log.Entry;
import io.zabra.core.log.Epochs;
import io.zabra.core.log.ReceivedSnapshot;
import io.zabra.core.log.Zxid;
import io.zabra.core.node.Input;
import io.zabra.core.quorum.Quorums;
import io.zabra.core.tree.FrozenTree;
import io.zabra.core.zab.PeerEffects;
import io.zabra.core.zab.ZabEvent;
import io.zabra.simulator.links.LearnersPort;
import io.zabra.simulator.links.VotingLinks;
import io.zabra.wire.quorum.Notification;
import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/// What the node of one process asks of its disk, of the network and of operators, as the simulation carries it out.
final class SimEffects implements Effects, PeerEffects {

    private static final int READ_PARTS_MAX = 5_000;

    private final Surroundings world;
    private final SimMember member;
    private final SimJournal journal;
    private final Chores chores;
    private final Prng random;
    private final @Nullable VotingLinks votes;
    private final @Nullable LearnersPort port;
    private boolean admits;
    private boolean admitsObservers;
    /// The last record.
    private @Nullable Entry last;
    /// A record that reaches the log behind the next one.
    private @Nullable Entry overtaken;

    /// @param random that of the member
    SimEffects(Surroundings world, SimMember member, SimJournal journal, Chores chores, Prng random) {
        this.world = world;
        this.member = member;
        this.journal = journal;
        this.chores = chores;
        this.random = random;
        Surroundings.Links links = world.customs().links();
        Neighbourhood here = new Neighbourhood(world, member);
        this.votes = links.votes() ? new VotingLinks(here, random.fork()) : null;
        this.port = links.ports() ? new LearnersPort(here) : null;
    }

    /// The connections over which it votes; null if each vote goes on its own.
    @Nullable
    VotingLinks votes() {
        return votes;
    }

    /// The process is gone.
    void abandon() {
        if (votes != null) {
            votes.abandon();
        }
    }

    /// Whether learners can connect, or observers that are to learn from a follower.
    boolean admits(boolean observers) {
        return observers ? admitsObservers : port == null ? admits : port.isOpen();
    }

    // --- The disk.

    @Override
    public void append(long zxid, byte[] entry) {
        if (!member.leading() && world.interference().now(Planted.RECORD_LEFT_OUT)) {
            return;
        }
        Entry before = overtaken;
        overtaken = null;
        if (before == null && member.leading() && world.interference().now(Planted.RECORDS_OVERTAKE)) {
            overtaken = new Entry(zxid, entry);
            return;
        }
        take(zxid, entry);
        if (last != null && Zxid.counter(zxid) == 1 && member.has(Planted.OLD_RECORD_WRITTEN_AGAIN)) {
            take(last.zxid(), last.bytes());
        }
        last = new Entry(zxid, entry);
        if (before != null && member.leading()) {
            take(before.zxid(), before.bytes());
        }
    }

    private void take(long zxid, byte[] entry) {
        world.trace().add(member.nowNs(), "append", zxid, member.sid());
        if (world.witness().appended(member, zxid, entry)) {
            world.ledger().proposed(member, zxid, entry);
        }
        member.shelf().append(zxid);
        journal.append(zxid, entry);
    }

    @Override
    public void roll() {
        journal.roll();
    }

    @Override
    public void truncate(long zxid) {
        world.tell("truncate " + member.sid(), Zxid.text(zxid));
        world.count("truncated");
        world.witness().truncates(member, zxid);
        member.shelf().truncate(zxid);
        journal.truncate(zxid, member.roster().takeUnwritten());
    }

    @Override
    public void epochs(Epochs epochs) {
        world.tell("epochs " + member.sid(), epochs);
        journal.keep(epochs, member.roster().takeUnwritten());
    }

    @Override
    public void install(ReceivedSnapshot snapshot, List<Entry> entries, Epochs epochs) {
        world.tell("install " + member.sid(), Zxid.text(snapshot.zxid()));
        world.witness().installs(member, snapshot.zxid(), entries);
        member.shelf().install(snapshot.zxid(), entries, epochs);
        world.ledger().lifetimes().forgets(member.sid());
        journal.install(snapshot, entries, epochs, member.roster().takeUnwritten());
    }

    @Override
    public void suspectTree() {
        world.tell("suspects " + member.sid(), "");
        world.count("tree suspected");
        journal.suspectTree();
    }

    @Override
    public void read(long zxid, long last, long bytesMax) {
        journal.read(zxid, last, 1 + bytesMax / (1 + random.below(READ_PARTS_MAX)));
    }

    @Override
    public void committed(long zxid) {
        journal.committed(zxid);
    }

    @Override
    public void snapshot(FrozenTree tree, SortedMap<Long, Integer> sessions) {
        chores.snapshot(tree, sessions);
    }

    @Override
    public void members(Quorums now) {
        member.members(now);
    }

    // --- The network.

    @Override
    public void elect(long to, Notification wanted) {
        Notification notification = world.interference().voted(member, wanted);
        if (world.interference().withholds(member, to, notification)) {
            return;
        }
        world.promises().votes(member, notification);
        world.network().say(member, to, notification);
    }

    @Override
    public void dial(long leader) {
        world.network().dial(member, leader);
    }

    @Override
    public void admitLearners(boolean open) {
        admits = open;
        if (port != null) {
            port.admit(open);
        }
    }

    @Override
    public void admitObservers(boolean open) {
        admitsObservers = open;
    }

    // --- Operators.

    @Override
    public void event(Event event) {
        world.trace().add(member.nowNs(), "event", event);
        if (event instanceof Event.SessionExpired(long session, int _)) {
            world.ledger().expires(member, session);
        } else if (event instanceof Event.SessionLost(long session)) {
            world.ledger().loses(member, session);
        }
    }

    @Override
    public void event(ZabEvent event) {
        world.tell("zab " + member.sid(), event);
        world.count(event.getClass().getSimpleName());
        world.promises().told(member, event);
        if (event instanceof ZabEvent.Following) {
            member.links().masters().found();
        }
        boolean over = event instanceof ZabEvent.LeaderLost || event instanceof ZabEvent.LeadershipLost;
        if (over && world.has(Planted.DISK_NOT_AWAITED)) {
            member.later(1, () -> member.step(new Input.Durable(member.shelf().end())));
        }
    }
}
