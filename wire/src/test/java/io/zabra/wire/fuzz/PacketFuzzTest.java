// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.wire.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.zabra.wire.Golden;
import io.zabra.wire.MalformedPacketException;
import io.zabra.wire.Packets;
import io.zabra.wire.WireReader;
import io.zabra.wire.client.OpCode;
import io.zabra.wire.quorum.GoldenQuorum;
import io.zabra.wire.quorum.QuorumPacket;
import io.zabra.wire.quorum.Side;
import io.zabra.wire.txn.LoggedTxn;
import java.util.Arrays;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// Goal: no input makes a decoder fail in any way but with a [MalformedPacketException], and what was decoded once
/// encodes to bytes that mean the same.
class PacketFuzzTest {

    /// A request with its header, as a server takes it from a client.
    @FuzzTest
    void request(byte[] input) {
        checkPacket(Golden.Kind.REQUEST, null, input);
    }

    /// The first packet of a client.
    @FuzzTest
    void connect(byte[] input) {
        checkPacket(Golden.Kind.CONNECT_REQUEST, null, input);
        checkPacket(Golden.Kind.CONNECT_RESPONSE, null, input);
    }

    /// An answer, as a client takes it from a server; the first byte chooses what was asked.
    @FuzzTest
    void reply(byte[] input) {
        if (input.length > 0) {
            OpCode[] ops = OpCode.values();
            OpCode op = ops[(input[0] & 0xff) % ops.length];
            byte[] packet = Arrays.copyOfRange(input, 1, input.length);
            checkPacket(Golden.Kind.REPLY, op, packet);
            checkPacket(Golden.Kind.EVENT, op, packet);
        }
    }

    /// An entry of a transaction log.
    @FuzzTest
    void logEntry(byte[] input) {
        check(bytes -> LoggedTxn.read(bytes).encode(), input);
    }

    /// A packet between a learner and its leader; the first byte chooses who sent it. Looking for its end and
    /// decoding it agree.
    @FuzzTest
    void quorumPacket(byte[] input) {
        if (input.length > 0) {
            Side sender = (input[0] & 1) == 0 ? Side.LEADER : Side.LEARNER;
            byte[] packet = Arrays.copyOfRange(input, 1, input.length);
            check(bytes -> GoldenQuorum.recodedPacket(sender, bytes), packet);
            WireReader in = new WireReader(packet);
            try {
                int length = QuorumPacket.framedLength(packet, 0, packet.length, packet.length);
                if (length < 0) {
                    assertThatThrownBy(() -> QuorumPacket.read(in, sender))
                            .isInstanceOf(MalformedPacketException.class);
                } else {
                    QuorumPacket.read(in, sender);
                    assertThat(in.position()).isEqualTo(length);
                }
            } catch (MalformedPacketException e) {
                assertThat(e.getMessage()).isNotBlank();
            }
        }
    }

    /// What one server sends another on the election port.
    @FuzzTest
    void election(byte[] input) {
        check(GoldenQuorum::recodedNotification, input);
        check(GoldenQuorum::recodedInitialMessage, input);
    }

    private static void checkPacket(Golden.Kind kind, @Nullable OpCode op, byte[] input) {
        check(bytes -> Packets.recoded(kind, op, bytes), input);
    }

    private static void check(UnaryOperator<byte[]> recoding, byte[] input) {
        byte[] once;
        try {
            once = recoding.apply(input);
        } catch (MalformedPacketException e) {
            return;
        }
        byte[] twice = recoding.apply(once);
        assertThat(recoding.apply(twice)).isEqualTo(twice);
    }
}
