// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.election;

import io.zabra.core.quorum.Membership;
import io.zabra.core.quorum.Quorums;
import io.zabra.wire.quorum.PeerState;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.LongPredicate;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// One search for a leader, from the end of one role to the beginning of the next.
///
/// Of each voter only the last ballot is kept; one that came before says nothing about what that voter wants now. A
/// server without a vote (an observer, or not a member yet) does not judge the votes of others: it waits until enough
/// of them say whom they follow.
///
/// A newcomer, a server that has no record and has promised no epoch, may have lost its disk, and with it what a
/// quorum relies on. It votes only for servers that were never in an epoch either, and only as long as it has heard of
/// no other: so a new ensemble begins as usual, and in one that has a past it waits until those that know it have
/// elected a leader.
///
/// Apache keeps two sets, of this round's votes and of servers out of the election; here they are two views of one.
final class Looking {

    /// What to tell others after one ballot.
    enum Reaction {
        NOTHING,
        /// The sender is behind, or has missed the better vote: tell it where the election is.
        ANSWER,
        /// The proposal or the round changed: tell all voters.
        BROADCAST
    }

    private static final long NEVER = Long.MAX_VALUE;

    private final long self;
    private final Quorums quorums;
    private final Vote own;
    private final boolean votes;
    private final boolean newcomer;
    private final ElectionTiming timing;

    private final TreeMap<Long, Ballot> ballots = new TreeMap<>();
    /// What each voter has said last, whether it counts or not; for people.
    private final TreeMap<Long, Ballot> said = new TreeMap<>();
    /// Those that are not waited for.
    private LongPredicate unreachable = _ -> false;
    private long round;
    private Vote proposal;
    private @Nullable Outcome joined;
    private long finalAtMs = NEVER;
    private long pauseMs;
    private long resendAtMs;

    /// @param own what this server proposes first, and does not fall behind: itself, unless it hands over
    /// @param newcomer whether it has nothing
    /// @param round of this election, as far as this server knows
    Looking(long self, Vote own, boolean newcomer, Quorums quorums, ElectionTiming timing, long round, long nowMs) {
        this.self = self;
        this.quorums = quorums;
        // Who may lead only by a change that it does not know lacks that change: there are better leaders.
        this.own = quorums.asked().mayLead(own.leader()) ? own : Vote.NONE;
        this.votes = quorums.isVoter(self) && own.zxid() != Vote.ZXID_UNKNOWN;
        this.newcomer = newcomer;
        this.timing = timing;
        this.round = round;
        this.proposal = this.own;
        this.pauseMs = timing.resendMsMin();
        this.resendAtMs = nowMs + pauseMs;
        propose(this.own, nowMs);
    }

    long round() {
        return round;
    }

    Vote proposal() {
        return proposal;
    }

    /// Waits no longer for the votes of some servers.
    ///
    /// @param sids asked from now on
    void doWithout(LongPredicate sids, long nowMs) {
        unreachable = sids;
        judge(nowMs);
    }

    /// Takes in what a voter said.
    Reaction hear(long from, Ballot ballot, long nowMs) {
        noteNews(!ballot.equals(ballots.get(from)), nowMs);
        boolean again = ballot.equals(said.put(from, ballot));
        if (counts(ballot)) {
            ballots.put(from, ballot);
        } else {
            ballots.remove(from);
        }
        Reaction reaction = ballot.looks() && votes ? hearSearcher(ballot, again, nowMs) : Reaction.NOTHING;
        if (ballot.settled() && counts(ballot)) {
            joined = join(ballot);
        }
        judge(nowMs);
        return reaction;
    }

    /// Observers decide nothing, and nobody can be elected who is no voter or does not know its history.
    private boolean counts(Ballot ballot) {
        boolean known = ballot.settled() || ballot.looks() && ballot.vote().zxid() != Vote.ZXID_UNKNOWN;
        return known && quorums.isVoter(ballot.vote().leader());
    }

