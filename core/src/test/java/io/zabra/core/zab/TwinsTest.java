// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.zab;

import static org.assertj.core.api.Assertions.assertThat;

import io.zabra.wire.quorum.QuorumPacket;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Somebody says that it is server 1, which follows over the connection `a`.
class TwinsTest extends LeaderFixture {

    @BeforeEach
    void anotherComes() {
        serves();
        bench.nowMs += 1_000;
        comes(b, 1, 1);
    }

    private void passes(long ms) {
        bench.nowMs += ms;
        leader.flush(now());
    }

    @Test
    void theOneThatWorksStaysAndOperatorsAreTold() {
        for (int i = 0; i < 4; i++) {
            passes(50);
            gets(a, new QuorumPacket.PingReply(0, List.of()));
        }
        assertThat(bench.said()).noneMatch(line -> line.startsWith("a closed") || line.startsWith("b<"));
        assertThat(bench.events.stream().filter(ZabEvent.SameId.class::isInstance))
                .containsExactly(new ZabEvent.SameId(1, "", ""));
    }

    @Test
    void aConnectionThatIsDeadGivesWay() {
        passes(90);
        assertThat(bench.said()).isEmpty();
        passes(20);
        assertThat(bench.said()).contains("a closed", "b< LEADERINFO 2");
        assertThat(bench.events).noneMatch(ZabEvent.SameId.class::isInstance);
    }

    @Test
    void whoHasConnectedAnewDoesNotWaitOnceTheFormerConnectionIsGone() {
        leader.take(new PeerInput.Disconnected(a), now());
        leader.flush(now());
        assertThat(bench.said()).contains("b< LEADERINFO 2");
    }

    @Test
    void whoGoesAwayMeanwhileIsForgotten() {
        leader.take(new PeerInput.Disconnected(b), now());
        passes(200);
        assertThat(bench.said()).doesNotContain("a closed", "b< LEADERINFO 2");
    }
}
