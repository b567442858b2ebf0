// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.zab;

import io.zabra.core.feed.PeerLink;
import io.zabra.core.log.ReceivedSnapshot;
import io.zabra.core.log.Zxid;
import io.zabra.core.tree.FrozenTree;
import io.zabra.wire.client.OpCode;
import io.zabra.wire.quorum.Dialect;
import io.zabra.wire.quorum.QuorumPacket;
import java.util.ArrayDeque;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// One end of a connection between two servers. What is sent arrives in order and after a while, or not at all.
final class TestLink implements PeerLink {

    /// @param count how many transactions it has
    private record Snapshot(long zxid, int count) {}

    private enum End {
        END
    }

    final Server owner;
    private final int generation;
    private final World world;
    private @Nullable TestLink other;
    private final ArrayDeque<Object> wire = new ArrayDeque<>();
    private boolean open = true;
    private boolean interfered;
    private long lastDueMs;
    /// What a packet on the wire is said to weigh.
    private final long weight;

    private TestLink(Server owner, World world) {
        this.owner = owner;
        this.world = world;
        this.generation = owner.generation;
        this.weight = world.random.chance(30) ? 1L << 20 : 1;
    }

    static TestLink[] pair(Server learner, Server leader, World world) {
        TestLink a = new TestLink(learner, world);
        TestLink b = new TestLink(leader, world);
        a.other = b;
        b.other = a;
        return new TestLink[] {a, b};
    }

    TestLink other() {
        return java.util.Objects.requireNonNull(other);
    }

    boolean isOpen() {
        return open;
    }

    @Override
    public void send(QuorumPacket packet) {
        if (open && (!(packet instanceof QuorumPacket.UpToDate) || world.mutant != Mutant.EARLY_UP_TO_DATE)) {
            QuorumPacket sent = altered(packet);
            owner.sends(this, sent);
            put(sent);
        }
    }

    private QuorumPacket altered(QuorumPacket packet) {
        return switch (packet) {
            case QuorumPacket.AckEpoch(long last, int _)
            when world.mutant == Mutant.ACCEPTS_TWICE ->
                new QuorumPacket.AckEpoch(last, (int) owner.disk.epochs.current());
            case QuorumPacket.LearnerInfo info
            when info.dialect().has(Dialect.NEWCOMER) && world.mutant == Mutant.COUNTS_NEWCOMERS ->
                new QuorumPacket.LearnerInfo(
                        info.observer(), info.acceptedEpoch(), info.sid(), info.protocolVersion(), 0, Dialect.ZABRA);
            case QuorumPacket.LeaderInfo(long epoch, int version, Dialect spoken)
            when world.mutant == Mutant.COUNTS_NEWCOMERS ->
                new QuorumPacket.LeaderInfo(epoch, version, spoken.and(Dialect.NEWCOMER));
            case QuorumPacket.LearnerInfo info
            when info.observer() && world.mutant == Mutant.OBSERVERS_VOTE ->
                new QuorumPacket.LearnerInfo(false, info.acceptedEpoch(), 1, info.protocolVersion(), 0, info.dialect());
            default -> packet;
        };
    }

    /// What a mutant answers in place of the one that was asked; true if that one does not hear of it.
    private boolean interfere(TestLink to, QuorumPacket packet) {
        if (world.mutant == Mutant.EARLY_ACK && packet instanceof QuorumPacket.NewLeader(long zxid, var _)) {
            to.send(new QuorumPacket.Ack(zxid));
        } else if (world.mutant == Mutant.EARLY_UP_TO_DATE
                && packet instanceof QuorumPacket.Ack(long zxid)
                && Zxid.counter(zxid) == 0
                && !interfered) {
            interfered = true;
            to.put(new QuorumPacket.UpToDate());
        } else if (world.mutant == Mutant.EARLY_SYNC && packet instanceof QuorumPacket.Forward asked) {
            if (asked.op() == OpCode.SYNC.number()) {
                to.put(new QuorumPacket.Sync());
                return true;
            }
        }
        return false;
    }

    @Override
    public void snapshot(FrozenTree tree, SortedMap<Long, Integer> sessions) {
        tree.close();
        if (open) {
            put(new Snapshot(owner.appliedZxid, owner.appliedCount));
        }
    }

    @Override
    public void close() {
        if (open) {
            open = false;
            put(End.END);
        }
    }

    @Override
    public long unsentBytes() {
        return wire.size() * weight;
    }

    /// The connection breaks: both ends hear of it, and what was under way is lost.
    void reset() {
        for (TestLink end : new TestLink[] {this, other()}) {
            end.wire.clear();
            if (end.open) {
                end.open = false;
                end.arrive(new PeerInput.Disconnected(end));
            }
        }
    }

    void put(Object packet) {
        wire.add(packet);
        long dueMs = Math.max(lastDueMs, world.nowMs + 1 + world.random.below(world.linkDelayMsMax));
        lastDueMs = dueMs;
        world.in((int) (dueMs - world.nowMs), this::pump);
    }

    private void pump() {
        if (wire.isEmpty()) {
            return;
        }
        if (world.cut(owner, other().owner)) {
            world.in(20, this::pump);
            return;
        }
        Object packet = wire.remove();
        TestLink to = other();
        if (!to.open) {
            return;
        }
        switch (packet) {
            case End _ -> {
                to.open = false;
                to.wire.clear();
                to.arrive(new PeerInput.Disconnected(to));
            }
            case Snapshot(long zxid, int count) ->
                to.arrive(new PeerInput.SnapshotReceived(
                        to, new ReceivedSnapshot(zxid, to.owner.tree, new TreeMap<>(), count)));
            case QuorumPacket known -> {
                if (!interfere(to, known)) {
                    to.arrive(new PeerInput.Received(to, known));
                }
            }
            default -> throw new IllegalStateException(packet.toString());
        }
    }

    private void arrive(PeerInput input) {
        if (generation == owner.generation) {
            owner.input(input);
        }
    }
}
