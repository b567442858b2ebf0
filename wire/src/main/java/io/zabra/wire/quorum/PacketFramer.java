// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.wire.quorum;

import io.zabra.wire.WireReader;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Cuts what comes in over one connection into packets, in pieces of any size. Keeps no memory while nothing waits.
/// Used by one thread at a time.
public final class PacketFramer {

    /// Where bytes come from.
    @FunctionalInterface
    public interface Source {

        /// Puts the next `length` bytes into the array, from `at` on.
        void read(byte[] into, int at, int length);
    }

    private static final byte[] NOTHING = {};

    private final Side sender;
    private final int packetBytesMax;
    private byte[] held = NOTHING;
    private int from;
    private int to;

    /// @param sender which side the bytes come from
    /// @param packetBytesMax size of the longest packet that is accepted
    public PacketFramer(Side sender, int packetBytesMax) {
        this.sender = sender;
        this.packetBytesMax = packetBytesMax;
    }

    /// Takes the next bytes.
    public void add(int length, Source source) {
        if (to + length > held.length) {
            held = Arrays.copyOf(held, Math.max(to + length, 2 * held.length));
        }
        source.read(held, to, length);
        to += length;
    }

    /// Takes the next bytes.
    public void add(byte[] bytes, int bytesFrom, int bytesTo) {
        add(bytesTo - bytesFrom, (into, at, length) -> System.arraycopy(bytes, bytesFrom, into, at, length));
    }

    /// The next packet; null if not all of it has come. After a [io.zabra.wire.MalformedPacketException] there is none
    /// any more.
    public @Nullable QuorumPacket next() {
        int length = QuorumPacket.framedLength(held, from, to, packetBytesMax);
        if (length < 0) {
            keep();
            return null;
        }
        QuorumPacket packet = QuorumPacket.read(new WireReader(held, from, from + length), sender);
        from += length;
        return packet;
    }

    /// Takes out what no packet was made of: what follows a [QuorumPacket.Snap] is none.
    public byte[] rest() {
        byte[] rest = Arrays.copyOfRange(held, from, to);
        from = to;
        keep();
        return rest;
    }

    /// Bytes of which no packet was made yet.
    public int heldBytes() {
        return to - from;
    }

    private void keep() {
        if (from > 0) {
            held = from == to ? NOTHING : Arrays.copyOfRange(held, from, to);
            to -= from;
            from = 0;
        }
    }
}
