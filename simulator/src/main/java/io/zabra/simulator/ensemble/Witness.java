// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.simulator.ensemble;

import io.zabra.core.log.Entry;
import io.zabra.core.log.Epochs;
import io.zabra.core.log.History;
import io.zabra.core.log.ReceivedSnapshot;
import io.zabra.core.log.Zxid;
import io.zabra.core.quorum.Membership;
import io.zabra.core.tree.DataTree;
import io.zabra.simulator.check.Rule;
import io.zabra.simulator.check.Rules;
import io.zabra.simulator.check.Violation;
import io.zabra.simulator.members.Shelf;
import io.zabra.simulator.world.ByZxid;
import io.zabra.simulator.world.Zxids;
import io.zabra.storage.member.MemberRecovered;
import io.zabra.wire.quorum.PeerState;
import io.zabra.wire.quorum.QuorumPacket;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Sees the logs and trees of all members at once, and knows what must hold between them at every moment. What they say
/// to each other is the business of [Promises].
///
/// The order of what is committed is what leaders say of it, as soon as they do: from then on a quorum must have it,
/// every later leader must, and members may apply it and nothing else.
final class Witness {

    /// How much clients may have waited for that a leader proposes in one step.
    private static final int AT_ONCE_MAX = 200;

    private final Surroundings world;
    private final Rules rules;
    private final ByZxid<byte[]> contents = new ByZxid<>();
    /// All that was ever committed.
    private final Zxids order = new Zxids();
    /// The digest of the tree behind so many transactions.
    private final Map<Integer, Long> digests = new HashMap<>();
    /// The last proposal of each epoch.
    private final Map<Long, Long> proposed = new HashMap<>();
    /// Up to where each member has applied, and has been seen to.
    private final Map<Long, Long> applied = new HashMap<>();
    /// Which membership each one holds for the committed one, as far as was seen.
    private final Map<Long, Membership> members = new HashMap<>();

    /// Before this, the tree of a member may hold what comes later, as its leader has sent it.
    private final Map<Long, Long> mixed = new HashMap<>();

    Witness(Surroundings world) {
        this.world = world;
        this.rules = world.rules();
    }

    /// The last that is committed.
    long last() {
        return order.last();
    }

    /// Whether the transaction is committed; so is the beginning of an epoch.
    boolean isCommitted(long zxid) {
        return Zxid.counter(zxid) == 0 || order.contains(zxid);
    }

    /// Whether anybody has made it.
    boolean isProposed(long zxid) {
        return contents.get(zxid) != null;
    }

    byte[] content(long zxid) {
        byte[] content = contents.get(zxid);
        if (content == null) {
            throw new Violation(Rule.I4, Zxid.text(zxid) + " was never proposed");
        }
        return content;
    }

    private boolean isContent(Entry entry) {
        return Arrays.equals(content(entry.zxid()), entry.bytes());
    }

    // --- Records.

    /// A member takes a record; true if it is the leader that made it.
    boolean appended(SimMember member, long zxid, byte[] entry) {
        Shelf shelf = member.shelf();
        byte[] before = contents.putIfAbsent(zxid, entry);
        rules.check(
                Rule.I4, before == null || Arrays.equals(before, entry), () -> "two contents of " + Zxid.text(zxid));
        rules.check(
                Rule.I13,
                Zxid.epoch(zxid) <= shelf.acceptedInTurn(),
                () -> member + " takes " + Zxid.text(zxid) + ": " + shelf);
        if (before == null) {
            proposes(member, zxid);
        }
        rules.check(
                Rule.I8,
                Zxid.epoch(zxid) >= Zxid.epoch(shelf.end()),
                () -> member + " takes " + Zxid.text(zxid) + " behind " + Zxid.text(shelf.end())
                        + ", which is of a later epoch");
        rules.check(
                Rule.I15,
                Zxid.follows(zxid, shelf.end()),
                () -> member + " takes " + Zxid.text(zxid) + " behind " + Zxid.text(shelf.end()));
        return before == null;
    }

