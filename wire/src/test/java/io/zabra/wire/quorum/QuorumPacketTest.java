// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.wire.quorum;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zabra.wire.MalformedPacketException;
import io.zabra.wire.WireReader;
import io.zabra.wire.WireWriter;
import io.zabra.wire.client.CreateRequest;
import io.zabra.wire.client.OpCode;
import io.zabra.wire.data.Id;
import io.zabra.wire.txn.CreateSessionTxn;
import io.zabra.wire.txn.LoggedTxn;
import io.zabra.wire.txn.SetDataTxn;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Packets of Apache 3.9.5 decode to what its documentation says, and encode back to the same bytes.
class QuorumPacketTest {

    private static final int LENGTH_MAX = 1 << 20;

    static Stream<GoldenQuorum.Packet> packets() {
        return GoldenQuorum.packets().stream();
    }

    @ParameterizedTest
    @MethodSource("packets")
    void everyPacketEncodesBackToTheSameBytes(GoldenQuorum.Packet packet) {
        assertThat(GoldenQuorum.recodedPacket(packet.sender(), packet.bytes())).isEqualTo(packet.bytes());
    }

    @Test
    void allKindsButOneAreThere() {
        // What an observer announces differs from what a follower announces in its type alone.
        assertThat(packets()
                        .map(p -> new WireReader(p.bytes()).int32())
                        .distinct()
                        .sorted())
                .containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 17, 18, 19);
    }

    @Test
    void handShake() {
        assertThat(packet("leader", "FOLLOWERINFO", 0))
                .isEqualTo(new QuorumPacket.LearnerInfo(false, 0, 1, QuorumPacket.PROTOCOL_VERSION, 0));
        assertThat(packet("follower", "LEADERINFO", 0))
                .isEqualTo(new QuorumPacket.LeaderInfo(1, QuorumPacket.PROTOCOL_VERSION));
        assertThat(packet("leader", "ACKEPOCH", 0)).isEqualTo(new QuorumPacket.AckEpoch(0, 0));
        assertThat(packet("follower", "SNAP", 0)).isEqualTo(new QuorumPacket.Snap(0x100000000L));
        assertThat(packet("leader", "DIFF", 0)).isEqualTo(new QuorumPacket.Diff(0));
        assertThat(packet("built", "TRUNC", 0)).isEqualTo(new QuorumPacket.Trunc(0x100000001L));
        assertThat(packet("follower", "UPTODATE", 0)).isEqualTo(new QuorumPacket.UpToDate());
        QuorumPacket.NewLeader newLeader = (QuorumPacket.NewLeader) packet("reconf", "NEWLEADER", 0);
        assertThat(newLeader.zxid()).isEqualTo(0x100000000L);
        assertThat(newLeader.config()).asString().startsWith("server.1=127.0.0.1:28011:28012:participant\n");
    }

    @Test
    void broadcast() {
        QuorumPacket.Proposal proposal = (QuorumPacket.Proposal) packet("follower", "PROPOSAL", 0);
        LoggedTxn session = LoggedTxn.read(proposal.entry());
        assertThat(session.header().zxid()).isEqualTo(proposal.zxid()).isEqualTo(0x100000001L);
        assertThat(session.txn()).isEqualTo(new CreateSessionTxn(8000));
        assertThat(packet("follower", "COMMIT", 0)).isEqualTo(new QuorumPacket.Commit(0x100000001L));
        assertThat(packet("leader", "ACK", 0)).isEqualTo(new QuorumPacket.Ack(0x100000000L));

        QuorumPacket.Proposal reconfig = (QuorumPacket.Proposal) packet("reconf", "PROPOSAL", 1);
        assertThat(((SetDataTxn) LoggedTxn.read(reconfig.entry()).txn()).path()).isEqualTo("/zookeeper/config");
        assertThat(packet("reconf", "COMMITANDACTIVATE", 0))
                .isEqualTo(new QuorumPacket.CommitAndActivate(0x100000002L, 2));

        QuorumPacket.Inform inform = (QuorumPacket.Inform) packet("observer", "INFORM", 3);
        QuorumPacket.InformAndActivate activating =
                (QuorumPacket.InformAndActivate) packet("built", "INFORMANDACTIVATE", 0);
        assertThat(activating.zxid()).isEqualTo(inform.zxid());
        assertThat(activating.leader()).isEqualTo(2);
        assertThat(activating.entry()).isEqualTo(inform.entry());
    }

    @Test
    void whatLearnersForward() {
        QuorumPacket.Forward session = (QuorumPacket.Forward) packet("leader", "REQUEST", 0);
        assertThat(session.op()).isEqualTo(OpCode.CREATE_SESSION.number());
        assertThat(session.body()).containsExactly(0, 0, 0x1f, 0x40);
        assertThat(session.authInfo()).isEmpty();

        QuorumPacket.Forward create = (QuorumPacket.Forward) packet("leader", "REQUEST", 1);
        assertThat(create.sessionId()).isEqualTo(0x100002b5ac90000L);
        assertThat(create.cxid()).isEqualTo(1);
        assertThat(create.authInfo()).containsExactly(new Id("ip", "127.0.0.1"));
        assertThat(CreateRequest.read(OpCode.CREATE, new WireReader(create.body()))
                        .path())
                .isEqualTo("/byapachefollower");
    }

    @Test
    void thePacketsOfSessions() {
        assertThat(packet("follower", "PING", 0)).isEqualTo(new QuorumPacket.Ping(0x100000001L));
        assertThat(packet("leader", "PING", 0)).isEqualTo(new QuorumPacket.PingReply(0x100000000L, List.of()));
        assertThat(packet("leader", "PING", 1))
                .isEqualTo(new QuorumPacket.PingReply(
                        0x100000002L, List.of(new QuorumPacket.Touch(0x100002b5ac90000L, 8000))));
        assertThat(packet("follower", "REVALIDATE", 0))
                .isEqualTo(new QuorumPacket.Revalidated(0x300000000000001L, false));
        assertThat(packet("observer", "REVALIDATE", 0))
                .isEqualTo(new QuorumPacket.Revalidated(0x300000000000001L, true));
        assertThat(packet("follower", "SYNC", 0)).isEqualTo(new QuorumPacket.Sync());
    }

    /// Old learners leave out the later fields, and later ones may add to them.
    @Test
    void announcementsOfOtherVersionsAreUnderstood() {
        assertThat(learnerInfo(16, new WireWriter().int64(3)))
                .isEqualTo(new QuorumPacket.LearnerInfo(true, 5, 3, 1, 0));
        assertThat(learnerInfo(11, new WireWriter().int64(3).int32(0x10000)))
                .isEqualTo(new QuorumPacket.LearnerInfo(false, 5, 3, 0x10000, 0));
        assertThat(learnerInfo(
                        11, new WireWriter().int64(3).int32(0x20000).int64(9).int64(77)))
                .isEqualTo(new QuorumPacket.LearnerInfo(false, 5, 3, 0x20000, 9));
        assertThatThrownBy(() -> learnerInfo(11, new WireWriter().int32(3)))
                .isInstanceOf(MalformedPacketException.class);
    }

    /// Apache's servers read the fields that they know, and nothing behind.
    @Test
    void whatZabrasServersTellEachOtherStandsBehindWhatApacheKnows() {
        var learner = new QuorumPacket.LearnerInfo(false, 5, 3, 0x10000, 9, Dialect.ZABRA);
        WireWriter out = new WireWriter();
        learner.write(out);
        WireReader in = new WireReader(out.toByteArray());
        assertThat(in.int32()).isEqualTo(11);
        assertThat(in.int64()).isEqualTo(5L << 32);
        byte[] body = in.buffer();
        assertThat(HexFormat.of().formatHex(body))
                .isEqualTo("0000000000000003" + "00010000" + "0000000000000009" + "5a425241" + "00000001" + "00000007");
        assertThat(QuorumPacket.read(new WireReader(out.toByteArray()), Side.LEARNER))
                .isEqualTo(learner);

        var leader = new QuorumPacket.LeaderInfo(6, 0x10000, new Dialect(Dialect.ACKS_ALL));
        out.reset();
        leader.write(out);
        in = new WireReader(out.toByteArray());
        assertThat(in.int32()).isEqualTo(17);
        assertThat(in.int64()).isEqualTo(6L << 32);
        assertThat(HexFormat.of().formatHex(in.buffer())).isEqualTo("00010000" + "5a425241" + "00000001" + "00000002");
        assertThat(QuorumPacket.read(new WireReader(out.toByteArray()), Side.LEADER))
                .isEqualTo(leader);
    }

    @Test
    void aLaterDialectIsUnderstoodAsFarAsItIsKnown() {
        assertThat(learnerInfo(
                        11,
                        new WireWriter()
                                .int64(3)
                                .int32(0x10000)
                                .int64(9)
                                .int32(0x5a425241)
                                .int32(2)
                                .int32(3)
                                .int32(77)))
                .isEqualTo(new QuorumPacket.LearnerInfo(false, 5, 3, 0x10000, 9, new Dialect(3)));
    }

    @Test
    void laterKindsAreSteppedOver() {
        byte[] later = new WireWriter()
                .int32(20)
                .int64(7)
                .buffer("content".getBytes(StandardCharsets.US_ASCII))
                .list(List.of(new Id("ip", null)))
                .toByteArray();
        WireReader in = new WireReader(later);
        assertThat(QuorumPacket.read(in, Side.LEADER)).isEqualTo(new QuorumPacket.Unknown(20));
        assertThat(in.remaining()).isZero();
    }

    @Test
    void bodiesThatAreMissingOrTornAreRefused() {
        for (int type : new int[] {1, 2, 5, 6, 8, 9, 11, 16, 17, 18, 19}) {
            byte[] torn = new WireWriter()
                    .int32(type)
                    .int64(0)
                    .buffer(type == 2 || type == 8 ? new byte[0] : new byte[] {1, 2, 3})
                    .int32(-1)
                    .toByteArray();
            assertThatThrownBy(() -> QuorumPacket.read(new WireReader(torn), Side.LEARNER))
                    .as("type %d", type)
                    .isInstanceOf(MalformedPacketException.class);
        }
    }

    /// A stream of all packets, of which each further byte arrives alone, is cut where the packets end.
    @Test
    void aStreamIsCutIntoItsPackets() {
        WireWriter stream = new WireWriter();
        stream.int8(99);
        packets().forEach(packet -> stream.raw(packet.bytes()));
        byte[] bytes = stream.toByteArray();
        int from = 1;
        for (GoldenQuorum.Packet packet : GoldenQuorum.packets()) {
            int end = from + packet.bytes().length;
            for (int to = from; to < end; to++) {
                assertThat(QuorumPacket.framedLength(bytes, from, to, LENGTH_MAX))
                        .isEqualTo(-1);
            }
            assertThat(QuorumPacket.framedLength(bytes, from, end, LENGTH_MAX)).isEqualTo(packet.bytes().length);
            assertThat(QuorumPacket.framedLength(bytes, from, bytes.length, LENGTH_MAX))
                    .isEqualTo(packet.bytes().length);
            from = end;
        }
        assertThat(from).isEqualTo(bytes.length);
    }

    @Test
    void aPacketAboveTheLimitIsRefusedBeforeItHasCome() {
        byte[] head = new WireWriter().int32(2).int64(1).int32(1000).toByteArray();
        assertThat(QuorumPacket.framedLength(head, 0, head.length, 1020)).isEqualTo(-1);
        assertRefused(head, 1015);
        assertRefused(new WireWriter().int32(2).int64(1).int32(-2).toByteArray(), 1000);
        assertRefused(
                new WireWriter().int32(2).int64(1).int32(Integer.MAX_VALUE).toByteArray(), Integer.MAX_VALUE);
        byte[] ids = new WireWriter().int32(1).int64(1).int32(-1).int32(100_000).toByteArray();
        assertRefused(ids, Integer.MAX_VALUE);

        byte[] exact = new WireWriter().int32(3).int64(1).int32(-1).int32(-1).toByteArray();
        assertThat(QuorumPacket.framedLength(exact, 0, exact.length, exact.length))
                .isEqualTo(exact.length);
        assertRefused(exact, exact.length - 1);
    }

    private static void assertRefused(byte[] bytes, int lengthMax) {
        assertThatThrownBy(() -> QuorumPacket.framedLength(bytes, 0, bytes.length, lengthMax))
                .isInstanceOf(MalformedPacketException.class);
    }

    private static QuorumPacket learnerInfo(int type, WireWriter body) {
        byte[] bytes = new WireWriter()
                .int32(type)
                .int64(5L << 32)
                .buffer(body.toByteArray())
                .int32(-1)
                .toByteArray();
        return QuorumPacket.read(new WireReader(bytes), Side.LEARNER);
    }

    private static QuorumPacket packet(String transcript, String name, int index) {
        GoldenQuorum.Packet packet = packets()
                .filter(p -> p.transcript().equals(transcript) && p.name().equals(name))
                .skip(index)
                .findFirst()
                .orElseThrow();
        return QuorumPacket.read(new WireReader(packet.bytes()), packet.sender());
    }
}
