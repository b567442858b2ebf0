// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.quorum;

import static org.assertj.core.api.Assertions.assertThat;

import io.zabra.core.base.Prng;
import io.zabra.core.quorum.Member.Role;
import io.zabra.wire.quorum.HostPort;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// Goal: whatever the membership and whoever is asked about, the answers come, and two quorums always share a voter.
/// Method: memberships and sets of servers drawn from seeds; the sets hold observers and strangers, too.
class QuorumsTest {

    private static final int SEEDS = 2_000;

    private static final int SETS = 30;

    @Test
    void twoQuorumsShareAVoterThatHasWeight() {
        int pairs = 0;
        for (long seed = 0; seed < SEEDS; seed++) {
            Prng random = new Prng(seed);
            Membership membership = membership(random);
            List<SortedSet<Long>> quorums = new ArrayList<>();
            for (int i = 0; i < SETS; i++) {
                SortedSet<Long> set = set(random);
                if (membership.isQuorum(set::contains)) {
                    quorums.add(set);
                }
            }
            for (SortedSet<Long> one : quorums) {
                for (SortedSet<Long> other : quorums) {
                    assertThat(one.stream().anyMatch(sid -> other.contains(sid) && membership.weight(sid) > 0))
                            .as("seed %d: %s, quorums %s and %s", seed, membership, one, other)
                            .isTrue();
                    pairs++;
                }
            }
        }
        assertThat(pairs).isGreaterThan(SEEDS * 10);
    }

    @Test
    void aQuorumStaysOneWhenOthersJoinItAndStrangersDoNotCount() {
        for (long seed = 0; seed < SEEDS; seed++) {
            Prng random = new Prng(seed);
            Membership membership = membership(random);
            for (int i = 0; i < SETS; i++) {
                SortedSet<Long> set = set(random);
                boolean quorum = membership.isQuorum(set::contains);
                SortedSet<Long> more = new TreeSet<>(set);
                more.addAll(set(random));
                assertThat(membership.isQuorum(more::contains) || !quorum)
                        .as("seed %d: %s, %s, then %s", seed, membership, set, more)
                        .isTrue();
                SortedSet<Long> voters = new TreeSet<>(set);
                voters.removeIf(sid -> !membership.isVoter(sid));
                assertThat(membership.isQuorum(voters::contains)).isEqualTo(quorum);
            }
            assertThat(membership.isQuorum(_ -> false)).isFalse();
        }
    }

    @Test
    void onlyParticipantsVoteAndHaveWeight() {
        for (long seed = 0; seed < SEEDS; seed++) {
            Membership membership = membership(new Prng(seed));
            for (long sid : List.of(Long.MIN_VALUE, -1L, 13L, Long.MAX_VALUE)) {
                assertThat(membership.isVoter(sid)).isFalse();
                assertThat(membership.weight(sid)).isZero();
                assertThat(membership.member(sid)).isNull();
            }
            for (Member member : membership.members().values()) {
                assertThat(membership.isVoter(member.sid())).isEqualTo(member.participant());
                assertThat(member.participant() || membership.weight(member.sid()) == 0)
                        .isTrue();
            }
            List<Long> asked = new ArrayList<>();
            membership.isQuorum(asked::add);
            assertThat(asked).isEqualTo(membership.voters());
        }
    }

    @Test
    void everyMembershipReadsBackFromItsText() {
        for (long seed = 0; seed < SEEDS; seed++) {
            Membership membership = membership(new Prng(seed));
            Membership read = Membership.parse(membership.text());
            assertThat(read).as("seed %d", seed).isEqualTo(membership);
            assertThat(read.text()).isEqualTo(membership.text());
        }
    }

    @Test
    void aChangeNeedsQuorumsOfBothMemberships() {
        Membership old = Membership.parse("server.1=a:1:2\nserver.2=b:1:2\nserver.3=c:1:2\nversion=5");
        Membership next = Membership.parse("server.3=c:1:9\nserver.4=d:1:2\nserver.5=e:1:2\nversion=6");
        Quorums both = new Quorums(old, next);
        assertThat(both.isQuorum(sid -> sid <= 2)).isFalse();
        assertThat(both.isQuorum(sid -> sid >= 4)).isFalse();
        assertThat(both.isQuorum(sid -> sid >= 2 && sid <= 4)).isTrue();
        assertThat(both.voters()).containsExactly(1L, 2L, 3L, 4L, 5L);
        assertThat(both.isVoter(1) && both.isVoter(5)).isTrue();
        assertThat(both.isVoter(6)).isFalse();
        assertThat(both.member(3)).isEqualTo(old.member(3));
        assertThat(both.member(5)).isEqualTo(next.member(5)).isNotNull();
        assertThat(both.member(6)).isNull();
        assertThat(both.newest()).isEqualTo(next);
    }