    /// @param again whether this is what its sender has said before
    private Reaction hearSearcher(Ballot ballot, boolean again, long nowMs) {
        if (ballot.round() < round) {
            return Reaction.ANSWER;
        }
        if (ballot.round() > round) {
            // Also of a vote that does not count: else who proposes nobody, or one that only some know, would stay
            // alone.
            round = ballot.round();
            propose(counts(ballot) && better(ballot.vote(), own) ? ballot.vote() : own, nowMs);
            return Reaction.BROADCAST;
        }
        if (counts(ballot) && better(ballot.vote(), proposal)) {
            propose(ballot.vote(), nowMs);
            return Reaction.BROADCAST;
        }
        // Who begins to look a moment later than others has kept none of their votes. By the time at which they say
        // them again, one of them may lead, and those who could prove it be gone. Apache's servers answer nothing here,
        // and who is told may have a reason not to be convinced: each vote is answered once.
        return !again && better(proposal, ballot.vote()) ? Reaction.ANSWER : Reaction.NOTHING;
    }

    private void propose(Vote vote, long nowMs) {
        proposal = vote;
        finalAtMs = NEVER;
        resendAtMs = nowMs + pauseMs;
        if (votes) {
            ballots.put(self, new Ballot(PeerState.LOOKING, vote, round, 0));
            judge(nowMs);
        }
    }

    /// The total order of votes, with a server that may not lead behind all others.
    private boolean better(Vote vote, Vote other) {
        if (newcomer && vote.peerEpoch() > 0) {
            return false;
        }
        if (vote.leader() == self && !vote.equals(own)) {
            // It tells of what this server has truncated since, or has lost.
            return false;
        }
        return quorums.mayLead(vote.leader()) && (!quorums.mayLead(other.leader()) || order(vote, other) > 0);
    }

    /// Whoever has most goes first. Of those that have the same, Apache's servers take only who has weight already.
    private int order(Vote vote, Vote other) {
        boolean tie = vote.peerEpoch() == other.peerEpoch() && vote.zxid() == other.zxid();
        int byWeight = Boolean.compare(quorums.hasWeight(vote.leader()), quorums.hasWeight(other.leader()));
        return tie && byWeight != 0 ? byWeight : vote.compareTo(other);
    }

    /// Starts, or stops, the wait that makes the agreement of a quorum final.
    private void judge(long nowMs) {
        LongPredicate agree = having(mine()::agreesWith);
        if (!votes || newcomer && thereIsAPast() || !quorums.isQuorum(agree)) {
            finalAtMs = NEVER;
        } else if (isDecided() || quorums.voters().stream().allMatch(sid -> agree.test(sid) || unreachable.test(sid))) {
            finalAtMs = nowMs;
        } else if (finalAtMs == NEVER) {
            finalAtMs = nowMs + timing.finalizeWaitMs();
        }
    }

    /// Whether a quorum has waited already, and follows whom this server wants: who is late must not change its mind.
    private boolean isDecided() {
        LongPredicate follow = having(other -> other.settled() && mine().agreesWith(other));
        return quorums.isQuorum(sid -> sid == self || follow.test(sid));
    }

    private boolean thereIsAPast() {
        return ballots.values().stream().anyMatch(ballot -> ballot.vote().peerEpoch() > 0);
    }

    private Ballot mine() {
        return new Ballot(PeerState.LOOKING, proposal, round, 0);
    }

    /// Whether this ballot, with those before it, tells of a leader that is elected already, which says so itself.
    ///
    /// Following it is harmless even if it is not so (the hand-shake would fail), thus a quorum of one membership is
    /// enough: of a change of members that this server has missed, the servers of the old membership may be gone.
    ///
    /// Of servers that follow this one nothing can be joined. If they have elected it in this round, their ballots
    /// count as votes in [#judge]; if they mean what it was before a restart, they will notice.
    private @Nullable Outcome join(Ballot ballot) {
        Ballot leader = ballots.get(ballot.vote().leader());
        if (ballot.vote().leader() == self || leader == null || leader.state() != PeerState.LEADING) {
            return null;
        }
        Predicate<Ballot> inRound = other -> other.round() == round && ballot.agreesWith(other);
        Predicate<Ballot> outside = other -> other.settled() && ballot.agreesWith(other);
        for (Predicate<Ballot> ofOneMind : List.of(inRound, outside)) {
            if (ofOneMind.test(ballot) && quorumOfOne(having(ofOneMind))) {
                return new Outcome(ballot.vote(), ballot.round());
            }
        }
        return null;
    }

