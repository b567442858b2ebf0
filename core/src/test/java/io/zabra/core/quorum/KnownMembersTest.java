// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.quorum;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// What a server makes of the members that it is told of, for its next start. Its own list has the servers 1, 2 and 3.
class KnownMembersTest {

    private static final String OTHERS = "server.1=a:1:2:participant\nserver.2=b:1:2:participant\n";
    private static final String ALL = OTHERS + "server.3=c:1:2:participant\n";
    private static final long V = 1L << 32;

    private static Membership membership(String lines, long version) {
        return Membership.parse(lines + "version=" + Long.toHexString(version));
    }

    private static Quorums just(String lines, long version) {
        return Quorums.of(membership(lines, version));
    }

    private static KnownMembers start() {
        return new KnownMembers(just(ALL, 0), null);
    }

    /// What the disk has when all was done that is asked of it.
    private static Quorums told(KnownMembers known, Quorums now) {
        known.change(now);
        Quorums written = known.takeUnwritten();
        assertThat(written).isNotNull();
        assertThat(known.takeUnwritten()).isNull();
        return written == null ? now : written;
    }

    /// Three of these could make an ensemble of their own by the list that they began with.
    @Test
    void whoFollowsBeforeItIsAddedHasNoVoteAtItsNextStartEither() {
        Quorums recorded = told(start(), just(OTHERS, V));
        assertThat(new KnownMembers(just(ALL, 0), recorded).members().isVoter(3))
                .isFalse();
    }

    @Test
    void whoWasRemovedKnowsThatAtItsNextStart() {
        Quorums removed = told(new KnownMembers(just(ALL, V), just(ALL, V)), just(OTHERS, V + 5));
        assertThat(new KnownMembers(just(ALL, V), removed).members()).isEqualTo(just(OTHERS, V + 5));
    }

    /// People write lists without a version, and should hear that theirs does not hold.
    @Test
    void aListWrittenByHandThatDoesNotHoldIsNoticed() {
        Quorums recorded = just(OTHERS, V);
        assertThat(new KnownMembers(just(ALL, 0), recorded).hasOverriddenTheList())
                .isTrue();
        assertThat(new KnownMembers(just(OTHERS, 0), recorded).hasOverriddenTheList())
                .isFalse();
        assertThat(new KnownMembers(just(ALL, 0), null).hasOverriddenTheList()).isFalse();
        assertThat(new KnownMembers(just(ALL, 1), recorded).hasOverriddenTheList())
                .isFalse();
        assertThat(KnownMembers.thatStay(membership(ALL, 0), recorded).hasOverriddenTheList())
                .isFalse();
    }

    @Test
    void whoIsBeingAddedKnowsBothAtItsNextStart() {
        Quorums adding = new Quorums(membership(OTHERS, V), membership(ALL, V + 5));
        Quorums recorded = told(start(), adding);
        assertThat(new KnownMembers(just(OTHERS, V), recorded).members()).isEqualTo(adding);
    }

    /// It has to be on the disk with the epoch in which the first leader gives it.
    @Test
    void theFirstVersionIsKeptBeforeItCounts() {
        Quorums begun = new Quorums(membership(ALL, 0), membership(ALL, V));
        assertThat(new KnownMembers(just(ALL, 0), told(start(), begun)).members())
                .isEqualTo(begun);
    }

    @Test
    void whatWasOnlyHeardIsNotKept() {
        Quorums now = new Quorums(membership(ALL, V), null, membership(OTHERS, V + 9), null);
        assertThat(told(start(), now)).isEqualTo(just(ALL, V));
    }

    /// A server of Apache's has used the folder meanwhile.
    @Test
    void laterFilesCount() {
        Quorums files = new Quorums(membership(OTHERS, V + 5), membership(ALL, V + 7));
        Quorums recorded = new Quorums(membership(ALL, V), membership(OTHERS, V + 5));
        assertThat(new KnownMembers(files, recorded).members()).isEqualTo(files);
    }

    /// Operators may change the lists by hand where members do not change otherwise: what was ignored is then over.
    @Test
    void whoIgnoresAChangeKnowsThatUntilItsListIsWrittenAnew() {
        Membership changed = membership(OTHERS, V + 5);
        KnownMembers known = KnownMembers.thatStay(membership(ALL, 0), null);
        assertThat(known.members()).isEqualTo(just(ALL, 0));
        Quorums recorded = told(known, new Quorums(membership(ALL, 0), changed));
        assertThat(KnownMembers.thatStay(membership(ALL, 0), recorded).members().next())
                .isEqualTo(changed);
        assertThat(KnownMembers.thatStay(membership(OTHERS, 0), recorded).members())
                .isEqualTo(just(OTHERS, 0));
        assertThat(new KnownMembers(just(ALL, 0), recorded).members().next())
                .as("members may change from now on")
                .isEqualTo(changed);
        Quorums ofOthers = new Quorums(membership(ALL, V), changed);
        assertThat(KnownMembers.thatStay(membership(ALL, 0), ofOthers).members())
                .as("what was proposed while they could change is not ignored, but given up by hand")
                .isEqualTo(just(ALL, 0));
    }

    /// The files come after the record. Whoever takes no changes any more must not elect by the older list.
    @Test
    void aListOfAnEarlierChangeIsNoneThatWasWrittenByHand() {
        Quorums recorded = just(OTHERS, V + 5);
        assertThat(KnownMembers.thatStay(membership(ALL, V), recorded).members())
                .isEqualTo(new Quorums(membership(ALL, V), membership(OTHERS, V + 5)));
        Quorums pending = new Quorums(membership(ALL, V), membership(OTHERS, V + 5));
        assertThat(KnownMembers.thatStay(membership(ALL, V), pending).members()).isEqualTo(pending);
        assertThat(KnownMembers.thatStay(membership(ALL, V + 6), recorded).members())
                .as("written by hand, with a later version")
                .isEqualTo(just(ALL, V + 6));
    }
}
