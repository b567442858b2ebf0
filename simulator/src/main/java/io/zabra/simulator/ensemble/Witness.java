// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.simulator.ensemble;

import io.zabra.core.log.Entry;
import io.zabra.core.log.Epochs;
import io.zabra.core.log.History;
import io.zabra.core.log.Zxid;
import io.zabra.core.tree.DataTree;
import io.zabra.core.zab.ZabEvent;
import io.zabra.simulator.check.Violation;
import io.zabra.storage.member.MemberRecovered;
import io.zabra.wire.quorum.Notification;
import io.zabra.wire.quorum.PeerState;
import io.zabra.wire.quorum.QuorumPacket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Sees all members at once, and knows what must hold between them at every moment.
///
/// The order of what is committed is what leaders say of it, as soon as they do: from then on a quorum must have it,
/// every later leader must, and members may apply it and nothing else.
final class Witness {

    private final Surroundings world;
    private final Map<Long, byte[]> contents = new HashMap<>();
    /// All that was ever committed.
    private final List<Long> order = new ArrayList<>();

    private final Map<Long, Long> digests = new HashMap<>();
    private final Map<Long, String> leaders = new HashMap<>();
    private final Map<Long, String> established = new HashMap<>();
    private final Map<String, String> promises = new HashMap<>();
    /// Up to where each member has applied, and has been seen to.
    private final Map<Long, Long> applied = new HashMap<>();

    private long searches;

    Witness(Surroundings world) {
        this.world = world;
    }

    private static void check(boolean holds, String what, Object... arguments) {
        if (!holds) {
            throw new Violation(String.format(what, arguments));
        }
    }

    /// How often anybody began to look for a leader.
    long searches() {
        return searches;
    }

    /// The last that is committed.
    long last() {
        return order.isEmpty() ? 0 : order.getLast();
    }

    int committed() {
        return order.size();
    }

    /// Whether the transaction is committed; so is the beginning of an epoch.
    boolean isCommitted(long zxid) {
        return Zxid.counter(zxid) == 0 || Collections.binarySearch(order, zxid) >= 0;
    }

    byte[] content(long zxid) {
        byte[] content = contents.get(zxid);
        if (content == null) {
            throw new Violation(Zxid.text(zxid) + " was never proposed");
        }
        return content;
    }

    // --- Records.

    /// One content for each zxid (I4), which a leader gave it.
    void appended(SimMember member, long zxid, byte[] entry) {
        byte[] before = contents.putIfAbsent(zxid, entry);
        check(before == null || Arrays.equals(before, entry), "I4: two contents of %s", Zxid.text(zxid));
        boolean leads = member.ensemble().state() == PeerState.LEADING;
        check(before != null || leads, "I4: server %d, no leader, makes up %s", member.sid(), Zxid.text(zxid));
        Epochs epochs = member.shelf().epochs();
        check(
                Zxid.epoch(zxid) <= epochs.accepted(),
                "I13: server %d takes %s with %s",
                member.sid(),
                Zxid.text(zxid),
                epochs);
    }

    /// Nothing that is committed, and that others may count on, goes from a log (I14). What is only on trial may.
    void truncates(SimMember member, long zxid) {
        Shelf shelf = member.shelf();
        for (int i = order.size() - 1; i >= 0 && order.get(i) > zxid; i--) {
            long committed = order.get(i);
            check(
                    committed > shelf.solid() || !shelf.holds(committed),
                    "I14: server %d truncates to %s, but %s is committed: %s",
                    member.sid(),
                    Zxid.text(zxid),
                    Zxid.text(committed),
                    shelf);
        }
    }

