// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.simulator.ensemble;

import io.zabra.core.log.Zxid;
import io.zabra.core.node.Input;
import io.zabra.core.quorum.Membership;
import io.zabra.core.zab.PeerInput;
import io.zabra.simulator.members.Shelf;
import io.zabra.wire.client.OpCode;
import io.zabra.wire.quorum.Notification;
import io.zabra.wire.quorum.PeerState;
import io.zabra.wire.quorum.QuorumPacket;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What planted faults do to the packets between members.
final class Interference {

    private static final int SELDOM = 60;
    private static final int OFTEN = 8;
    private static final long LATE_NS = 300 * Surroundings.MS;
    private static final long OVERTAKEN_NS = 20 * Surroundings.MS;
    private static final int AGE_MS = 5_000;

    private final Surroundings world;
    /// Whose acknowledgement of the epoch is late.
    private final Set<SimPipe> late = Collections.newSetFromMap(new IdentityHashMap<>());
    /// Over which connections NEWLEADER was sent.
    private final Set<SimPipe> begun = Collections.newSetFromMap(new IdentityHashMap<>());
    /// What each member has told each other one in elections last.
    private final Map<String, Notification> told = new HashMap<>();
    /// What each member has said in elections last.
    private final Map<Long, Notification> said = new HashMap<>();

    Interference(Surroundings world) {
        this.world = world;
    }

    /// Whether the fault, if it was put in, strikes at this moment.
    boolean now(Planted fault) {
        return world.has(fault) && world.random().below(SELDOM) == 0;
    }

    private boolean oftenNow(Planted fault) {
        return world.has(fault) && world.random().below(OFTEN) == 0;
    }

    /// Lets the member at this end take a packet right after this step.
    private static void takes(SimPipe pipe, QuorumPacket packet) {
        SimMember owner = pipe.owner();
        owner.later(1, () -> owner.step(new Input.Peer(new PeerInput.Received(pipe, packet))));
    }

    /// There is a new connection between members.
    void connected(SimPipe pipe) {
        if (world.has(Planted.CONNECTIONS_AGE)) {
            world.time().after((AGE_MS + world.random().below(AGE_MS)) * Surroundings.MS, pipe::reset);
        }
    }

    /// A vote comes to a member. Who has left its leader, or leads no longer, and does not look for one yet, says again
    /// what it said last if that fault was put in.
    void votes(SimMember voter, long from, Notification vote) {
        Notification last = said.get(voter.sid());
        boolean ended = voter.up() && voter.ensemble().state() == PeerState.LOOKING;
        boolean asked = vote.state() == PeerState.LOOKING && world.has(Planted.ROLE_OUTLIVED);
        if (ended && asked && last != null && last.state() != PeerState.LOOKING) {
            world.network().say(voter, from, last);
        }
        voter.step(new Input.Peer(new PeerInput.Heard(from, vote)));
    }

    /// What is said in an election in the place of a vote.
    Notification voted(SimMember voter, Notification vote) {
        said.put(voter.sid(), vote);
        boolean heir = voter.ensemble().handsOver() && vote.leader() != voter.sid();
        if (heir && vote.state() == PeerState.LOOKING && world.has(Planted.HEIR_LAGS)) {
            long last = world.memberships().current().voters().stream()
                    .min(Comparator.comparingLong(
                            sid -> world.member(sid).shelf().durable()))
                    .orElseThrow();
            return with(vote, last, vote.config());
        }
        if (world.has(Planted.PROPOSED_MEMBERS_TOLD) && !voter.roster().known().isEmpty()) {
            return with(vote, vote.leader(), voter.roster().known().getLast().text());
        }
        return vote;
    }

    /// Whether this vote is not sent: it tells another server what that one may have missed when it was said first,
    /// since it votes for a worse one in the same round, or that this one is elected, which does not serve yet.
    boolean withholds(SimMember voter, long to, Notification vote) {
        if (!world.has(Planted.LATE_VOTERS_UNTOLD)) {
            return false;
        }
        boolean again = vote.equals(told.put(voter.sid() + " " + to, vote));
        boolean answers = voter.taken() instanceof Input.Peer(PeerInput.Heard(long from, Notification heard))
                && from == to
                && heard.state() == PeerState.LOOKING
                && heard.electionEpoch() == vote.electionEpoch();
        return vote.state() == PeerState.LOOKING && again && answers
                || vote.state() == PeerState.LEADING && !voter.leads();
    }

    private static Notification with(Notification vote, long leader, String config) {
        return new Notification(
                vote.state(), leader, vote.zxid(), vote.electionEpoch(), vote.peerEpoch(), vote.version(), config);
    }