    private void proposes(SimMember member, long zxid) {
        long epoch = Zxid.epoch(zxid);
        rules.check(
                Rule.I4,
                member.ensemble().state() == PeerState.LEADING,
                () -> member + ", no leader, makes up " + Zxid.text(zxid));
        long end = world.customs().lastNumber();
        if (end != 0) {
            rules.check(
                    Rule.V7,
                    Zxid.counter(zxid) <= end + AT_ONCE_MAX,
                    () -> member + " proposes " + Zxid.text(zxid) + ", but its epoch ends with number " + end);
        }
        Long before = proposed.put(epoch, zxid);
        rules.check(
                Rule.I7,
                before == null ? Zxid.counter(zxid) == 1 : zxid == before + 1,
                () -> Zxid.text(zxid) + " is proposed behind " + Zxid.text(before == null ? 0 : before));
        if (before == null) {
            long applies = member.node().history().applied();
            int earlier = order.behind(Zxid.start(epoch));
            long due = earlier == 0 ? 0 : order.at(earlier - 1);
            rules.check(
                    Rule.I9,
                    applies >= due,
                    () -> member + " proposes, but has applied " + Zxid.text(applies) + " of " + Zxid.text(due));
        }
    }

    /// A leader shares its history, with which its epoch begins.
    void shares(SimMember leader, long epoch) {
        Shelf shelf = leader.shelf();
        for (int i = order.behind(shelf.base()); i < order.behind(Zxid.start(epoch)); i++) {
            long zxid = order.at(i);
            rules.check(
                    Rule.I9,
                    shelf.holds(zxid),
                    () -> leader + " begins epoch " + epoch + " without " + Zxid.text(zxid) + ", which is committed: "
                            + shelf);
        }
    }

    /// Up to where others count on the log of a member: what is only on trial may go, and so may what somebody has who
    /// has no vote any more.
    private long counted(SimMember member) {
        boolean votes = world.memberships().open().stream().anyMatch(each -> each.isVoter(member.sid()));
        return votes ? member.shelf().solid() : 0;
    }

    /// Nothing that is committed, and that others may count on, goes from a log.
    void truncates(SimMember member, long zxid) {
        Shelf shelf = member.shelf();
        long counted = counted(member);
        for (int i = order.behind(zxid); i < order.size() && order.at(i) <= counted; i++) {
            long committed = order.at(i);
            rules.check(
                    Rule.I14,
                    !shelf.holds(committed),
                    () -> member + " truncates to " + Zxid.text(zxid) + ", but " + Zxid.text(committed)
                            + " is committed: " + shelf);
        }
    }

    /// As [#truncates], for a snapshot that replaces everything.
    void installs(SimMember member, long zxid, List<Entry> entries) {
        Shelf shelf = member.shelf();
        rules.check(
                Rule.I17,
                isCommitted(zxid),
                () -> member + " takes over a snapshot of " + Zxid.text(zxid) + ", which is not committed");
        Zxids there = new Zxids();
        for (Entry entry : entries) {
            there.add(entry.zxid());
            rules.check(Rule.I4, isContent(entry), () -> "another content of " + Zxid.text(entry.zxid()));
        }
        long counted = counted(member);
        for (int i = order.behind(zxid); i < order.size() && order.at(i) <= counted; i++) {
            long committed = order.at(i);
            rules.check(
                    Rule.I14,
                    !shelf.holds(committed) || there.contains(committed),
                    () -> member + " replaces its log by one without " + Zxid.text(committed) + ", which is committed");
        }
        applied.put(member.sid(), zxid);
    }

