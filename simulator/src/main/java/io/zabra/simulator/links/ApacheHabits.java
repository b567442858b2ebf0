// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.simulator.links;

import io.zabra.core.base.Prng;
import io.zabra.core.log.Entry;
import io.zabra.wire.quorum.QuorumPacket;
import java.util.ArrayList;
import java.util.List;

/// What a server of Apache's does at its end of a connection and ours do not, where the simulation draws one. The other
/// end has to bear it.
public final class ApacheHabits {

    private static final int EARLY_MAX = 5;
    private static final long MS = 1_000_000;

    /// The server at this end.
    public interface Server {

        /// The last record of its log.
        long lastAppended();

        /// Whether the learner at the other end has that record.
        boolean learnerHas(long zxid);

        /// So many records up to that one, which change no members, and the one before them; none if there are none.
        List<Entry> recordsUpTo(long zxid, int count);

        /// How long it may be busy.
        int busyMsMax();

        /// Notes that something happened.
        void count(String what);
    }

    private final Server server;
    private final Prng random;
    private final List<QuorumPacket> behind = new ArrayList<>();
    private long told = -1;
    private boolean truncates;
    private long holds;
    private long answersAtNs;

    public ApacheHabits(Server server, Prng random) {
        this.server = server;
        this.random = random;
    }

    /// The learner at the other end tells what it has.
    public void heard(QuorumPacket packet) {
        if (packet instanceof QuorumPacket.AckEpoch(long zxid, int _)) {
            told = zxid;
        }
    }

    /// What is sent in the place of a packet.
    public QuorumPacket sent(QuorumPacket packet) {
        if (!(packet instanceof QuorumPacket.Snap(long zxid))) {
            return packet;
        }
        if (server.lastAppended() == zxid && told > zxid && server.learnerHas(zxid)) {
            server.count("truncated by Apache's");
            truncates = true;
            return new QuorumPacket.Trunc(zxid);
        }
        return random.chance(50) ? packet : early(zxid);
    }

    /// The tree that is sent changes meanwhile: what it holds behind the announced transaction follows once more.
    private QuorumPacket early(long zxid) {
        List<Entry> records = server.recordsUpTo(zxid, 1 + random.below(EARLY_MAX));
        if (records.isEmpty()) {
            return new QuorumPacket.Snap(zxid);
        }
        for (Entry record : records.subList(1, records.size())) {
            behind.add(new QuorumPacket.Proposal(record.zxid(), record.bytes()));
            behind.add(new QuorumPacket.Commit(record.zxid()));
        }
        holds = zxid;
        server.count("snapshot of Apache's with later changes");
        return new QuorumPacket.Snap(records.getFirst().zxid());
    }

    /// Whether the snapshot is sent that was asked for.
    public boolean sendsSnapshot() {
        return !truncates;
    }

    /// Up to where the tree may hold changes behind what was announced.
    public long holds() {
        return holds;
    }

    /// What follows a snapshot.
    public List<QuorumPacket> behindSnapshot() {
        return List.copyOf(behind);
    }

    /// How long it takes until something is sent: a learner that is busy answers its leader late, one question after
    /// the other.
    public long busyNs(QuorumPacket packet, long nowNs) {
        int busyMsMax = server.busyMsMax();
        if (!(packet instanceof QuorumPacket.PingReply) || busyMsMax == 0) {
            return 0;
        }
        if (random.chance(5)) {
            server.count("busy learner of Apache's");
            answersAtNs = nowNs + random.below(busyMsMax) * MS;
        }
        return Math.max(0, answersAtNs - nowNs);
    }
}
