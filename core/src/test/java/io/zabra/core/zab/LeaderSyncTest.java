// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.zab;

import static io.zabra.core.zab.Bench.z;
import static org.assertj.core.api.Assertions.assertThat;

import io.zabra.core.log.Epochs;
import io.zabra.wire.quorum.Dialect;
import io.zabra.wire.quorum.QuorumPacket;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/// When a leader answers `sync`.
class LeaderSyncTest extends LeaderFixture {

    private static final QuorumPacket CLAIM = new QuorumPacket.Revalidate(7, 1_000);

    @Test
    void aSyncIsAnsweredOnceAQuorumConfirmsTheLeader() {
        serves();
        leader.sync();
        gets(a, SYNC);
        assertThat(bench.said()).containsExactly("a< PING");
        gets(a, new QuorumPacket.PingReply(0, List.of()));
        assertThat(bench.said()).containsExactly("synced 1:2", "a< SYNC");
    }

    @Test
    void allThatComeDuringARoundShareTheNextOne() {
        serves();
        gets(a, SYNC);
        bench.said();
        for (int i = 0; i < 100; i++) {
            gets(a, SYNC);
        }
        assertThat(bench.said()).isEmpty();
        gets(a, new QuorumPacket.PingReply(0, List.of()));
        assertThat(bench.said()).containsExactlyInAnyOrder("a< SYNC", "a< PING");
        gets(a, new QuorumPacket.PingReply(0, List.of()));
        assertThat(bench.said()).containsExactlyElementsOf(Collections.nCopies(100, "a< SYNC"));
    }

    @Test
    void aSyncIsAnsweredAfterWhatWasProposedBeforeIt() {
        serves();
        proposes();
        gets(a, SYNC, new QuorumPacket.PingReply(0, List.of()));
        bench.said();
        gets(a, new QuorumPacket.PingReply(0, List.of()));
        assertThat(bench.said()).isEmpty();
        diskHas(z(2, 1));
        gets(a, ack(2, 1));
        assertThat(bench.said()).containsExactly("apply 2:1", "a< COMMIT 2:1", "a< SYNC");
    }

    @Test
    void whatIsWrittenBehindASyncIsNotToldToBeCommittedBeforeItIsAnswered() {
        serves();
        gets(a, SYNC);
        proposes();
        gets(a, SYNC);
        proposes();
        bench.said();
        diskHas(z(2, 2));
        gets(a, ack(2, 2));
        assertThat(bench.said()).containsExactly("apply 2:1", "apply 2:2");
        gets(a, new QuorumPacket.PingReply(0, List.of()));
        assertThat(bench.said()).containsExactly("a< PING", "a< SYNC", "a< COMMIT 2:1");
        gets(a, new QuorumPacket.PingReply(0, List.of()));
        assertThat(bench.said()).containsExactly("a< SYNC", "a< COMMIT 2:2");
    }

    @Test
    void ourOwnFollowersAreToldOfCommitsBeforeTheSyncIsAnswered() {
        leader.begin(now());
        comes(a, 1, 1, Dialect.ZABRA);
        diskHas(new Epochs(2, 1));
        gets(a, accepts(z(1, 2), 1));
        confirms(a);
        diskHas(new Epochs(2, 2));
        gets(a, ack(2, 0));
        gets(a, SYNC);
        proposes();
        bench.said();
        diskHas(z(2, 1));
        gets(a, ack(2, 1));
        assertThat(bench.said()).containsExactly("apply 2:1", "a< COMMIT 2:1");
    }

    @Test
    void aSessionThatLivesIsConfirmedAtOnce() {
        serves();
        bench.alive.add(7L);
        gets(a, CLAIM);
        assertThat(bench.said()).containsExactly("a< REVALIDATE 7 true");
    }

    @Test
    void thatASessionDoesNotExistIsSaidOnceAQuorumConfirmsTheLeader() {
        serves();
        leader.deny(8, 1_000);
        gets(a, CLAIM);
        assertThat(bench.said()).containsExactly("a< PING");
        gets(a, new QuorumPacket.PingReply(0, List.of()));
        assertThat(bench.said()).containsExactly("confirmed 8", "a< REVALIDATE 7 false");
    }

    @Test
    void aSessionWhoseEndIsProposedHasEndedOnceThatIsCommitted() {
        serves();
        proposes();
        leader.deny(8, 1_000);
        gets(a, CLAIM, new QuorumPacket.PingReply(0, List.of()));
        gets(a, new QuorumPacket.PingReply(0, List.of()));
        bench.said();
        diskHas(z(2, 1));
        assertThat(bench.said()).isEmpty();
        gets(a, ack(2, 1));
        assertThat(bench.said()).contains("confirmed 8", "a< REVALIDATE 7 false");
    }

    @Test
    void whatIsKnownWhenAQuorumHasConfirmedTheLeaderCounts() {
        serves();
        gets(a, CLAIM);
        bench.alive.add(7L);
        bench.said();
        gets(a, new QuorumPacket.PingReply(0, List.of()));
        assertThat(bench.said()).containsExactly("a< REVALIDATE 7 true");
    }

    /// Among it may be answers to requests of the session's former connection.
    @Test
    void whatWasProposedIsSentBeforeASessionIsGranted() {
        serves();
        gets(a, CLAIM);
        bench.alive.add(7L);
        bench.stuck.add("a");
        proposes();
        bench.said();
        gets(a, new QuorumPacket.PingReply(0, List.of()));
        assertThat(bench.said()).isEmpty();
        bench.stuck.clear();
        leader.flush(now());
        assertThat(bench.said()).containsExactly("a< PROPOSAL 2:1", "a< REVALIDATE 7 true");
    }

    @Test
    void onlySyncsCountAsSyncs() {
        serves();
        leader.deny(8, 1_000);
        leader.sync();
        assertThat(leader.learners().pendingSyncs()).isEqualTo(1);
    }

    @Test
    void aSyncIsAnsweredThoughAFollowerComesBackInTheMiddle() {
        serves();
        leader.sync();
        leader.flush(now());
        leader.take(new PeerInput.Disconnected(a), now());
        joins(b, 1, z(1, 2));
        leader.flush(now());
        bench.said();
        gets(b, new QuorumPacket.PingReply(0, List.of()));
        assertThat(bench.said()).containsExactly("synced 1:2");
    }

    @Test
    void whoAsksAndTakesNoAnswersIsLost() {
        serves();
        for (int i = 0; i < 100_000; i++) {
            leader.take(new PeerInput.Received(a, i % 2 == 0 ? SYNC : CLAIM), now());
        }
        assertThat(bench.said()).doesNotContain("a closed");
        gets(a, SYNC);
        assertThat(bench.said()).contains("a closed");
        assertThat(leader.learners().pendingSyncs()).isZero();
    }
}
