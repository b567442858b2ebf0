// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.election;

import io.zabra.core.base.Invariant;
import io.zabra.core.base.Now;
import io.zabra.core.quorum.Membership;
import io.zabra.core.quorum.Quorums;
import io.zabra.wire.MalformedPacketException;
import io.zabra.wire.quorum.Notification;
import io.zabra.wire.quorum.PeerState;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// One server's part in electing a leader, for as long as the process lives: it searches after [#look], until it says
/// [Out#decided]; then it answers others that search, until it has to [#leave] what it found. Apache:
/// `FastLeaderElection`.
///
/// Owned by the node; nothing here waits or reads a clock. Messages may get lost, come late or come twice; one peer's
/// messages must not overtake each other. Calls on [Out] must not call back.
///
/// Where it differs from Apache, it does so in ways that an Apache server takes for a quick or a silent peer:
/// - the agreement of all voters that can be reached is final at once, and need not stand for
///   [ElectionTiming#finalizeWaitMs];
/// - who proposes a worse server than this one does is told so, once for each such vote;
/// - everything is said again after two seconds at the latest, and soon again once there is news;
/// - a voter is counted by the last it said, not by what it said before it restarted or gave up;
/// - those that still look for another leader, or only asked, are told the result without asking again, and so is the
///   one that was elected;
/// - a server that has nothing, and may have lost it, votes for nobody who has a past;
/// - a newer membership in a message is reported, not adopted: only a leader can commit one;
/// - one that is proposed is told too, since a vote may be needed of those who have missed it;
/// - a server without a vote is answered only while it looks for a leader, and not more often than makes sense.
public final class Election {

    /// What the election wants done.
    public interface Out {

        /// Sends to one server. Only the last notification to each matters: a sender may drop those before it.
        void send(long to, Notification notification);

        /// The search is over, and this server's state is what [#state] says now.
        void decided(Vote vote);

        /// A peer knows a membership to be committed that is newer than the committed one here. Nothing has changed
        /// here; whoever owns the memberships may note it.
        ///
        /// @return who votes now: this counts before what else the peer has said
        Quorums newerMembership(Membership membership);

        /// A peer that looks for a leader has a membership in its log that it does not know to be committed. As with
        /// [#newerMembership], nothing has changed here.
        ///
        /// @param epoch the current epoch of that peer
        Quorums proposedMembership(Membership membership, long epoch);

        /// A voter looks for another leader, or has found one, while this server leads, which was elected: it does not
        /// follow, whether or not it has helped to elect this one. Apache: `Leader.reportLookingSid`.
        void deserted(long voter);
    }

    /// The epoch and the round of a leader that was appointed, not elected, until it has opened an epoch.
    private static final long UNELECTED = -1;

    private final long self;
    private final ElectionTiming timing;
    private final Askers askers;

    private Quorums quorums;
    private Vote own;
    private boolean newcomer;
    private PeerState state = PeerState.LOOKING;
    private @Nullable Looking looking;
    private long round;
    private Vote vote = Vote.NONE;
    private long voteRound;
    private String configHeard = "";
    /// Servers that have nothing to say until they are heard again.
    private final TreeSet<Long> unreachable = new TreeSet<>();

    /// The election begins with the first [#look] or [#appoint].
    public Election(long self, Quorums quorums, ElectionTiming timing) {
        this.self = self;
        this.quorums = quorums;
        this.timing = timing;
        this.askers = new Askers(timing.resendMsMin() / 2);
        this.own = new Vote(self, Vote.ZXID_UNKNOWN, 0);
    }

    /// Begins a search: a new round, in which this server proposes itself.
    ///
    /// @param mine the vote for this server, of the log's synced end and the current epoch
    /// @param hasNothing whether this server has no record and has promised no epoch: it may have lost its disk
    public void look(Vote mine, boolean hasNothing, Quorums current, Now now, Out out) {
        prepare(mine, hasNothing, current);
        search(own, now, out);
    }