    /// What was on the disk is there after a start, and epochs do not go back.
    void recovered(SimMember member, MemberRecovered.Restored restored) {
        Shelf shelf = member.shelf();
        // Who has lost its disk comes back with nothing, and has to know it; what it does then is judged.
        boolean lost = member.hasLost();
        long solid = lost ? 0 : shelf.solid();
        Epochs before = lost ? new Epochs(0, 0) : shelf.epochs();
        Epochs after = restored.epochs();
        rules.check(
                Rule.I12,
                after.accepted() >= before.accepted() && after.current() >= before.current(),
                () -> member + " had promised " + before + " and comes back with " + after);
        Zxids had = new Zxids();
        for (int i = 0; i < shelf.records().size(); i++) {
            had.add(shelf.records().at(i));
        }
        long base = shelf.base();
        boolean tidy = shelf.tidy() && !lost;
        History.Start start = restored.start();
        rules.check(
                Rule.I18,
                !shelf.isSuspect() || start.suspect() || !tidy || member.isDamaged(),
                () -> member + " has forgotten that its tree is wrong");
        String was = shelf.toString();
        if (lost) {
            shelf.lose();
        }
        shelf.recovered(start, after);
        rules.check(
                Rule.I12,
                Zxid.epoch(shelf.end()) <= after.current() && after.current() <= after.accepted(),
                () -> member + " comes back with " + shelf);
        for (int i = order.behind(base); i < order.size() && order.at(i) <= solid; i++) {
            long zxid = order.at(i);
            rules.check(
                    Rule.I10,
                    !had.contains(zxid) || shelf.holds(zxid),
                    () -> member + " has lost " + Zxid.text(zxid) + ", which is committed: " + shelf + ", was " + was);
        }
        for (int i = shelf.records().behind(base); tidy && i < shelf.records().size(); i++) {
            long zxid = shelf.records().at(i);
            rules.check(
                    Rule.I14,
                    had.contains(zxid),
                    () -> member + " comes back with " + Zxid.text(zxid) + ", which was removed: " + shelf + ", was "
                            + was);
        }
        for (Entry entry : start.tail()) {
            rules.check(
                    Rule.I4,
                    isContent(entry),
                    () -> member + " comes back with another content of " + Zxid.text(entry.zxid()));
        }
        rules.check(
                Rule.I17,
                isCommitted(start.applied()),
                () -> member + " comes back with " + Zxid.text(start.applied()) + " applied, which is not committed");
        applied.put(member.sid(), start.applied());
        checkState(member, start.applied(), restored.state().tree());
    }

    /// A process begins with these members.
    ///
    /// @param kept the last that its disk was to keep as committed; null for none
    void begins(SimMember member, @Nullable Membership kept) {
        Membership known = member.ensemble().members();
        members.put(member.sid(), known);
        world.memberships()
                .holds(member.toString(), known, kept, member.roster().file());
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
        Membership known = member.ensemble().members();
        Membership before = members.put(member.sid(), known);
        if (known != before) {
            world.memberships()
                    .holds(member.toString(), known, before, member.roster().file());
        }
        long from = applied.getOrDefault(member.sid(), 0L);
        long to = member.node().history().applied();
        if (to != from) {
            applies(member, from, to);
        }
    }

    private void applies(SimMember member, long from, long to) {
        Shelf shelf = member.shelf();
        rules.check(Rule.I6, to > from, () -> member + " goes back from " + Zxid.text(from) + " to " + Zxid.text(to));
        rules.check(Rule.I17, isCommitted(to), () -> member + " applies " + Zxid.text(to) + ", which is not committed");
        rules.check(
                Rule.I16,
                to <= shelf.durable(),
                () -> member + " applies " + Zxid.text(to) + ", but has on its disk " + shelf);
        for (int i = order.behind(from); i < order.size() && order.at(i) <= to; i++) {
            long zxid = order.at(i);
            rules.check(
                    Rule.I3,
                    shelf.holds(zxid),
                    () -> member + " applies " + Zxid.text(to) + " without " + Zxid.text(zxid));
        }
        Zxids records = shelf.records();
        for (int i = records.behind(from); i < records.size() && records.at(i) <= to; i++) {
            long zxid = records.at(i);
            rules.check(
                    Rule.I5,
                    order.contains(zxid),
                    () -> member + " applies " + Zxid.text(zxid) + ", which others leave out");
        }
        applied.put(member.sid(), to);
        world.ledger().applied(member, to);
        checkState(member, to, member.node().tree());
    }

