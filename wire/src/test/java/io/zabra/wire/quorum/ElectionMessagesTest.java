// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.wire.quorum;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zabra.wire.MalformedPacketException;
import io.zabra.wire.WireReader;
import io.zabra.wire.WireWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Messages of the election: those of Apache 3.9.5, the forms of its older versions, and broken ones.
class ElectionMessagesTest {

    @ParameterizedTest
    @ValueSource(strings = {"leading", "observer-looking"})
    void votesEncodeBackToTheSameBytes(String name) {
        byte[] golden = GoldenQuorum.election(name);
        assertThat(GoldenQuorum.recodedNotification(golden)).isEqualTo(golden);
    }

    @Test
    void votesSayWhatApacheMeant() {
        Notification leading = vote(GoldenQuorum.election("leading"));
        assertThat(leading)
                .isEqualTo(new Notification(PeerState.LEADING, 2, 0, 1, 1, Notification.VERSION, leading.config()));
        assertThat(leading.config())
                .startsWith("server.1=127.0.0.1:28011:28012:participant\n")
                .endsWith("\nversion=100000000");
        long none = Long.MIN_VALUE;
        assertThat(vote(GoldenQuorum.election("observer-looking")))
                .isEqualTo(new Notification(PeerState.LOOKING, none, none, 5, none, leading.config()));
    }

    @Test
    void olderVotesAreToldByTheirLength() {
        byte[] apache40 = GoldenQuorum.election("following-40");
        assertThat(apache40).hasSize(40);
        assertThat(vote(apache40)).isEqualTo(new Notification(PeerState.FOLLOWING, 3, 0x700000005L, 4, 7, 0, ""));
        // Without the epoch of the leader, that of its zxid stands in.
        long zxid = 0x800000005L;
        byte[] oldest = new WireWriter().int32(1).int64(3).int64(zxid).int64(4).toByteArray();
        assertThat(vote(oldest)).isEqualTo(new Notification(PeerState.FOLLOWING, 3, zxid, 4, 8, 0, ""));
        byte[] version1 = Arrays.copyOf(apache40, 44);
        assertThat(vote(version1)).isEqualTo(new Notification(PeerState.FOLLOWING, 3, 0x700000005L, 4, 7, 1, ""));
    }

    /// Apache's servers read as many bytes as the committed membership has, and no more.
    @Test
    void aProposedMembershipComesBehindWhatApacheReads() {
        Notification golden = vote(GoldenQuorum.election("leading"));
        var memberships = new Notification.Memberships(golden.config(), "server.1=h:1:2\nversion=100000007", 1);
        Notification told = new Notification(PeerState.LEADING, 2, 0, 1, 1, Notification.VERSION, memberships);
        WireWriter out = new WireWriter();
        told.write(out);
        byte[] bytes = out.toByteArray();
        assertThat(bytes).startsWith(GoldenQuorum.election("leading"));
        assertThat(vote(bytes)).isEqualTo(told);
        byte[] other = Arrays.copyOf(GoldenQuorum.election("leading"), bytes.length);
        assertThat(vote(other)).isEqualTo(golden);
    }

    @Test
    void theSenderComesBehindAllElse() {
        Notification golden = vote(GoldenQuorum.election("leading"));
        var memberships = new Notification.Memberships(golden.config(), "server.1=h:1:2\nversion=100000007", 1);
        Notification proposes = new Notification(PeerState.LEADING, 2, 0, 1, 1, Notification.VERSION, memberships);
        for (Notification told : List.of(golden, proposes)) {
            WireWriter out = new WireWriter();
            told.write(out);
            WireReader without = new WireReader(out.toByteArray());
            assertThat(Notification.read(without)).isEqualTo(told);
            assertThat(VoteSender.read(without)).isNull();
            new VoteSender(7).write(out);
            WireReader in = new WireReader(out.toByteArray());
            assertThat(Notification.read(in)).isEqualTo(told);
            assertThat(VoteSender.read(in)).isEqualTo(new VoteSender(7));
            assertThat(in.remaining()).isZero();
        }
        assertThat(VoteSender.read(new WireReader(new byte[12]))).isNull();
    }

    @Test
    void brokenVotesAreRefused() {
        byte[] golden = GoldenQuorum.election("leading");
        for (int length = 0; length < golden.length; length++) {
            if (length != 28 && length != 40) {
                assertRefused(Arrays.copyOf(golden, length));
            }
        }
        for (int state : new int[] {-1, 4, Integer.MIN_VALUE}) {
            assertRefused(withInt(golden, 0, state));
        }
        for (int length : new int[] {-1, -2, golden.length, Integer.MAX_VALUE}) {
            assertRefused(withInt(golden, 40, length));
        }
    }

