// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.server.ensemble;

import static org.assertj.core.api.Assertions.assertThat;

import io.zabra.core.quorum.Membership;
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
            found.add(masters.next(members));
        }
        return found;
    }

    @Test
    void allVotersAreTriedInTurnAndAllAgainAfterAPause() {
        Masters masters = new Masters(7, 1_000, new Random(1));
        List<Masters.Next> first = round(masters, MEMBERS);
        assertThat(first).extracting(Masters.Next::sid).containsExactlyInAnyOrder(1L, 2L, 3L);
        assertThat(first).allMatch(each -> each.pauseMs() == 0);
        assertThat(first).allMatch(each -> each.address().port() == 7);
        assertThat(first).extracting(each -> each.address().host()).containsExactlyInAnyOrder("a", "b", "c");
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
            firsts.add(new Masters(7, 0, new Random(seed)).next(MEMBERS).sid());
        }
        assertThat(firsts).containsExactly(1L, 2L, 3L);
    }

    @Test
    void otherMembersAreOtherMasters() {
        Masters masters = new Masters(7, 0, new Random(1));
        masters.next(MEMBERS);
        Membership others = Membership.parse("server.5=e:1:2\nserver.6=f:1:2\nserver.7=g:1:2\nversion=1");
        assertThat(round(masters, others)).extracting(Masters.Next::sid).containsExactlyInAnyOrder(5L, 6L, 7L);
    }

    /// While there is no leader nobody serves, which is soon over.
    @Test
    void whoIsServedByNobodyForLongHasTriedAllInVain() {
        Masters masters = new Masters(7, 0, new Random(1));
        for (int i = 0; i < 20; i++) {
            masters.next(MEMBERS);
        }
        assertThat(masters.inVain()).isFalse();
        masters.next(MEMBERS);
        assertThat(masters.inVain()).isTrue();
        masters.reached();
        assertThat(masters.inVain()).isFalse();
    }
}
