// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.sun.management.ThreadMXBean;
import io.zabra.wire.client.OpCode;
import io.zabra.wire.quorum.GoldenQuorum;
import io.zabra.wire.txn.LoggedTxn;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Goal: whatever bytes arrive, decoding ends in a record or in a [MalformedPacketException], and allocates no more
/// than the bytes that are really there can justify. Method: golden packets cut at each length, with each byte changed,
/// and with each int replaced by a nasty one.
class HostileInputTest {

    /// What decoding may allocate: a generous factor of the packet for records and characters, plus a constant for
    /// exceptions, their messages, first capacities of lists and writers.
    private static final long ALLOCATION_FACTOR = 40;

    private static final long ALLOCATION_CONSTANT = 20_000;

    private static final int[] NASTY = {
        -1, -2, 0, 1, 2, 0x7f, 0xff, 0xffff, 0xfffff, 0x100000, 0x7ffffff7, Integer.MAX_VALUE, Integer.MIN_VALUE
    };

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /// A decoder with the packet to damage.
    record Victim(String name, byte[] packet, Decoder decoder) {

        @Override
        public String toString() {
            return name;
        }
    }

    interface Decoder {
        void decode(byte[] packet);
    }

    static Stream<Victim> victims() {
        Stream<Victim> frames = Golden.frames().stream()
                .map(f -> new Victim(f.toString(), f.body(), b -> Packets.recoded(f.kind(), f.op(), b)));
        Stream<Victim> entries = Golden.logEntries().stream()
                .map(e -> new Victim(
                        "log " + LoggedTxn.read(e).txn(),
                        e,
                        b -> LoggedTxn.read(b).encode()));
        Stream<Victim> packets = GoldenQuorum.packets().stream()
                .map(p -> new Victim(p.toString(), p.bytes(), b -> GoldenQuorum.recodedPacket(p.sender(), b)));
        Stream<Victim> votes = Stream.of("leading", "following-40")
                .map(name -> new Victim(name, GoldenQuorum.election(name), GoldenQuorum::recodedNotification));
        Stream<Victim> introduction = Stream.of(
                new Victim("introduction", GoldenQuorum.election("initial-v1"), GoldenQuorum::recodedInitialMessage));
        return Stream.of(frames, entries, packets, votes, introduction).flatMap(victims -> victims);
    }

    @ParameterizedTest
    @MethodSource("victims")
    void cutPackets(Victim victim) {
        for (int length = 0; length < victim.packet.length; length++) {
            decode(victim, Arrays.copyOf(victim.packet, length));
        }
    }

    @ParameterizedTest
    @MethodSource("victims")
    void changedBytes(Victim victim) {
        for (int at = 0; at < victim.packet.length; at++) {
            for (int flip = 1; flip < 256; flip++) {
                byte[] packet = victim.packet.clone();
                packet[at] ^= (byte) flip;
                decode(victim, packet);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("victims")
    void nastyInts(Victim victim) {
        for (int at = 0; at + 4 <= victim.packet.length; at++) {
            for (int value : NASTY) {
                byte[] packet = victim.packet.clone();
                WireWriter out = new WireWriter().int32(value);
                System.arraycopy(out.array(), 0, packet, at, 4);
                decode(victim, packet);
            }
        }
    }

    @Test
    void noise() {
        Random random = new Random(1);
        Golden.Kind[] kinds = Golden.Kind.values();
        OpCode[] ops = OpCode.values();
        for (int i = 0; i < 20_000; i++) {
            byte[] packet = new byte[random.nextInt(100)];
            random.nextBytes(packet);
            // Most noise would be dismissed for its opcode alone: give it a known one.
            OpCode op = ops[random.nextInt(ops.length)];
            byte[] head = new WireWriter().int32(1).int32(op.number()).toByteArray();
            System.arraycopy(head, 0, packet, 0, Math.min(head.length, packet.length));
            Golden.Kind kind = kinds[random.nextInt(kinds.length)];
            decode(new Victim("noise " + i, packet, b -> Packets.recoded(kind, op, b)), packet);
        }
    }

    /// A list of a million elements in a packet that could hold them if each took one byte, as none does.
    @Test
    void aListCountIsNotBelieved() {
        byte[] packet = new byte[1_000_012];
        WireWriter out = new WireWriter()
                .int32(1)
                .int32(OpCode.SET_WATCHES.number())
                .int64(0)
                .int32(1_000_000 - 12);
        System.arraycopy(out.array(), 0, packet, 0, out.position());
        Arrays.fill(packet, out.position(), packet.length, (byte) 0x7f);

        isRefused(packet);
        long before = THREADS.getCurrentThreadAllocatedBytes();
        boolean refused = isRefused(packet);
        long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;

        assertThat(refused).isTrue();
        assertThat(allocated).isLessThan(ALLOCATION_CONSTANT);
    }

    private static boolean isRefused(byte[] packet) {
        try {
            Packets.recoded(Golden.Kind.REQUEST, null, packet);
            return false;
        } catch (MalformedPacketException e) {
            return true;
        }
    }

    private static void decode(Victim victim, byte[] packet) {
        long limit = ALLOCATION_CONSTANT + ALLOCATION_FACTOR * packet.length;
        // The first run may load classes: only an excess that happens again is the decoder's.
        if (allocatedBytes(victim, packet) > limit && allocatedBytes(victim, packet) > limit) {
            fail(victim + ": more than " + limit + " bytes for "
                    + HexFormat.of().formatHex(packet));
        }
    }

    private static long allocatedBytes(Victim victim, byte[] packet) {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        try {
            victim.decoder.decode(packet);
        } catch (MalformedPacketException e) {
            assertThat(e.getMessage()).isNotBlank();
        } catch (RuntimeException | Error e) {
            fail(victim + ": " + HexFormat.of().formatHex(packet), e);
        }
        return THREADS.getCurrentThreadAllocatedBytes() - before;
    }

    /// The tests above have to bite: all sections of the golden scenario are among the victims.
    @Test
    void allGoldenPacketsAreVictims() {
        List<Victim> victims = victims().toList();
        assertThat(victims).hasSizeGreaterThan(50);
        assertThat(victims).extracting(Victim::name).anyMatch(n -> n.contains("SET_WATCHES"));
        assertThat(victims).extracting(Victim::name).anyMatch(n -> n.contains("COMMITANDACTIVATE"));
    }
}