    /// What a leader takes for committed is on the disks of a quorum.
    private void extend(SimMember leader, long committed) {
        long known = last();
        if (committed <= known) {
            rules.check(
                    Rule.I8,
                    isCommitted(committed) || Zxid.epoch(committed) == Zxid.epoch(known),
                    () -> leader + " commits " + Zxid.text(committed) + " behind " + Zxid.text(known));
            rules.check(
                    Rule.I5,
                    isCommitted(committed),
                    () -> leader + " takes " + Zxid.text(committed) + " for committed");
            return;
        }
        Shelf shelf = leader.shelf();
        rules.check(
                Rule.I5,
                shelf.holds(known),
                () -> leader + " commits " + Zxid.text(committed) + " without " + Zxid.text(known));
        rules.check(
                Rule.I10,
                shelf.holds(committed) || Zxid.counter(committed) == 0,
                () -> leader + " commits " + Zxid.text(committed) + " without having it");
        Zxids records = shelf.records();
        for (int i = records.behind(known); i < records.size() && records.at(i) <= committed; i++) {
            long zxid = records.at(i);
            order.add(zxid);
            world.ledger().committed(zxid);
            Membership next = world.memberships().broughtBy(zxid);
            if (next != null) {
                world.memberships().commits(next, sid -> hasAcknowledged(world.member(sid), zxid));
                world.tell("members", next);
                world.count("members changed");
            }
        }
        long last = last();
        rules.check(
                Rule.I10,
                world.memberships()
                        .isQuorum(world.memberships().current(), sid -> hasAcknowledged(world.member(sid), last)),
                () -> Zxid.text(last) + " is committed without a quorum");
    }

    /// A follower sends something to an observer that learns from it.
    void teaches(SimPipe pipe, QuorumPacket packet) {
        SimMember follower = pipe.owner();
        long known = follower.node().history().committed();
        long told = switch (packet) {
            case QuorumPacket.Diff(long zxid) -> zxid;
            case QuorumPacket.Snap(long zxid) -> zxid;
            case QuorumPacket.Proposal(long zxid, byte[] _) -> zxid;
            case QuorumPacket.Commit(long zxid) -> zxid;
            case QuorumPacket.Inform(long zxid, byte[] _) -> zxid;
            case QuorumPacket.InformAndActivate(long zxid, long _, byte[] _) -> zxid;
            default -> 0;
        };
        rules.check(
                Rule.I22,
                told <= known,
                () -> follower + " tells an observer of " + Zxid.text(told) + ", but knows " + Zxid.text(known));
        if (packet instanceof QuorumPacket.Trunc(long zxid)) {
            SimMember observer = pipe.far().owner();
            for (int i = order.behind(zxid); i < order.size(); i++) {
                long committed = order.at(i);
                rules.check(
                        Rule.I22,
                        !observer.shelf().holds(committed),
                        () -> follower + " wants " + observer + " to truncate to " + Zxid.text(zxid) + ", but "
                                + Zxid.text(committed) + " is committed");
            }
            world.count("observer truncated behind follower");
        }
    }

    /// Others may count on it.
    private static boolean hasAcknowledged(SimMember member, long zxid) {
        return member.shelf().holdsSolidly(zxid);
    }

    /// A new leader begins an epoch. If the acknowledgements of that were late, there may be a later one already, of
    /// which it knows nothing: it will commit nothing then.
    void leads(SimMember leader, long epoch) {
        Shelf shelf = leader.shelf();
        int later = order.behind(Zxid.start(epoch));
        for (int i = order.behind(shelf.base()); i < later; i++) {
            long zxid = order.at(i);
            rules.check(
                    Rule.I10,
                    shelf.holds(zxid),
                    () -> leader + " leads without " + Zxid.text(zxid) + ", which is committed: " + shelf);
        }
        rules.check(
                Rule.I8,
                later == order.size() || Zxid.epoch(order.at(later)) > epoch,
                () -> "epoch " + epoch + " begins behind " + Zxid.text(order.at(later)));
    }

    /// A member gets a snapshot of another one.
    ///
    /// @param from the other end of the connection; its tree may hold changes behind what was announced
    void takes(SimMember member, ReceivedSnapshot snapshot, SimPipe from) {
        long until = Math.max(from.holds(), mixed.getOrDefault(from.owner().sid(), 0L));
        mixed.merge(member.sid(), until, Math::max);
        checkState(member, snapshot.zxid(), snapshot.tree());
    }

    /// Equal histories make equal trees.
    private void checkState(SimMember member, long zxid, DataTree tree) {
        if (zxid < mixed.getOrDefault(member.sid(), 0L)) {
            return;
        }
        int transactions = order.behind(zxid);
        Long before = digests.putIfAbsent(transactions, tree.digest());
        rules.check(
                Rule.I18,
                before == null || before == tree.digest(),
                () -> "the tree of " + member + " differs at " + Zxid.text(zxid));
    }
}
