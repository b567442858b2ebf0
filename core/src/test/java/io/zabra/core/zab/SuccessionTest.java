// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.zab;

import static io.zabra.core.zab.Bench.z;
import static org.assertj.core.api.Assertions.assertThat;

import io.zabra.core.log.Entry;
import io.zabra.core.quorum.Membership;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Who may have a vote.
class SuccessionTest extends LeaderFixture {

    private static final Membership ALL_VOTE = Membership.parse("""
        server.1=h:1:2:participant
        server.2=h:1:2:participant
        server.3=h:1:2:participant
        server.4=h:1:2:participant
        version=900\
        """);

    private static final int RECORDS = 400;

    private boolean mayHaveAVote() {
        return leader.succession().isSynced(ALL_VOTE);
    }

    @Test
    void anObserverMayHaveAVoteOnceItLacksNoMoreThanIsInMemory() {
        serves();
        joins(b, 2, z(1, 2));
        assertThat(mayHaveAVote()).isFalse();
        joins(o, 4, z(1, 2));
        assertThat(mayHaveAVote()).isTrue();
        bench.stuck.add("o");
        List<Entry> lacking = new ArrayList<>();
        for (int i = 1; i <= RECORDS; i++) {
            proposes();
            lacking.add(new Entry(z(2, i), Bench.entry(z(2, i))));
        }
        diskHas(z(2, RECORDS));
        gets(a, ack(2, RECORDS));
        gets(b, ack(2, RECORDS));
        assertThat(mayHaveAVote()).isFalse();
        bench.stuck.clear();
        leader.flush(now());
        leader.take(new PeerInput.LogRead(z(1, 2), lacking), now());
        leader.flush(now());
        assertThat(mayHaveAVote()).isTrue();
    }
}