    /// Begins a search in which this server proposes another: one that knows all that it knows itself.
    ///
    /// @param mine the vote for this server, for later
    public void lookAway(Vote mine, Vote heir, Quorums current, Now now, Out out) {
        Invariant.check(heir.leader() != self, "a server proposes another than itself");
        prepare(mine, false, current);
        search(heir, now, out);
    }

    private void prepare(Vote mine, boolean hasNothing, Quorums current) {
        Invariant.check(mine.leader() == self, "the vote for this server is one for another");
        quorums = current;
        own = mine;
        newcomer = hasNothing;
        askers.clear();
    }

    private void search(Vote first, Now now, Out out) {
        state = PeerState.LOOKING;
        round++;
        configHeard = "";
        looking = new Looking(self, first, newcomer, quorums, timing, round, now.monotonicMs());
        looking.doWithout(unreachable::contains, now.monotonicMs());
        broadcast(looking, out);
        conclude(looking, now, out);
    }

    /// Learns that another server cannot be reached, and is not waited for until it is [#reachable], or heard, again.
    public void unreachable(long sid, Now now, Out out) {
        if (unreachable.add(sid)) {
            judgeAnew(now, out);
        }
    }

    /// Learns that another server can be reached again: it may only have changed its connection, and is waited for.
    public void reachable(long sid, Now now, Out out) {
        if (unreachable.remove(sid)) {
            judgeAnew(now, out);
        }
    }

    /// Whether a server has nothing to say until it is heard again.
    public boolean isUnreachable(long sid) {
        return unreachable.contains(sid);
    }

    /// Others are waited for now than before.
    private void judgeAnew(Now now, Out out) {
        if (looking != null) {
            looking.doWithout(unreachable::contains, now.monotonicMs());
            conclude(looking, now, out);
        }
    }

    /// Asks who leads, as an observer that has found a leader and does not get on with it. It goes on with that one:
    /// the answers are only [#heard].
    public void ask(Out out) {
        if (state != PeerState.OBSERVING) {
            return;
        }
        Notification question = notification(PeerState.LOOKING, Vote.NONE, round);
        quorums.voters().forEach(voter -> out.send(voter, question));
    }

    /// Takes in a notification from another server, member or not.
    public void heard(long from, Notification n, Now now, Out out) {
        unreachable.remove(from);
        boolean begun = looking != null || state != PeerState.LOOKING;
        if (from == self || !begun) {
            return;
        }
        noteMemberships(n.memberships(), now, out);
        boolean asks = n.state() == PeerState.LOOKING;
        if (!quorums.isVoter(from)) {
            if (asks && askers.admits(from, now.monotonicMs())) {
                out.send(from, looking != null ? proposal(looking) : result(round));
            }
        } else if (looking != null) {
            switch (looking.hear(from, Ballot.of(n), now.monotonicMs())) {
                case NOTHING -> {}
                case ANSWER -> out.send(from, proposal(looking));
                case BROADCAST -> broadcast(looking, out);
            }
            conclude(looking, now, out);
        } else if (asks) {
            // While it still proposes this server, it is only not as far as the others were.
            if (state == PeerState.LEADING && voteRound != UNELECTED && n.leader() != self) {
                out.deserted(from);
            }
            out.send(from, result(voteRound));
        } else if (state == PeerState.LEADING
                && n.leader() != self
                && Ballot.of(n).settled()) {
            out.deserted(from);
        }
    }

    /// Lets time pass; to be called at [#wakeAtMs] or somewhat later, and as often besides as one likes.
    public void tick(Now now, Out out) {
        if (looking != null) {
            conclude(looking, now, out);
        }
        if (looking != null && looking.resends(now.monotonicMs())) {
            broadcast(looking, out);
        }
    }

    /// When [#tick] will have something to do, in milliseconds of the monotonic clock, if nothing is heard until then;
    /// `Long.MAX_VALUE` when there is nothing to wait for.
    public long wakeAtMs() {
        return looking == null ? Long.MAX_VALUE : looking.wakeAtMs();
    }

    /// Learns that the leader is followed no longer, or that this server leads no longer. Until the next search it says
    /// nothing: whoever looks for a leader would take its word for one that is there.
    public void leave() {
        Invariant.check(looking == null, "a search leads to a leader before one can be left");
        state = PeerState.LOOKING;
        vote = own;
    }