    /// As [#truncates], for a snapshot that replaces everything.
    void installs(SimMember member, long zxid, List<Entry> entries) {
        check(
                isCommitted(zxid),
                "I17: server %d takes over a snapshot of %s, which is not committed",
                member.sid(),
                Zxid.text(zxid));
        List<Long> there = entries.stream().map(Entry::zxid).toList();
        for (int i = order.size() - 1; i >= 0 && order.get(i) > zxid; i--) {
            long committed = order.get(i);
            check(
                    committed > member.shelf().solid() || !member.shelf().holds(committed) || there.contains(committed),
                    "I14: server %d replaces its log by one without %s, which is committed",
                    member.sid(),
                    Zxid.text(committed));
        }
        for (Entry entry : entries) {
            check(
                    Arrays.equals(content(entry.zxid()), entry.bytes()),
                    "I4: another content of %s",
                    Zxid.text(entry.zxid()));
        }
        applied.put(member.sid(), zxid);
    }

    /// What was on the disk is there after a start, and epochs do not go back (I10, I12).
    void recovered(SimMember member, MemberRecovered.Restored restored) {
        Shelf shelf = member.shelf();
        long solid = shelf.solid();
        Epochs before = shelf.epochs();
        Epochs after = restored.epochs();
        check(
                after.accepted() >= before.accepted() && after.current() >= before.current(),
                "I12: server %d had promised %s and comes back with %s",
                member.sid(),
                before,
                after);
        List<Long> had = order.stream()
                .filter(zxid -> zxid <= solid && shelf.holds(zxid))
                .toList();
        History.Start start = restored.start();
        String was = shelf.toString();
        shelf.recovered(start, after);
        for (long zxid : had) {
            check(
                    shelf.holds(zxid),
                    "I10: server %d has lost %s, which is committed: %s, was %s",
                    member.sid(),
                    Zxid.text(zxid),
                    shelf,
                    was);
        }
        start.tail()
                .forEach(entry -> check(
                        Arrays.equals(content(entry.zxid()), entry.bytes()),
                        "I4: server %d comes back with another content of %s",
                        member.sid(),
                        Zxid.text(entry.zxid())));
        check(
                isCommitted(start.applied()),
                "I17: server %d comes back with %s applied, which is not committed",
                member.sid(),
                Zxid.text(start.applied()));
        applied.put(member.sid(), start.applied());
        checkState(member, start.applied(), restored.state().tree());
    }

    // --- What follows from a step.

    /// A leader may have committed more: to be asked before what it says is judged.
    void commits(SimMember member) {
        if (member.leads()) {
            extend(member, member.node().history().committed());
        }
    }

    void stepped(SimMember member) {
        commits(member);
        History history = member.node().history();
        long from = applied.getOrDefault(member.sid(), 0L);
        long to = history.applied();
        if (to == from) {
            return;
        }
        check(to >= from, "I3: server %d goes back from %s to %s", member.sid(), Zxid.text(from), Zxid.text(to));
        check(isCommitted(to), "I17: server %d applies %s, which is not committed", member.sid(), Zxid.text(to));
        check(
                to <= member.shelf().durable(),
                "I16: server %d applies %s, but has on its disk %s",
                member.sid(),
                Zxid.text(to),
                member.shelf());
        for (int i = indexBehind(from); i < order.size() && order.get(i) <= to; i++) {
            check(
                    member.shelf().holds(order.get(i)),
                    "I3: server %d applies %s without %s",
                    member.sid(),
                    Zxid.text(to),
                    Zxid.text(order.get(i)));
        }
        applied.put(member.sid(), to);
        checkState(member, to, member.node().tree());
    }

    /// What a leader takes for committed is on the disks of a quorum (I10).
    private void extend(SimMember leader, long committed) {
        if (committed <= last()) {
            check(isCommitted(committed), "I5: server %d takes %s for committed", leader.sid(), Zxid.text(committed));
            return;
        }
        checkHasAll(leader, last());
        check(
                leader.shelf().holds(committed) || Zxid.counter(committed) == 0,
                "I10: server %d commits %s without having it",
                leader.sid(),
                Zxid.text(committed));
        for (long zxid : leader.shelf().between(last(), committed)) {
            order.add(zxid);
            world.ledger().committed(zxid, content(zxid));
        }
        long last = last();
        check(
                world.membership().isQuorum(sid -> world.member(sid).shelf().holdsDurably(last)),
                "I10: %s is committed without a quorum",
                Zxid.text(last));
    }

