// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.simulator.links;

import io.zabra.core.tree.TreeOptions;
import io.zabra.storage.member.SnapshotIntake;
import io.zabra.wire.quorum.PacketFramer;
import io.zabra.wire.quorum.QuorumPacket;
import io.zabra.wire.quorum.Side;
import org.jspecify.annotations.Nullable;

/// What one end of a connection has got so far, in bytes, taken apart by the product's own code: packets, and in
/// between a snapshot of the leader's.
public final class Incoming {

    private static final int PACKET_BYTES_MAX = 4 << 20;
    private static final SnapshotIntake.Limits LIMITS = new SnapshotIntake.Limits(1 << 20, 1L << 26);

    /// What has come as a whole.
    public sealed interface Whole {}

    /// A packet.
    public record Packet(QuorumPacket packet) implements Whole {}

    /// All of a snapshot, which is on no disk yet.
    public record Snapshot(SnapshotIntake intake) implements Whole {}

    private final Side sender;
    private final TreeOptions tree;
    private final PacketFramer framer;
    private @Nullable SnapshotIntake intake;

    /// @param sender the side at the other end
    /// @param tree how a snapshot is to be read
    public Incoming(Side sender, TreeOptions tree) {
        this.sender = sender;
        this.tree = tree;
        this.framer = new PacketFramer(sender, PACKET_BYTES_MAX);
    }

    /// Takes the next bytes.
    public void add(byte[] bytes) {
        SnapshotIntake open = intake;
        int taken = open == null || open.complete() ? 0 : open.take(bytes, 0, bytes.length);
        framer.add(bytes, taken, bytes.length);
    }

    /// The next thing that is there as a whole; null if there is none.
    public @Nullable Whole next() {
        if (insideSnapshot()) {
            return null;
        }
        SnapshotIntake complete = intake;
        if (complete != null) {
            intake = null;
            return new Snapshot(complete);
        }
        QuorumPacket packet = framer.next();
        if (packet instanceof QuorumPacket.Snap(long zxid) && sender == Side.LEADER) {
            intake = new SnapshotIntake(zxid, tree, LIMITS);
            add(framer.rest());
        }
        return packet == null ? null : new Packet(packet);
    }

    /// Whether a part of a snapshot is there.
    public boolean insideSnapshot() {
        return intake != null && !intake.complete();
    }

    /// Whether a part of a packet is there.
    public boolean insidePacket() {
        return framer.heldBytes() > 0;
    }
}
