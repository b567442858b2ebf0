// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.zab;

import static io.zabra.core.zab.Bench.z;
import static org.assertj.core.api.Assertions.assertThat;

import io.zabra.core.feed.PeerLink;
import io.zabra.core.log.Epochs;
import io.zabra.core.quorum.Membership;
import io.zabra.core.quorum.Quorums;
import io.zabra.wire.quorum.Dialect;
import io.zabra.wire.quorum.QuorumPacket;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Which acceptances of an epoch a leader of five voters relies on. Who lost its disk after it had accepted, has
/// forgotten that, and an earlier leader might take it in: so a quorum must have been there with all its acceptances
/// at one moment. From then on, no earlier leader has a quorum of others.
class AcceptanceTest extends LeaderFixture {

    private static final String ENTERS = "disk epochs 2/2";

    private final PeerLink c = bench.link("c");
    private Members members;

    @BeforeEach
    void fiveVoters() {
        StringBuilder text = new StringBuilder();
        for (int sid = 1; sid <= 5; sid++) {
            text.append("server." + sid + "=h:1:2:participant\n");
        }
        members = new Members(3, Quorums.of(Membership.parse(text + "version=0")), bench);
        leader = new Leader(members, bench.history, new Epochs(1, 1), Bench.TIMING, bench, bench);
        leader.begin(now());
        comes(a, 1, 1, Dialect.ZABRA);
        comes(b, 2, 1, Dialect.ZABRA);
        diskHas(new Epochs(2, 1));
        bench.said();
    }

    /// Else a voter that always comes late would end each epoch.
    @Test
    void whoLeadsAgainBeginsBehindThePromiseThatEndedItsEpoch() {
        comes(c, 4, 5, Dialect.ZABRA);
        assertThat(leader.over()).contains("has accepted epoch 5");
        leader = new Leader(members, bench.history, new Epochs(2, 1), Bench.TIMING, bench, bench);
        leader.begin(now());
        bench.said();
        comes(bench.link("again"), 1, 2, Dialect.ZABRA);
        comes(bench.link("too"), 2, 2, Dialect.ZABRA);
        assertThat(bench.said()).contains("disk epochs 6/1");
    }

    private void accepts(PeerLink link) {
        gets(link, accepts(z(1, 2), 1));
    }

    @Test
    void aQuorumIsAskedOnceMoreWhetherItsAcceptancesStand() {
        accepts(a);
        accepts(b);
        assertThat(bench.said()).containsExactly("a< PING", "a< PING", "b< PING");
        confirms(a);
        confirms(b);
        assertThat(bench.said()).isEmpty();
        confirms(a);
        assertThat(bench.said()).startsWith(ENTERS, "a< DIFF 1:2");
    }

    /// The process is gone, and the connection seems to stand.
    @Test
    void whoWasNotHeardOfSinceTheLastAcceptanceCameDoesNotHelp() {
        accepts(a);
        confirms(a);
        accepts(b);
        confirms(b);
        assertThat(bench.said()).doesNotContain(ENTERS);
        comes(c, 4, 1, Dialect.ZABRA);
        accepts(c);
        confirms(c);
        assertThat(bench.said()).doesNotContain(ENTERS);
        confirms(b);
        assertThat(bench.said()).startsWith(ENTERS);
    }

    @Test
    void anAcceptanceThatIsNotNeededDelaysNothing() {
        comes(c, 4, 1, Dialect.ZABRA);
        accepts(a);
        accepts(b);
        accepts(c);
        confirms(a);
        confirms(b);
        assertThat(bench.said()).doesNotContain(ENTERS);
        confirms(a);
        assertThat(bench.said()).startsWith(ENTERS);
    }

    @Test
    void whoIsGoneBeforeItHasConfirmedDoesNotCount() {
        accepts(a);
        accepts(b);
        confirms(b);
        leader.take(new PeerInput.Disconnected(a), now());
        confirms(b);
        assertThat(bench.said()).doesNotContain(ENTERS);
    }

    /// They would not go on if they were asked, and are never taken for servers that have nothing.
    @Test
    void serversOfApachesAreNotAsked() {
        comes(c, 5, 1);
        accepts(c);
        bench.said();
        accepts(a);
        assertThat(bench.said()).containsExactly("a< PING");
        confirms(a);
        assertThat(bench.said()).startsWith(ENTERS);
    }

    /// Else it could have promised an epoch that never was, and be shut out from the leader that goes on.
    @Test
    void anObserverIsOfferedTheEpochOnceAQuorumHasAcceptedIt() {
        accepts(a);
        accepts(b);
        leader.take(new PeerInput.LearnerConnected(o), now());
        bench.said();
        gets(o, new QuorumPacket.LearnerInfo(true, 1, 9, 0x10000, 0, Dialect.ZABRA));
        assertThat(bench.said()).isEmpty();
        for (PeerLink voter : new PeerLink[] {a, b, a}) {
            confirms(voter);
        }
        assertThat(bench.said()).startsWith(ENTERS).contains("o< LEADERINFO 2");
        accepts(o);
        assertThat(bench.said()).containsExactly("o< DIFF 1:2", "o< NEWLEADER 2:0");
    }

    @Test
    void theLastEpochIsAnEpochAsAnyOther() {
        leader = leader(bench, new Epochs(Epochs.LAST - 1, 1));
        leader.begin(now());
        comes(a, 1, Epochs.LAST - 1);
        diskHas(new Epochs(Epochs.LAST, 1));
        assertThat(bench.said()).containsExactly("disk epochs 2147483647/1", "a< LEADERINFO 2147483647");
        gets(a, accepts(z(1, 2), 1));
        assertThat(bench.said()).contains("disk epochs 2147483647/2147483647");
        assertThat(bench.events).isEmpty();
    }

    /// Its number would be negative for servers of Apache's, and before all that were.
    @Test
    void noEpochComesAfterTheLast() {
        for (long[] accepted : new long[][] {{Epochs.LAST, 1}, {Epochs.LAST - 1, Epochs.LAST}}) {
            leader = leader(bench, new Epochs(accepted[0], 1));
            leader.begin(now());
            comes(a, 1, accepted[1]);
            comes(b, 2, 1);
            assertThat(bench.said()).isEmpty();
            assertThat(leader.over()).isNull();
            bench.nowMs += Bench.TIMING.initMs() + 1;
            leader.tick(now());
            leader.end();
            bench.said();
            assertThat(bench.events).contains(new ZabEvent.LeadershipLost(Epochs.LAST + 1, Epochs.USED_UP));
            bench.events.clear();
        }
    }
}
