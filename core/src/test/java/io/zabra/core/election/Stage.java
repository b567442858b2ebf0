// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.election;

import io.zabra.core.base.Now;
import io.zabra.core.quorum.Membership;
import io.zabra.core.quorum.Quorums;
import io.zabra.wire.quorum.Notification;
import io.zabra.wire.quorum.PeerState;
import java.util.ArrayList;
import java.util.List;

/// One election with a clock, and a list of what comes out of it, as short lines:
/// `2 LOOKING 3/7@1 r4` is a notification to server 2 of one that looks, and votes in round 4 for server 3 with zxid 7
/// and epoch 1.
final class Stage implements Election.Out {

    final Election election;
    final List<String> out = new ArrayList<>();
    final List<Notification> sent = new ArrayList<>();
    private Quorums quorums;
    private final long self;
    private long nowMs = 1_000;

    Stage(long self, Quorums quorums) {
        this.self = self;
        this.quorums = quorums;
        election = new Election(self, quorums, ElectionTiming.DEFAULT);
    }

    /// Server `self` of an ensemble of that many voters, and of one observer with the id after theirs.
    static Stage of(int voters, long self) {
        return new Stage(self, Quorums.of(ensemble(0, voters)));
    }

    static Membership ensemble(long version, int voters) {
        StringBuilder text = new StringBuilder();
        for (int sid = 1; sid <= voters; sid++) {
            text.append(server(sid, "participant"));
        }
        return Membership.parse(text + server(voters + 1, "observer") + "version=" + Long.toHexString(version));
    }

    static String server(long sid, String role) {
        return "server." + sid + "=10.0.0." + sid + ":2888:3888:" + role + ";2181\n";
    }

    static Vote vote(long leader, long zxid, long epoch) {
        return new Vote(leader, zxid, epoch);
    }

    Stage looks(long zxid, long epoch) {
        election.look(vote(self, zxid, epoch), false, quorums, now(), this);
        return this;
    }

    Stage looksWithNothing() {
        election.look(vote(self, 0, 0), true, quorums, now(), this);
        return this;
    }

    Stage hears(long from, PeerState state, Vote vote, long round) {
        return hears(from, new Notification(state, vote.leader(), vote.zxid(), round, vote.peerEpoch(), ""));
    }

    Stage hears(long from, Notification notification) {
        election.heard(from, notification, now(), this);
        return this;
    }

    Stage misses(long sid) {
        election.unreachable(sid, now(), this);
        return this;
    }

    Stage reaches(long sid) {
        election.reachable(sid, now(), this);
        return this;
    }

    Stage membership(Quorums current) {
        quorums = current;
        election.membership(current, now(), this);
        return this;
    }

    /// What it takes note of once somebody tells of it.
    Stage learns(Quorums current) {
        quorums = current;
        return this;
    }

    /// Lets time pass, with a tick in each millisecond.
    Stage pass(long ms) {
        for (long i = 0; i < ms; i++) {
            nowMs++;
            election.tick(now(), this);
        }
        return this;
    }

    /// Forgets what came out so far.
    Stage quiet() {
        out.clear();
        sent.clear();
        return this;
    }

    Now now() {
        return new Now(nowMs * 1_000_000, 0);
    }

    long nowMs() {
        return nowMs;
    }

    static String text(Vote vote) {
        String leader = vote.leader() == Long.MIN_VALUE ? "nobody" : vote.leader() + "/" + vote.zxid();
        return vote.peerEpoch() == Long.MIN_VALUE ? leader.split("/")[0] : leader + "@" + vote.peerEpoch();
    }

    @Override
    public void send(long to, Notification n) {
        sent.add(n);
        Vote vote = vote(n.leader(), n.zxid(), n.peerEpoch());
        out.add(to + " " + n.state() + " " + text(vote) + " r" + n.electionEpoch());
    }

    @Override
    public void decided(Vote vote) {
        out.add("decided " + election.state() + " " + text(vote));
    }

    @Override
    public Quorums newerMembership(Membership membership) {
        out.add("newer " + Long.toHexString(membership.version()));
        return quorums;
    }

    @Override
    public Quorums proposedMembership(Membership membership, long epoch) {
        out.add("proposed " + Long.toHexString(membership.version()) + " by one in epoch " + epoch);
        return quorums;
    }

    @Override
    public void deserted(long voter) {
        out.add("deserted by " + voter);
    }
}