    /// Whether the leader counts a record as acknowledged by a learner as soon as it has sent it.
    private boolean countsUnasked(SimPipe pipe) {
        List<Membership> known = pipe.owner().roster().known();
        long learner = pipe.far().owner().sid();
        boolean old = !known.isEmpty() && known.getFirst().isVoter(learner);
        boolean fresh = known.size() > 1 && known.getLast().isVoter(learner);
        return world.has(Planted.SENT_TAKEN_FOR_ACKNOWLEDGED)
                || world.has(Planted.OLD_QUORUM_DECIDES) && fresh && !old
                || world.has(Planted.NEW_QUORUM_DECIDES) && known.size() > 1 && old && !fresh;
    }

    /// What is sent in the place of a packet; null for nothing.
    @Nullable
    QuorumPacket sent(SimPipe pipe, QuorumPacket wanted) {
        QuorumPacket packet = pipe.behind() && !pipe.owner().leading() ? taught(pipe, wanted) : wanted;
        switch (packet) {
            case QuorumPacket.LeaderInfo _
            when world.has(Planted.OFFER_TAKEN_FOR_ACCEPTED) -> {
                Shelf shelf = pipe.far().owner().shelf();
                takes(pipe, new QuorumPacket.AckEpoch(shelf.durable(), (int)
                        shelf.epochs().current()));
                return world.random().chance(50) ? packet : null;
            }
            case QuorumPacket.Ping(long zxid)
            when world.has(Planted.ROUND_NOT_AWAITED)
                    || world.has(Planted.OFFER_TAKEN_FOR_ACCEPTED) && !begun.contains(pipe) ->
                takes(pipe, new QuorumPacket.PingReply(zxid, List.of()));
            case QuorumPacket.NewLeader _ when world.has(Planted.OFFER_TAKEN_FOR_ACCEPTED) -> begun.add(pipe);
            case QuorumPacket.Commit _
            when now(Planted.COMMITS_OVERTAKE) -> {
                pipe.owner().later(OVERTAKEN_NS, () -> pipe.send(packet));
                return null;
            }
            case QuorumPacket.Forward(long _, int _, int op, byte[] _, var _)
            when op == OpCode.SYNC.number() && syncsAlone(pipe.owner()) -> {
                takes(pipe, new QuorumPacket.Sync());
                return null;
            }
            case QuorumPacket.AckEpoch(long last, int current)
            when current == QuorumPacket.AckEpoch.NOT_NEW && world.has(Planted.ACCEPTED_AGAIN) -> {
                Shelf shelf = pipe.owner().shelf();
                return new QuorumPacket.AckEpoch(last, (int) shelf.epochs().current());
            }
            case QuorumPacket.Proposal(long zxid, byte[] _)
            when Zxid.counter(zxid) > 1 && now(Planted.PROPOSAL_LEFT_OUT) -> {
                return null;
            }
            default -> {
                // The rest is below.
            }
        }
        return history(pipe, packet);
    }

    /// Whether a learner answers a `sync` by itself. Behind a write it would be the server itself that finds it.
    private boolean syncsAlone(SimMember learner) {
        return world.has(Planted.EARLY_SYNC)
                && world.customs().reads().linearizable().isEmpty()
                && learner.visits().stream().noneMatch(Visit::waitsForWrite);
    }

    /// What a follower sends to an observer that learns from it.
    private QuorumPacket taught(SimPipe pipe, QuorumPacket packet) {
        return packet instanceof QuorumPacket.Diff && world.has(Planted.UNCOMMITTED_TAUGHT)
                ? new QuorumPacket.Diff(pipe.owner().node().history().lastAppended())
                : packet;
    }

    /// What is sent of the history.
    private @Nullable QuorumPacket history(SimPipe pipe, QuorumPacket packet) {
        if (packet instanceof QuorumPacket.Trunc(long zxid) && world.has(Planted.DIFF_INSTEAD_OF_TRUNC)) {
            return new QuorumPacket.Diff(zxid);
        }
        if (packet instanceof QuorumPacket.Proposal(long zxid, byte[] _)
                && world.has(Planted.LAST_OF_EPOCH_LEFT_OUT)
                && Zxid.epoch(zxid) < pipe.owner().ensemble().epochs().accepted()
                && !world.witness().isProposed(zxid + 1)) {
            return null;
        }
        if (packet instanceof QuorumPacket.Snap && world.has(Planted.SNAPSHOT_ANNOUNCED_TOO_HIGH)) {
            return new QuorumPacket.Snap(pipe.owner().node().history().lastAppended());
        }
        if (packet instanceof QuorumPacket.Proposal(long zxid, byte[] _) && countsUnasked(pipe)) {
            takes(pipe, new QuorumPacket.Ack(zxid));
            return world.has(Planted.OLD_QUORUM_DECIDES) ? null : packet;
        }
        return packet;
    }

