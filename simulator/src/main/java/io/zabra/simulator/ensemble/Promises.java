// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.simulator.ensemble;

import io.zabra.core.log.Zxid;
import io.zabra.core.zab.ZabEvent;
import io.zabra.simulator.check.Rule;
import io.zabra.simulator.check.Rules;
import io.zabra.simulator.members.Shelf;
import io.zabra.wire.quorum.Notification;
import io.zabra.wire.quorum.PeerState;
import io.zabra.wire.quorum.QuorumPacket;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Hears all that members say to each other, and holds it against what their disks have: who promises, votes or
/// acknowledges something must be able to keep it.
final class Promises {

    /// How long it may take, when nothing is wrong, until one epoch has followed the other.
    private static final long ROLL_OVER_NS = 4_000 * Surroundings.MS;

    private static final long NEVER = Long.MAX_VALUE;

    private final Surroundings world;
    private final Rules rules;
    private final Map<Long, String> leaders = new HashMap<>();
    private final Map<Long, String> established = new HashMap<>();
    private final Map<String, String> promises = new HashMap<>();
    private final Map<Long, Long> searches = new HashMap<>();
    /// What servers have said of themselves in elections, or what was true when another one said it.
    private final Set<Claim> claims = new HashSet<>();

    /// Epochs that have ended because their numbers were used up.
    private long usedUp;
    /// When the last one did, if there is none after it, and nothing was wrong.
    private long endedNs = NEVER;

    private boolean healthy;

    private record Claim(long leader, long zxid, long epoch) {}

    Promises(Surroundings world) {
        this.world = world;
        this.rules = world.rules();
    }

    /// How often any member but these began to look for a leader.
    long searches(List<SimMember> except) {
        return world.standing().stream()
                .filter(each -> !except.contains(each))
                .mapToLong(each -> searches.getOrDefault(each.sid(), 0L))
                .sum();
    }

    /// Nothing is wrong from now on.
    void healthy() {
        healthy = true;
    }

    /// How many epochs have ended because their numbers were used up.
    long usedUp() {
        return usedUp;
    }

    private void ends(SimMember leader, long epoch) {
        long last = leader.node().history().lastAppended();
        long end = world.customs().lastNumber();
        if (end != 0 && Zxid.epoch(last) == epoch && Zxid.counter(last) >= end) {
            world.count("epoch used up");
            usedUp++;
            endedNs = healthy ? Math.min(endedNs, world.time().nowNs()) : NEVER;
        }
    }

    /// An epoch that has used up its numbers is followed by another one soon, if nothing is wrong.
    void checkRollOver() {
        if (endedNs != NEVER) {
            long forNs = world.time().nowNs() - endedNs;
            rules.check(
                    Rule.V7,
                    forNs <= ROLL_OVER_NS,
                    () -> "the numbers were used up " + forNs / Surroundings.MS + " ms ago, and no epoch has begun");
        }
    }

    /// The role of a member changes.
    void told(SimMember member, ZabEvent event) {
        if (event instanceof ZabEvent.MembersChanged || event instanceof ZabEvent.LeadershipLost) {
            // It is the last moment at which this leader can be asked.
            world.witness().commits(member);
        }
        rules.check(
                Rule.I18,
                !(event instanceof ZabEvent.Diverged),
                () -> member + " has another tree than its leader: " + event);
        if (event instanceof ZabEvent.Elected
                || event instanceof ZabEvent.LeaderLost
                || event instanceof ZabEvent.LeadershipLost) {
            world.ledger().lifetimes().renews(member.sid());
        }
        if (event instanceof ZabEvent.LeadershipLost(long epoch, String _)) {
            ends(member, epoch);
        }
        if (event instanceof ZabEvent.Looking) {
            searches.merge(member.sid(), 1L, Long::sum);
            rules.check(
                    Rule.I21,
                    member.shelf().durable() >= member.shelf().end(),
                    () -> member + " looks for a leader while its disk is at work: " + member.shelf());
        } else if (event instanceof ZabEvent.EpochBegun(long epoch, long _)) {
            String before = established.putIfAbsent(epoch, name(member));
            rules.check(
                    Rule.I2,
                    before == null,
                    () -> before + " and " + name(member) + " are established in epoch " + epoch);
            rules.check(
                    Rule.I11,
                    world.memberships().deciding(member.shelf().records()::contains).stream()
                            .allMatch(each -> world.memberships()
                                    .isQuorum(
                                            each,
                                            sid -> world.member(sid).shelf().lastEntered() >= epoch)),
                    () -> "epoch " + epoch + " stands without a quorum");
            checkRollOver();
            endedNs = NEVER;
            world.witness().leads(member, epoch);
            int known = world.memberships().changes();
            world.memberships().begins(member.ensemble().members());
            if (world.memberships().changes() > known) {
                world.ledger().membersConfirmed();
            }
            world.count("leader begins");
            world.ledger().lifetimes().epochBegun(epoch);
            member.shelf().vouch();
        }
    }

    private static String name(SimMember member) {
        return member.sid() + "." + member.life();
    }

    /// A vote speaks of what the disk has.
    void votes(SimMember member, Notification vote) {
        if (vote.state() == PeerState.LOOKING && vote.leader() == member.sid()) {
            Shelf shelf = member.shelf();
            rules.check(
                    Rule.I20,
                    vote.zxid() <= Math.max(shelf.durable(), shelf.base())
                            && vote.peerEpoch() <= shelf.epochs().current(),
                    () -> member + " votes with " + vote.peerEpoch() + ", " + Zxid.text(vote.zxid()) + ", but has "
                            + shelf);
        }
        if (vote.state() == PeerState.LOOKING) {
            supports(member, vote);
        }
        world.memberships()
                .tells(member.toString(), vote.config(), member.roster().file());
    }