    @Test
    void aRumouredMembershipGivesVotesAndNeedsNone() {
        Membership old = Membership.parse("server.1=a:1:2\nserver.2=b:1:2\nserver.3=c:1:2\nversion=5");
        Membership rumour = Membership.parse("server.3=c:1:9\nserver.4=d:1:2\nserver.5=e:1:2\nversion=6");
        Quorums quorums = new Quorums(old, null, null, rumour);
        assertThat(quorums.isQuorum(sid -> sid <= 2)).isTrue();
        assertThat(quorums.isQuorum(sid -> sid >= 3)).isFalse();
        assertThat(quorums.voters()).containsExactly(1L, 2L, 3L, 4L, 5L);
        assertThat(quorums.asked()).isEqualTo(Quorums.of(old));
        assertThat(quorums.sameMembersAs(quorums.asked())).isFalse();
        assertThat(new Quorums(old, rumour, null, rumour)).isEqualTo(new Quorums(old, rumour));
        assertThat(new Quorums(old, rumour).sameMembersAs(quorums)).isTrue();
    }

    @Test
    void aMembershipThatIsNotNewerDoesNotCount() {
        Membership committed = Membership.parse("server.1=a:1:2\nversion=5");
        Membership other = Membership.parse("server.2=b:1:2\nversion=5");
        Quorums quorums = new Quorums(committed, other);
        assertThat(quorums).isEqualTo(Quorums.of(committed));
        assertThat(quorums.newest()).isEqualTo(committed);
        assertThat(quorums.isQuorum(sid -> sid == 1)).isTrue();
        assertThat(quorums.isVoter(2)).isFalse();
        assertThat(quorums.member(2)).isNull();
        assertThat(quorums.voters()).containsExactly(1L);
    }

    @Test
    void whatOthersSayAddsPlacesAndTakesNoneAway() {
        Membership listed = Membership.parse("server.1=a:1:2\nserver.2=b:1:2\nversion=5");
        Membership next = Membership.parse("server.1=a:1:2\nserver.2=c:1:2\nversion=6");
        Membership heard = Membership.parse("server.2=d:1:2\nserver.3=e:1:2\nversion=7");
        Membership rumour = Membership.parse("server.1=f:1:2\nserver.2=d:1:2\nversion=8");
        Quorums quorums = new Quorums(listed, next, heard, rumour);
        assertThat(quorums.places(1)).extracting(PeerAddress::host).containsExactly("a", "f");
        assertThat(quorums.places(2)).extracting(PeerAddress::host).containsExactly("d", "b", "c");
        assertThat(quorums.places(3)).extracting(PeerAddress::host).containsExactly("e");
        assertThat(quorums.places(4)).isEmpty();
        assertThat(quorums.servers()).containsExactly(1L, 2L, 3L);
    }

    /// Servers with ids from 1 to 9, of which one at least votes; for each second seed with groups and weights, some of
    /// them 0.
    private static Membership membership(Prng random) {
        List<Member> members = new ArrayList<>();
        SortedMap<Long, Long> groups = new TreeMap<>();
        SortedMap<Long, Long> weights = new TreeMap<>();
        int groupCount = 1 + random.below(4);
        int last = 1 + random.below(9);
        for (long sid = 1; sid <= last; sid++) {
            Role role = sid > 1 && random.chance(20) ? Role.OBSERVER : Role.PARTICIPANT;
            members.add(new Member(sid, role, addresses(random), random.chance(30) ? new HostPort("::", 2181) : null));
            if (role == Role.PARTICIPANT || random.chance(30)) {
                groups.put(sid, (long) random.below(groupCount));
            }
            if (random.chance(40)) {
                weights.put(sid, (long) (random.chance(10) ? Integer.MAX_VALUE : random.below(4)));
            }
        }
        QuorumRule rule = random.chance(50) ? new QuorumRule.Majority() : new QuorumRule.Hierarchical(groups, weights);
        return Membership.of(random.next() >>> 1, members, rule);
    }

    private static List<PeerAddress> addresses(Prng random) {
        List<PeerAddress> addresses = new ArrayList<>();
        for (int i = random.below(3); i >= 0; i--) {
            String host = random.chance(30) ? "fe80::" + random.below(9) + "%eth0" : "host-" + random.below(9);
            addresses.add(new PeerAddress(host, 1 + random.below(1000), 2000 + random.below(1000)));
        }
        return addresses;
    }

    /// Some of the servers from 0 to 12: members and strangers.
    private static SortedSet<Long> set(Prng random) {
        SortedSet<Long> set = new TreeSet<>();
        int percent = random.below(101);
        for (long sid = 0; sid <= 12; sid++) {
            if (random.chance(percent)) {
                set.add(sid);
            }
        }
        return set;
    }
}
