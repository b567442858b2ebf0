// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.quorum;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zabra.core.quorum.Member.Role;
import io.zabra.wire.MalformedPacketException;
import io.zabra.wire.quorum.HostPort;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The text of memberships: what Apache 3.9.5 writes, and what it and its users may write otherwise.
class MembershipTest {

    /// A membership as Apache reads and writes it, and the sets of its voters that it takes for quorums.
    record Golden(String given, String written, BigInteger quorums) {}

    static Stream<Golden> goldens() {
        String text = resource().replaceAll("(?m)^#.*\n", "");
        return Stream.of(text.strip().split("\n\n")).map(block -> {
            int apache = block.indexOf("\napache\n");
            int quorums = block.indexOf("\nquorums ");
            return new Golden(
                    block.substring("given\n".length(), apache),
                    block.substring(apache + "\napache\n".length(), quorums),
                    new BigInteger(block.substring(quorums + "\nquorums ".length()), 16));
        });
    }

    @ParameterizedTest
    @MethodSource("goldens")
    void theTextIsThatOfApache(Golden golden) {
        Membership read = Membership.parse(golden.given());
        assertThat(read.text()).isEqualTo(golden.written());
        assertThat(Membership.parse(golden.written())).isEqualTo(read).hasSameHashCodeAs(read);
    }

    @ParameterizedTest
    @MethodSource("goldens")
    void theQuorumsAreThoseOfApache(Golden golden) {
        Membership membership = Membership.parse(golden.given());
        List<Long> voters = membership.voters();
        for (int set = 0; set < 1 << voters.size(); set++) {
            int members = set;
            boolean quorum = membership.isQuorum(sid -> (members >> voters.indexOf(sid) & 1) != 0);
            assertThat(quorum)
                    .as("voters %s", Integer.toBinaryString(set))
                    .isEqualTo(golden.quorums().testBit(set));
        }
    }

    @Test
    void eachPartOfTheTextIsUnderstood() {
        Membership read = Membership.parse("""
            # Three servers.
            version=1f00000003

            server.3 = b:2889:3889|[2001:db8::1]:2888:3888:Participant;10.0.0.3:2181
              server.1=a.example:2888:3888;2181
            server.2=c:1:2:OBSERVER
            """);
        assertThat(read.version()).isEqualTo(0x1f00000003L);
        assertThat(read.members().values())
                .containsExactly(
                        new Member(
                                1,
                                Role.PARTICIPANT,
                                List.of(new PeerAddress("a.example", 2888, 3888)),
                                new HostPort("0.0.0.0", 2181)),
                        new Member(2, Role.OBSERVER, List.of(new PeerAddress("c", 1, 2)), null),
                        new Member(
                                3,
                                Role.PARTICIPANT,
                                List.of(new PeerAddress("b", 2889, 3889), new PeerAddress("2001:db8::1", 2888, 3888)),
                                new HostPort("10.0.0.3", 2181)));
        assertThat(read.voters()).containsExactly(1L, 3L);
        assertThat(read.rule()).isEqualTo(new QuorumRule.Majority());
        assertThat(read.text()).isEqualTo("""
            server.1=a.example:2888:3888:participant;0.0.0.0:2181
            server.2=c:1:2:observer
            server.3=[2001:db8::1]:2888:3888|b:2889:3889:participant;10.0.0.3:2181
            version=1f00000003\
            """);
        assertThat(String.join("\n", read.lines())).isEqualTo(read.text().replaceAll("\nversion=.*", ""));
    }

    /// Servers of 3.10 add the address for clients that use TLS; those of 3.9 refuse a text that has it.
    @ParameterizedTest
    @ValueSource(strings = {"a:1:2:participant;c:3;d:4", "a:1:2;c:3;4", "a:1:2:participant;c:3;[::1]:4"})
    void thePortForTlsIsAcceptedAndDropped(String text) {
        assertThat(Member.parse(1, text).text()).isEqualTo("a:1:2:participant;c:3");
        assertThat(Member.parse(1, "a:1:2:participant;;d:4").text()).isEqualTo("a:1:2:participant");
    }