    /// What arrives at the end `pipe` in the place of a packet; null for nothing.
    @Nullable
    QuorumPacket received(SimPipe pipe, QuorumPacket packet) {
        switch (packet) {
            case QuorumPacket.Forward asked
            when world.has(Planted.FORWARDED_TWICE) && asked.op() != OpCode.CREATE_SESSION.number() ->
                pipe.owner().step(new Input.Peer(new PeerInput.Received(pipe, packet)));
            case QuorumPacket.Forward asked
            when asked.op() == OpCode.CREATE_SESSION.number() && oftenNow(Planted.FORWARDED_NEVER) -> {
                return null;
            }
            case QuorumPacket.AckEpoch _
            when world.has(Planted.OFFER_TAKEN_FOR_ACCEPTED) -> {
                return null;
            }
            case QuorumPacket.Ack(long zxid)
            when world.has(Planted.SLOWEST_AWAITED) && Zxid.counter(zxid) != 0 -> {
                awaitSlowest(pipe, zxid);
                return null;
            }
            case QuorumPacket.Ack(long zxid)
            when world.has(Planted.ORDER_OF_ACKS_DEMANDED) -> {
                return inOrder(pipe, zxid) ? packet : null;
            }
            case QuorumPacket.PingReply(long zxid, var _)
            when world.has(Planted.TOUCHES_FORGOTTEN) -> {
                return new QuorumPacket.PingReply(zxid, List.of());
            }
            case QuorumPacket.PingReply(long zxid, var _)
            when world.has(Planted.SILENT_SESSIONS_HEARD) -> {
                return new QuorumPacket.PingReply(zxid, allSessions(pipe.far().owner()));
            }
            default -> {
                // The rest is what learners hear.
            }
        }
        return learned(pipe, packet);
    }

    private @Nullable QuorumPacket learned(SimPipe pipe, QuorumPacket packet) {
        switch (packet) {
            case QuorumPacket.UpToDate _
            when world.has(Planted.UP_TO_DATE_UNHEARD) && pipe.owner().sid() == 2 -> {
                return null;
            }
            case QuorumPacket.Proposal(long zxid, byte[] _)
            when world.has(Planted.PROPOSED_TAKEN_FOR_COMMITTED)
                    || world.has(Planted.ACTIVATED_AT_PROPOSAL)
                            && world.memberships().broughtBy(zxid) != null ->
                takes(pipe, new QuorumPacket.Commit(zxid));
            case QuorumPacket.NewLeader _
            when world.has(Planted.NEW_LEADER_UNHEARD) -> {
                return null;
            }
            case QuorumPacket.NewLeader(long zxid, var _)
            when world.has(Planted.EARLY_ACK) -> pipe.send(new QuorumPacket.Ack(zxid));
            case QuorumPacket.Commit _
            when now(Planted.COMMIT_LOST) -> {
                return null;
            }
            case QuorumPacket.Proposal(long zxid, byte[] entry)
            when now(Planted.PROPOSAL_ALTERED) -> {
                byte[] other = entry.clone();
                other[Long.BYTES + Integer.BYTES + Long.BYTES + Long.BYTES - 1] ^= 1;
                return new QuorumPacket.Proposal(zxid, other);
            }
            case QuorumPacket.Revalidated(long session, boolean _)
            when world.has(Planted.ALL_SESSIONS_VALID) -> {
                return new QuorumPacket.Revalidated(session, true);
            }
            default -> {
                // It stays as it is.
            }
        }
        return packet;
    }

    /// An acknowledgement waits until every voter that runs has the record on its disk.
    private void awaitSlowest(SimPipe pipe, long zxid) {
        SimMember leader = pipe.owner();
        boolean all = world.memberships().current().voters().stream()
                .map(world::member)
                .allMatch(each -> !each.up() || each.shelf().durable() >= zxid);
        if (all) {
            takes(pipe, new QuorumPacket.Ack(zxid));
        } else {
            leader.later(Surroundings.MS, () -> awaitSlowest(pipe, zxid));
        }
    }

    private static List<QuorumPacket.Touch> allSessions(SimMember learner) {
        List<QuorumPacket.Touch> touches = new ArrayList<>();
        if (learner.up()) {
            learner.node().sessions().established().forEach((id, ms) -> touches.add(new QuorumPacket.Touch(id, ms)));
        }
        return touches;
    }

    /// The acknowledgement of an epoch is late; if one of a proposal overtakes it, the learner is given up.
    private boolean inOrder(SimPipe pipe, long zxid) {
        if (Zxid.counter(zxid) != 0) {
            if (late.contains(pipe)) {
                late.remove(pipe);
                pipe.reset();
                return false;
            }
            return true;
        }
        if (late.add(pipe)) {
            pipe.owner().later(LATE_NS, () -> {
                if (late.contains(pipe)) {
                    pipe.owner().step(new Input.Peer(new PeerInput.Received(pipe, new QuorumPacket.Ack(zxid))));
                }
            });
            return false;
        }
        late.remove(pipe);
        return true;
    }
}