    private void checkHasAll(SimMember leader, long until) {
        for (int i = indexBehind(leader.shelf().base()); i < order.size() && order.get(i) <= until; i++) {
            check(
                    leader.shelf().holds(order.get(i)),
                    "I10: server %d leads without %s, which is committed: %s",
                    leader.sid(),
                    Zxid.text(order.get(i)),
                    leader.shelf());
        }
    }

    /// Equal histories make equal trees (I3, I18).
    void checkState(SimMember member, long zxid, DataTree tree) {
        long key = indexBehind(zxid);
        Long before = digests.putIfAbsent(key, tree.digest());
        check(
                before == null || before == tree.digest(),
                "I18: the tree of server %d differs at %s",
                member.sid(),
                Zxid.text(zxid));
    }

    private int indexBehind(long zxid) {
        int index = Collections.binarySearch(order, zxid);
        return index >= 0 ? index + 1 : -index - 1;
    }

    // --- Roles.

    void told(SimMember member, ZabEvent event) {
        if (event instanceof ZabEvent.Looking) {
            searches++;
        } else if (event instanceof ZabEvent.EpochBegun(long epoch, long _)) {
            String name = name(member);
            String before = established.putIfAbsent(epoch, name);
            check(before == null, "I2: %s and %s are established in epoch %d", before, name, epoch);
            checkHasAll(member, last());
            check(last() < Zxid.start(epoch + 1), "I8: epoch %d begins behind %s", epoch, Zxid.text(last()));
            check(
                    world.membership()
                            .isQuorum(sid -> world.member(sid).shelf().epochs().current() >= epoch),
                    "I11: epoch %d stands without a quorum",
                    epoch);
        }
    }

    private static String name(SimMember member) {
        return member.sid() + "." + member.life();
    }

    /// A vote speaks of what the disk has (I20).
    void votes(SimMember member, Notification vote) {
        if (vote.state() == PeerState.LOOKING && vote.leader() == member.sid()) {
            check(
                    vote.zxid()
                            <= Math.max(member.shelf().durable(), member.shelf().base()),
                    "I20: server %d votes with %s, but has %s",
                    member.sid(),
                    Zxid.text(vote.zxid()),
                    member.shelf());
            check(
                    vote.peerEpoch() <= member.shelf().epochs().current(),
                    "I20: server %d votes with epoch %d, but has %s",
                    member.sid(),
                    vote.peerEpoch(),
                    member.shelf());
        }
    }

    void sends(SimMember from, SimMember to, QuorumPacket packet) {
        Shelf shelf = from.shelf();
        switch (packet) {
            case QuorumPacket.NewLeader(long zxid, var _) -> {
                String before = leaders.putIfAbsent(Zxid.epoch(zxid), name(from));
                check(
                        before == null || before.equals(name(from)),
                        "I1: %s and %s lead epoch %d",
                        before,
                        name(from),
                        Zxid.epoch(zxid));
            }
            case QuorumPacket.AckEpoch(long last, int current)
            when current >= 0 -> {
                String key = from.sid() + " " + shelf.epochs().accepted();
                String before = promises.putIfAbsent(key, name(to));
                check(
                        before == null,
                        "I13: server %d promises epoch %d to %s and %s",
                        from.sid(),
                        shelf.epochs().accepted(),
                        before,
                        name(to));
                check(
                        last <= Math.max(shelf.durable(), shelf.base()),
                        "I20: server %d tells of %s, but has %s",
                        from.sid(),
                        Zxid.text(last),
                        shelf);
            }
            case QuorumPacket.Ack(long zxid)
            when Zxid.counter(zxid) == 0 ->
                check(
                        shelf.epochs().current() >= Zxid.epoch(zxid),
                        "I11: server %d acknowledges epoch %d with %s",
                        from.sid(),
                        Zxid.epoch(zxid),
                        shelf);
            case QuorumPacket.Ack(long zxid) ->
                check(
                        zxid <= shelf.durable(),
                        "I10: server %d acknowledges %s, but has %s",
                        from.sid(),
                        Zxid.text(zxid),
                        shelf);
            default -> {
                // Nothing is promised.
            }
        }
    }
}