    @Test
    void settingsOfAFileAreATextToo() {
        TreeMap<String, String> settings = new TreeMap<>();
        settings.put("server.1", "a:1:2");
        settings.put("server.2", "b:1:2");
        settings.put("group.1", "1:2");
        Membership read = Membership.of(settings);
        assertThat(read).isEqualTo(Membership.parse("server.1=a:1:2\nserver.2=b:1:2\ngroup.1=1:2"));
        assertThat(read.version()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "version=1",
                "server.1=a:1:2:observer",
                "server.1=a:1:2\nversion=xyz",
                "server.1=a:1:2\nversion=-1",
                "server.1=a:1:2\nversion=ffffffffffffffff",
                "server.1=a:1:2\nversion=1\nversion=1",
                "server.1=a:1:2\nserver.1=a:1:2",
                "server.1=a:1:2\nserver.01=a:1:2",
                "server.1=a:1:2\nclientPort=2181",
                "server.1=a:1:2\nsomething",
                "server.-1=a:1:2",
                "server.x=a:1:2",
                "server.1=",
                "server.1=;2181",
                "server.1=a",
                "server.1=a:1",
                "server.1=a:1:1",
                "server.1=a:1:2:follower",
                "server.1=a:1:2:",
                "server.1=a:1:x",
                "server.1=a:1:65536",
                "server.1=a:1:2:3:participant",
                "server.1=:1:2",
                "server.1=a b:1:2",
                "server.1=::1:1:2",
                "server.1=[::1:1:2",
                "server.1=a:1:2|",
                "server.1=a:1:2:observer|b:1:2:participant",
                "server.1=a:1:2;x",
                "server.1=a:1:2;b:1:2",
                "server.1=a:1:2;1;2;3",
                "server.1=a:1:2\ngroup.1=",
                "server.1=a:1:2\ngroup.1=2",
                "server.1=a:1:2\ngroup.1=1:1",
                "server.1=a:1:2\ngroup.1=1\ngroup.2=1",
                "server.1=a:1:2\ngroup.1=1\ngroup.01=2",
                "server.1=a:1:2\nweight.1=1",
                "server.1=a:1:2\ngroup.1=1\nweight.1=-1",
                "server.1=a:1:2\ngroup.1=1\nweight.1=9223372036854775807",
                "server.1=a:1:2\ngroup.1=1\nweight.1=1\nweight.1=1",
            })
    void brokenTextsAreRefused(String text) {
        assertThatThrownBy(() -> Membership.parse(text))
                .isInstanceOf(MalformedPacketException.class)
                .hasMessageMatching("(?s).{5,}");
    }

    @Test
    void aTextThatNoServerCouldSendIsRefused() {
        assertThatThrownBy(() -> Membership.parse("server.1=a:1:2\n" + "#".repeat(600_000)))
                .isInstanceOf(MalformedPacketException.class);
    }

    @Test
    void twoServersCannotBeAtOneAddress() {
        for (String second : List.of("h:1:7;8", "h:7:2;8", "h:7:8;h:2")) {
            assertThat(MembershipChange.whole("server.1=h:1:2;3,server.2=" + second, 1))
                    .isInstanceOfSatisfying(
                            MembershipChange.Invalid.class,
                            invalid -> assertThat(invalid.reason()).contains("1 and 2 would both be at h:"));
        }
        assertThat(MembershipChange.whole("server.1=h:1:2;0.0.0.0:3,server.2=i:1:2;0.0.0.0:3", 1))
                .isInstanceOf(MembershipChange.Valid.class);
    }

    @Test
    void membershipsAreComparedWithAndWithoutTheirVersions() {
        Membership first = Membership.parse("server.1=a:1:2\nserver.2=b:1:2;5\nversion=7");
        Membership later = first.withVersion(0x100000000L);
        assertThat(later.version()).isEqualTo(0x100000000L);
        assertThat(later).isNotEqualTo(first);
        assertThat(later.sameMembersAs(first)).isTrue();
        assertThat(later.interchangeableWith(first)).isTrue();

        for (String other : List.of(
                "server.1=a:1:2\nserver.2=b:1:2",
                "server.1=a:1:2\nserver.2=b:1:3;5",
                "server.1=a:1:2\nserver.2=b:1:2:observer;5",
                "server.1=a:1:2\nserver.2=b:1:2;5\nserver.3=c:1:2",
                "server.1=a:1:2\nserver.2=b:1:2;5\ngroup.1=1:2")) {
            Membership changed = Membership.parse(other);
            assertThat(changed.sameMembersAs(first)).as(other).isFalse();
            assertThat(changed.interchangeableWith(first)).as(other).isFalse();
            assertThat(changed.withVersion(7).interchangeableWith(first))
                    .as(other)
                    .isTrue();
            assertThat(changed.withVersion(7)).as(other).isNotEqualTo(first);
        }
    }

    private static String resource() {
        try (InputStream in = MembershipTest.class.getResourceAsStream("/golden/memberships.txt")) {
            return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.US_ASCII);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
