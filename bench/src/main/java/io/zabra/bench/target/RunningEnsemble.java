// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.bench.target;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/// The servers that are measured together: the members of an ensemble, or a single one that stands alone.
public final class RunningEnsemble implements AutoCloseable {

    private static final Duration LEADER_DEADLINE = Duration.ofSeconds(60);
    private static final Duration FOLLOWING_DEADLINE = Duration.ofSeconds(180);
    private static final long LOOK_EACH_NS = 2_000_000;

    private final List<RunningServer> members;

    RunningEnsemble(List<RunningServer> members) {
        this.members = List.copyOf(members);
    }

    public List<RunningServer> members() {
        return members;
    }

    /// Where clients connect, in the order of the members.
    public List<InetSocketAddress> addresses() {
        return members.stream().map(RunningServer::address).toList();
    }

    /// The server of a scenario that has one.
    public RunningServer single() {
        if (members.size() != 1) {
            throw new IllegalStateException("an ensemble of " + members.size() + " is no single server");
        }
        return members.getFirst();
    }

    /// Whether its servers can be stopped and started again here.
    public boolean owned() {
        return members.stream().allMatch(RunningServer::owned);
    }

    /// The member that leads, as it says itself; waits for one. A server that stands alone has nobody else to lead.
    public RunningServer leader() throws IOException {
        return members.size() == 1 ? members.getFirst() : leaderAmong(members);
    }

    /// The first of these members that says that it leads; waits for one.
    public RunningServer leaderAmong(List<RunningServer> candidates) throws IOException {
        long deadlineNs = System.nanoTime() + LEADER_DEADLINE.toNanos();
        while (System.nanoTime() < deadlineNs) {
            Optional<RunningServer> leading =
                    candidates.stream().filter(RunningEnsemble::leads).findFirst();
            if (leading.isPresent()) {
                return leading.get();
            }
            LockSupport.parkNanos(LOOK_EACH_NS);
        }
        throw new IOException("no member leads after " + LEADER_DEADLINE.toSeconds() + " s");
    }

    /// All members but that one.
    public List<RunningServer> others(RunningServer member) {
        return members.stream().filter(other -> other != member).toList();
    }

    /// Waits until the member follows and has what its leader has now.
    public void awaitFollowing(RunningServer member) throws IOException {
        long deadlineNs = System.nanoTime() + FOLLOWING_DEADLINE.toNanos();
        long target = zxid(leaderAmong(others(member)));
        while (!follows(member, target)) {
            if (System.nanoTime() > deadlineNs) {
                throw new IOException("a member does not follow after " + FOLLOWING_DEADLINE.toSeconds() + " s");
            }
            LockSupport.parkNanos(LOOK_EACH_NS);
        }
    }

    private static boolean follows(RunningServer member, long target) {
        try {
            return "follower".equals(member.srvr().get("Mode")) && zxid(member) >= target;
        } catch (IOException _) {
            return false;
        }
    }

    private static long zxid(RunningServer member) throws IOException {
        String zxid = member.srvr().getOrDefault("Zxid", "0x0");
        return Long.parseUnsignedLong(zxid.substring(2), 16);
    }

    private static boolean leads(RunningServer member) {
        try {
            return "leader".equals(member.srvr().get("Mode"));
        } catch (IOException _) {
            return false;
        }
    }

    /// Starts all at once, since none answers without a quorum; returns when all have granted a session.
    void launch() throws IOException {
        for (RunningServer member : members) {
            member.spawn();
        }
        for (RunningServer member : members) {
            member.awaitAnswer();
        }
    }

    @Override
    public void close() throws IOException {
        IOException failure = null;
        for (RunningServer member : members) {
            try {
                member.close();
            } catch (IOException e) {
                if (failure != null) {
                    e.addSuppressed(failure);
                }
                failure = e;
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