    /// What is said of another server has been said by that one, or is so: it is to lead next.
    private void supports(SimMember member, Notification vote) {
        Claim claim = new Claim(vote.leader(), vote.zxid(), vote.peerEpoch());
        SimMember other = world.members().get(vote.leader());
        if (vote.leader() == member.sid()) {
            claims.add(claim);
        } else if (other != null && !claims.contains(claim)) {
            Shelf shelf = other.shelf();
            rules.check(
                    Rule.I20,
                    other.isDamaged()
                            || shelf.holdsSolidly(vote.zxid()) && shelf.epochs().current() >= vote.peerEpoch(),
                    () -> member + " wants " + other + " to lead with " + vote.peerEpoch() + ", "
                            + Zxid.text(vote.zxid()) + ", but that has " + shelf);
            claims.add(claim);
            world.count("heir named");
        }
    }

    void sends(SimPipe pipe, QuorumPacket packet) {
        SimMember from = pipe.owner();
        Shelf shelf = from.shelf();
        if (pipe.behind() && !from.leading()) {
            world.witness().teaches(pipe, packet);
        }
        switch (packet) {
            case QuorumPacket.NewLeader _
            when pipe.behind() && !from.leading() -> {
                pipe.beginsEpoch();
                world.count("observer behind follower");
            }
            case QuorumPacket.NewLeader(long zxid, var _) -> {
                String before = leaders.putIfAbsent(Zxid.epoch(zxid), name(from));
                rules.check(
                        Rule.I1,
                        before == null || before.equals(name(from)),
                        () -> before + " and " + name(from) + " lead epoch " + Zxid.epoch(zxid));
                // Where a later epoch stands, it lacks what was committed since. It commits nothing any more.
                if (established.keySet().stream().noneMatch(later -> later > Zxid.epoch(zxid))) {
                    world.witness().shares(from, Zxid.epoch(zxid));
                }
                pipe.beginsEpoch();
            }
            case QuorumPacket.Proposal(long zxid, byte[] _) -> {
                long sent = pipe.proposed(zxid);
                rules.check(
                        Rule.I15,
                        sent == 0 || Zxid.follows(zxid, sent),
                        () -> from + " sends " + Zxid.text(zxid) + " behind " + Zxid.text(sent));
            }
            case QuorumPacket.Commit(long zxid) -> commits(pipe, zxid);
            case QuorumPacket.CommitAndActivate(long zxid, long _) -> commits(pipe, zxid);
            case QuorumPacket.Inform(long zxid, byte[] _) -> commits(pipe, zxid);
            case QuorumPacket.InformAndActivate(long zxid, long _, byte[] _) -> commits(pipe, zxid);
            case QuorumPacket.AckEpoch(long last, int current) -> acceptsEpoch(pipe, last, current);
            case QuorumPacket.Ack(long zxid) -> {
                shelf.vouch();
                if (Zxid.counter(zxid) == 0) {
                    entersEpoch(pipe, Zxid.epoch(zxid));
                } else {
                    rules.check(
                            Rule.I10,
                            zxid <= shelf.durable(),
                            () -> from + " acknowledges " + Zxid.text(zxid) + ", but has " + shelf);
                }
            }
            default -> {
                // Nothing is promised.
            }
        }
    }

    /// A learner is told what to apply next.
    private void commits(SimPipe pipe, long zxid) {
        SimMember from = pipe.owner();
        world.witness().commits(from);
        long before = pipe.committed(zxid);
        rules.check(
                Rule.I6,
                zxid > before,
                () -> from + " lets " + pipe.far().owner() + " apply " + Zxid.text(zxid) + " behind "
                        + Zxid.text(before));
    }

    private void acceptsEpoch(SimPipe pipe, long last, int current) {
        SimMember from = pipe.owner();
        Shelf shelf = from.shelf();
        rules.check(
                Rule.I20,
                last <= Math.max(shelf.durable(), shelf.base()),
                () -> from + " tells of " + Zxid.text(last) + ", but has " + shelf);
        if (current >= 0) {
            long epoch = shelf.epochs().accepted();
            // Who learns from a follower promises it to the leader of that one.
            String to = pipe.behind()
                    ? leaders.getOrDefault(epoch, pipe.far().process())
                    : pipe.far().process();
            String before = promises.putIfAbsent(from.sid() + " " + epoch, to);
            rules.check(
                    Rule.I13,
                    before == null || from.isDamaged() && before.equals(to),
                    () -> from + " promises epoch " + shelf.epochs().accepted() + " to " + before + " and " + to);
        }
    }

    /// The disk has all that came before NEWLEADER, and the epoch, and has promised no later one.
    private void entersEpoch(SimPipe pipe, long epoch) {
        SimMember from = pipe.owner();
        Shelf shelf = from.shelf();
        rules.check(
                Rule.I11,
                shelf.epochs().current() >= epoch
                        && shelf.durable() >= pipe.far().history(),
                () -> from + " acknowledges epoch " + epoch + " and "
                        + Zxid.text(pipe.far().history()) + " with " + shelf);
        rules.check(
                Rule.I13,
                shelf.epochs().accepted() == epoch,
                () -> from + " acknowledges epoch " + epoch + " with " + shelf);
        from.restored();
    }
}