    @Test
    void anIntroductionEncodesBackToTheSameBytes() {
        byte[] golden = GoldenQuorum.election("initial-v1");
        assertThat(introduction(golden)).isEqualTo(InitialMessage.of(1, new HostPort("127.0.0.1", 28_512)));
        assertThat(GoldenQuorum.recodedInitialMessage(golden)).isEqualTo(golden);
    }

    @Test
    void anIntroductionMayNameSeveralAddressesOrNone() {
        assertThat(introduction(InitialMessage.VERSION_2, "a:1|[fe80::1]:2").addresses())
                .containsExactly(new HostPort("a", 1), new HostPort("fe80::1", 2));
        for (String wildcard : List.of("0.0.0.0:1", "[::]:1", "[0:0:0:0:0:0:0:0]:1", "0:1", "[::ffff:0.0.0.0]:1")) {
            assertThat(introduction(InitialMessage.VERSION_2, wildcard + "|b:2").addresses())
                    .as(wildcard)
                    .containsExactly(new HostPort("b", 2));
            assertThat(introduction(InitialMessage.VERSION_1, wildcard).addresses())
                    .isEmpty();
        }
        InitialMessage none = new InitialMessage(InitialMessage.VERSION_1, 4, List.of());
        WireWriter out = new WireWriter();
        none.write(out);
        assertThat(introduction(out.toByteArray())).isEqualTo(none);
    }

    @Test
    void theOldestIntroductionIsAnIdAlone() {
        byte[] bytes = new WireWriter().int64(7).toByteArray();
        assertThat(introduction(bytes)).isEqualTo(new InitialMessage(InitialMessage.NO_VERSION, 7, List.of()));
        assertThat(GoldenQuorum.recodedInitialMessage(bytes)).isEqualTo(bytes);
        assertThat(InitialMessage.framedLength(bytes, 0, 8)).isEqualTo(8);
    }

    @Test
    void brokenIntroductionsAreRefused() {
        for (String addresses :
                List.of("", "a", "a:", "a:x", "a:65536", "a:-1", "::1:5", "a b:1", "a:1|", "\u00e9:1")) {
            assertThatThrownBy(() -> introduction(InitialMessage.VERSION_1, addresses))
                    .as(addresses)
                    .isInstanceOf(MalformedPacketException.class);
        }
        assertThatThrownBy(() -> introduction(-1, "a:1")).isInstanceOf(MalformedPacketException.class);
        String tooLong = "a:1|".repeat(512) + "a:1";
        assertThatThrownBy(() -> introduction(InitialMessage.VERSION_2, tooLong))
                .isInstanceOf(MalformedPacketException.class);
        byte[] huge = new WireWriter().int64(-65_536).int64(1).int32(2049).toByteArray();
        assertThatThrownBy(() -> InitialMessage.framedLength(huge, 0, huge.length))
                .isInstanceOf(MalformedPacketException.class);
    }

    @Test
    void theEndOfAnIntroductionIsFound() {
        byte[] golden = GoldenQuorum.election("initial-v1");
        byte[] stream = Arrays.copyOf(golden, golden.length + 10);
        for (int to = 0; to < golden.length; to++) {
            assertThat(InitialMessage.framedLength(stream, 0, to)).isEqualTo(-1);
        }
        assertThat(InitialMessage.framedLength(stream, 0, golden.length)).isEqualTo(golden.length);
        assertThat(InitialMessage.framedLength(stream, 0, stream.length)).isEqualTo(golden.length);
    }

    private static byte[] withInt(byte[] bytes, int at, int value) {
        byte[] changed = bytes.clone();
        System.arraycopy(new WireWriter().int32(value).array(), 0, changed, at, 4);
        return changed;
    }

    private static void assertRefused(byte[] bytes) {
        assertThatThrownBy(() -> vote(bytes)).as("%d bytes", bytes.length).isInstanceOf(MalformedPacketException.class);
    }

    private static Notification vote(byte[] bytes) {
        return Notification.read(new WireReader(bytes));
    }

    private static InitialMessage introduction(byte[] bytes) {
        return InitialMessage.read(new WireReader(bytes));
    }

    private static InitialMessage introduction(long version, String addresses) {
        byte[] text = addresses.getBytes(StandardCharsets.UTF_8);
        return introduction(
                new WireWriter().int64(version).int64(1).buffer(text).toByteArray());
    }
}