    /// Learns who votes now. A search begins anew if other servers do, or elsewhere than before.
    public void membership(Quorums current, Now now, Out out) {
        Quorums before = quorums;
        quorums = current;
        if (looking != null && !before.sameMembersAs(current)) {
            search(own, now, out);
        }
    }

    /// Learns that the leader has opened an epoch. It replaces that of the vote for it, so that servers which have been
    /// following since the election and those which came later say the same.
    public void established(long epoch) {
        Invariant.check(looking == null, "an epoch is opened by a leader, not in a search");
        vote = vote.withPeerEpoch(epoch);
    }

    /// Ends the search, or the role, in favour of a leader that a change of members named; there is no election, and
    /// nothing is sent.
    ///
    /// @param zxid of the change
    public void appoint(long leader, long zxid) {
        settle(new Outcome(new Vote(leader, zxid, UNELECTED), UNELECTED));
    }

    /// What this server is doing, as far as an election is concerned.
    public PeerState state() {
        return state;
    }

    /// The proposal of a search, or the vote for the leader that was found.
    public Vote vote() {
        return looking != null ? looking.proposal() : vote;
    }

    /// The count of elections ("logical clock"), which a search brings up to that of the others.
    public long round() {
        return looking != null ? looking.round() : round;
    }

    /// What the others say, and why that is not enough, for people; empty if this server does not search.
    public String story() {
        return looking == null ? "" : looking.story();
    }

    private void conclude(Looking search, Now now, Out out) {
        round = search.round();
        Outcome outcome = search.outcome(now.monotonicMs());
        if (outcome == null) {
            return;
        }
        round = outcome.round();
        settle(outcome);
        search.uninformed(outcome).forEach(sid -> out.send(sid, result(voteRound)));
        askers.all().forEach(sid -> out.send(sid, result(round)));
        out.decided(vote);
    }

    private void settle(Outcome outcome) {
        looking = null;
        vote = outcome.vote();
        voteRound = outcome.round();
        if (vote.leader() == self) {
            state = PeerState.LEADING;
        } else {
            // Who is no member yet is a follower that nobody counts.
            state = quorums.observes(self) ? PeerState.OBSERVING : PeerState.FOLLOWING;
        }
    }

    private void noteMemberships(Notification.Memberships told, Now now, Out out) {
        if (looking == null) {
            return;
        }
        Membership proposed = told.proposed().isEmpty() ? null : membership(told.proposed());
        if (proposed != null) {
            membership(out.proposedMembership(proposed, told.epoch()), now, out);
        }
        String config = told.committed();
        if (config.isEmpty() || config.equals(configHeard)) {
            return;
        }
        configHeard = config;
        Membership heard = membership(config);
        if (heard != null && heard.version() > quorums.committed().version()) {
            membership(out.newerMembership(heard), now, out);
        }
    }

    private static @Nullable Membership membership(String config) {
        try {
            return Membership.parse(config);
        } catch (MalformedPacketException _) {
            // The vote counts all the same, as with Apache: a newer version may have added what is not known here.
            return null;
        }
    }

    private void broadcast(Looking search, Out out) {
        for (long voter : quorums.voters()) {
            if (voter != self) {
                out.send(voter, proposal(search));
            }
        }
    }

    private Notification proposal(Looking search) {
        return notification(state, search.proposal(), search.round());
    }

    private Notification result(long inRound) {
        return notification(state, vote, inRound);
    }

    /// The committed membership goes with it, and the proposed one, if there is one, at a place of its own: an Apache
    /// server that looks for a leader would take it for committed.
    private Notification notification(PeerState as, Vote said, long inRound) {
        String committed = quorums.committed().text();
        Membership next = looking == null ? null : quorums.next();
        var told = next == null
                ? Notification.Memberships.of(committed)
                : new Notification.Memberships(committed, next.text(), own.peerEpoch());
        return new Notification(as, said.leader(), said.zxid(), inRound, said.peerEpoch(), Notification.VERSION, told);
    }
}
