// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.wire.quorum;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zabra.wire.MalformedPacketException;
import io.zabra.wire.WireWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// However a stream is cut on its way, the same packets come out of it.
class PacketFramerTest {

    private static final int LENGTH_MAX = 1 << 20;

    private static final List<QuorumPacket> PACKETS = List.of(
            new QuorumPacket.LeaderInfo(7, QuorumPacket.PROTOCOL_VERSION),
            new QuorumPacket.Diff(0x700000001L),
            new QuorumPacket.Commit(0x700000002L),
            new QuorumPacket.Revalidated(42, true),
            new QuorumPacket.UpToDate());

    private static byte[] stream() {
        WireWriter out = new WireWriter();
        PACKETS.forEach(packet -> packet.write(out));
        return out.toByteArray();
    }

    @Test
    void piecesOfAnySize() {
        byte[] bytes = stream();
        Random random = new Random(1);
        for (int i = 0; i < 1_000; i++) {
            PacketFramer framer = new PacketFramer(Side.LEADER, LENGTH_MAX);
            List<QuorumPacket> found = new ArrayList<>();
            for (int at = 0; at < bytes.length; ) {
                int end = Math.min(bytes.length, at + random.nextInt(30));
                framer.add(bytes, at, end);
                at = end;
                for (QuorumPacket next = framer.next(); next != null; next = framer.next()) {
                    found.add(next);
                }
            }
            assertThat(found).isEqualTo(PACKETS);
            assertThat(framer.heldBytes()).isZero();
        }
    }

    /// A snapshot is not made of packets; behind it they go on.
    @Test
    void whatIsNoPacketIsTakenOut() {
        byte[] snap =
                new WireWriter().raw(encoded(new QuorumPacket.Snap(5))).int64(1).toByteArray();
        PacketFramer framer = new PacketFramer(Side.LEADER, LENGTH_MAX);
        framer.add(snap, 0, snap.length);
        assertThat(framer.next()).isEqualTo(new QuorumPacket.Snap(5));
        assertThat(framer.heldBytes()).isEqualTo(Long.BYTES);
        assertThat(framer.rest()).isEqualTo(new WireWriter().int64(1).toByteArray());
        assertThat(framer.heldBytes()).isZero();
        byte[] bytes = stream();
        framer.add(bytes, 0, bytes.length);
        assertThat(framer.next()).isEqualTo(PACKETS.getFirst());
    }

    @Test
    void tooLong() {
        byte[] bytes = encoded(new QuorumPacket.Proposal(1, new byte[100]));
        PacketFramer framer = new PacketFramer(Side.LEADER, 99);
        framer.add(bytes, 0, 50);
        assertThatThrownBy(framer::next).isInstanceOf(MalformedPacketException.class);
    }

    private static byte[] encoded(QuorumPacket packet) {
        WireWriter out = new WireWriter();
        packet.write(out);
        return out.toByteArray();
    }
}
