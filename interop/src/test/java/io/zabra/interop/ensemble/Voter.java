// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.interop.ensemble;

import io.zabra.core.base.Now;
import io.zabra.core.election.Election;
import io.zabra.core.election.ElectionTiming;
import io.zabra.core.election.Vote;
import io.zabra.core.quorum.Member;
import io.zabra.core.quorum.Membership;
import io.zabra.core.quorum.PeerAddress;
import io.zabra.core.quorum.QuorumRule;
import io.zabra.core.quorum.Quorums;
import io.zabra.server.net.NettyTransport;
import io.zabra.server.peer.ElectionLinks;
import io.zabra.wire.quorum.HostPort;
import io.zabra.wire.quorum.Notification;
import io.zabra.wire.quorum.PeerState;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/// A voter of this project, with its real election and its real connections, that does nothing but elect.
final class Voter implements ElectionLinks.Inbox, Election.Out, AutoCloseable {

    @Override
    public void behindVotes(Runnable action) {
        action.run();
    }

    private final long sid;
    private final Quorums quorums;
    private final NettyTransport transport = NettyTransport.start(1);
    private final ElectionLinks links;
    private final Election election;
    private ScheduledFuture<?> ticks;

    private Voter(long sid, Map<Long, Ports> all) {
        this.sid = sid;
        List<Member> members = new ArrayList<>();
        all.forEach((id, ports) -> members.add(new Member(
                id,
                Member.Role.PARTICIPANT,
                List.of(new PeerAddress("127.0.0.1", ports.quorum(), ports.election())),
                null)));
        quorums = Quorums.of(Membership.of(0, members, new QuorumRule.Majority()));
        election = new Election(sid, quorums, ElectionTiming.DEFAULT);
        links = new ElectionLinks(
                new ElectionLinks.Config(
                        sid,
                        new HostPort("127.0.0.1", all.get(sid).election()),
                        5_000,
                        id -> all.containsKey(id)
                                ? List.of(new HostPort("127.0.0.1", all.get(id).election()))
                                : List.of()),
                transport,
                this);
    }

    /// Opens the election port of the member `sid`, and begins to look for a leader with the vote given.
    static Voter start(long sid, long zxid, long epoch, Map<Long, Ports> all) throws IOException, InterruptedException {
        Voter voter = new Voter(sid, all);
        voter.links.open(new InetSocketAddress(
                InetAddress.getLoopbackAddress(), all.get(sid).election()));
        voter.ticks = voter.transport.loops().scheduleWithFixedDelay(voter::tick, 20, 20, TimeUnit.MILLISECONDS);
        voter.look(zxid, epoch);
        return voter;
    }

    synchronized void look(long zxid, long epoch) {
        election.look(new Vote(sid, zxid, epoch), false, quorums, now(), this);
    }

    synchronized PeerState state() {
        return election.state();
    }

    synchronized Vote vote() {
        return election.vote();
    }

    private synchronized void tick() {
        election.tick(now(), this);
    }

    @Override
    public synchronized void heard(long from, Notification notification) {
        election.heard(from, notification, now(), this);
    }

    @Override
    public synchronized void unreachable(long sid) {
        election.unreachable(sid, now(), this);
    }

    @Override
    public synchronized void reachable(long sid) {
        election.reachable(sid, now(), this);
    }

    @Override
    public void trouble(long from, String reason) {}

    @Override
    public void send(long to, Notification notification) {
        links.send(to, notification);
    }

    @Override
    public void decided(Vote vote) {}

    @Override
    public Quorums newerMembership(Membership membership) {
        return quorums;
    }

    @Override
    public Quorums proposedMembership(Membership membership, long epoch) {
        return quorums;
    }

    @Override
    public void deserted(long voter) {}

    @Override
    public void close() throws InterruptedException {
        ticks.cancel(false);
        links.close();
        transport.loops().shutdownGracefully(0, 1, TimeUnit.SECONDS).sync();
    }

    private static Now now() {
        return new Now(System.nanoTime(), System.currentTimeMillis());
    }
}