    private boolean quorumOfOne(LongPredicate agrees) {
        for (Membership membership : quorums.all()) {
            if (membership.isQuorum(agrees)) {
                return true;
            }
        }
        return false;
    }

    private LongPredicate having(Predicate<Ballot> wanted) {
        return sid -> {
            Ballot ballot = ballots.get(sid);
            return ballot != null && wanted.test(ballot);
        };
    }

    /// What the others say, and why that is not enough, for people.
    String story() {
        StringBuilder story = new StringBuilder();
        if (newcomer) {
            story.append("this server has nothing, and waits until others have elected a leader; ");
        }
        for (long sid : quorums.voters()) {
            if (sid != self) {
                story.append("server ")
                        .append(sid)
                        .append(' ')
                        .append(story(sid))
                        .append("; ");
            }
        }
        return story.append("votes that count: ").append(ballots.keySet()).toString();
    }

    private String story(long sid) {
        Ballot ballot = said.get(sid);
        if (ballot == null) {
            return unreachable.test(sid) ? "cannot be reached" : "says nothing";
        }
        long leader = ballot.vote().leader();
        if (ballot.looks()) {
            return "looks for a leader too, and proposes "
                    + (ballot.vote().zxid() == Vote.ZXID_UNKNOWN ? "nobody" : "server " + leader);
        }
        if (ballot.state() == PeerState.LEADING && leader != sid) {
            return "says that it leads, as server " + leader + ": the list here has a wrong address for it";
        }
        if (leader == self) {
            return "takes server " + self + " for the leader: another server has the id of this one, or it has not"
                    + " noticed yet that this one has started again";
        }
        if (ballot.settled() && !quorums.isVoter(leader)) {
            return "follows server " + leader + ", which has no vote in the list here";
        }
        return ballot.state() == PeerState.LEADING ? "leads" : "follows server " + leader;
    }

    /// The result, once there is one.
    @Nullable
    Outcome outcome(long nowMs) {
        if (joined != null) {
            return joined;
        }
        return finalAtMs <= nowMs ? new Outcome(proposal, round) : null;
    }

    /// Voters that look for a leader and want another than this one; and this one, if it looks itself: it may have
    /// heard nothing of the votes for it, and change its mind.
    List<Long> uninformed(Outcome outcome) {
        Ballot result = new Ballot(PeerState.LOOKING, outcome.vote(), outcome.round(), 0);
        List<Long> found = new ArrayList<>();
        ballots.forEach((sid, ballot) -> {
            boolean elected = sid == outcome.vote().leader();
            if (sid != self && ballot.looks() && (elected || !ballot.agreesWith(result))) {
                found.add(sid);
            }
        });
        return found;
    }

    /// Whether it is time to say everything again; if so, the next time is later.
    boolean resends(long nowMs) {
        if (nowMs < resendAtMs) {
            return false;
        }
        pauseMs = Math.min(2 * pauseMs, timing.resendMsMax());
        resendAtMs = nowMs + pauseMs;
        return true;
    }

    /// Something new was heard: there are peers that may not have got what was said before.
    private void noteNews(boolean news, long nowMs) {
        if (news) {
            pauseMs = timing.resendMsMin();
            resendAtMs = Math.min(resendAtMs, nowMs + pauseMs);
        }
    }

    /// When [#outcome] or [#resends] may have something, if nothing is heard until then.
    long wakeAtMs() {
        return Math.min(finalAtMs, resendAtMs);
    }
}
