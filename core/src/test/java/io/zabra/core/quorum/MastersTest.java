// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.quorum;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class MastersTest {

    private static final Membership MEMBERS =
            Membership.parse("server.1=a:1:2\nserver.2=b:1:2\nserver.3=c:1:2\nserver.4=d:1:2:observer");

    private static List<Masters.Next> round(Masters masters, Membership members) {
        List<Masters.Next> found = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            found.add(masters.next(members, 2));
        }
        return found;
    }

    @Test
    void allVotersAreTriedInTurnAndAllAgainAfterAPause() {
        Masters masters = new Masters(1_000, new Random(1)::nextInt);
        List<Masters.Next> first = round(masters, MEMBERS);
        assertThat(first).extracting(Masters.Next::sid).containsExactlyInAnyOrder(1L, 2L, 3L);
        assertThat(first).allMatch(each -> each.pauseMs() == 0);
        assertThat(first).noneMatch(Masters.Next::leads);
        List<Masters.Next> second = round(masters, MEMBERS);
        assertThat(second)
                .extracting(Masters.Next::sid)
                .isEqualTo(first.stream().map(Masters.Next::sid).toList());
        assertThat(second.getFirst().pauseMs()).isBetween(1, 1_000);
        assertThat(second.subList(1, 3)).allMatch(each -> each.pauseMs() == 0);
    }

    @Test
    void observersDoNotAllBeginWithTheSame() {
        var firsts = new TreeSet<Long>();
        for (int seed = 0; seed < 20; seed++) {
            firsts.add(
                    new Masters(0, new Random(seed)::nextInt).next(MEMBERS, 2).sid());
        }
        assertThat(firsts).containsExactly(1L, 2L, 3L);
    }

    @Test
    void otherMembersAreOtherMasters() {
        Masters masters = new Masters(0, new Random(1)::nextInt);
        masters.next(MEMBERS, 2);
        Membership others = Membership.parse("server.5=e:1:2\nserver.6=f:1:2\nserver.7=g:1:2\nversion=1");
        assertThat(round(masters, others)).extracting(Masters.Next::sid).containsExactlyInAnyOrder(5L, 6L, 7L);
    }

    @Test
    void theLeaderIsTriedWhenAllWereTriedInVainForAWhile() {
        Masters masters = new Masters(0, new Random(1)::nextInt);
        long lastTried = 0;
        for (int i = 0; i < 5; i++) {
            List<Masters.Next> tried = round(masters, MEMBERS);
            assertThat(tried).noneMatch(Masters.Next::leads);
            lastTried = tried.getLast().sid();
        }
        assertThat(masters.next(MEMBERS, 2)).isEqualTo(new Masters.Next(2, true, 0));
        assertThat(masters.last()).isEqualTo(lastTried);
        assertThat(round(masters, MEMBERS)).noneMatch(Masters.Next::leads);
    }

    @Test
    void whoHasFoundOneBeginsToCountAnew() {
        Masters masters = new Masters(0, new Random(1)::nextInt);
        for (int i = 0; i < 20; i++) {
            assertThat(round(masters, MEMBERS)).noneMatch(Masters.Next::leads);
            masters.found();
        }
    }
}
