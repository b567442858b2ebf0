// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.zab;

import static io.zabra.core.zab.Bench.z;
import static org.assertj.core.api.Assertions.assertThat;

import io.zabra.wire.quorum.QuorumPacket;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Slow disks: nobody waits for them but who has one.
class LeaderDiskTest extends LeaderFixture {

    @Test
    void aFollowerWhoseDiskStandsStillIsSentAway() {
        serves();
        proposes();
        for (int i = 0; i < 9; i++) {
            leader.tick(now());
            bench.nowMs += 50;
            gets(a, new QuorumPacket.PingReply(0, List.of()));
        }
        bench.said();
        leader.tick(now());
        assertThat(bench.said()).contains("a closed");
    }

    /// Known flaws L-09 and F-26: nobody waits for a leader whose disk stands still.
    @Test
    void aLeaderWhoseDiskStandsStillStepsDown() {
        serves();
        proposes();
        gets(a, ack(2, 1));
        for (int i = 0; i < 9; i++) {
            leader.tick(now());
            assertThat(leader.over()).isNull();
            bench.nowMs += 50;
            gets(a, new QuorumPacket.PingReply(0, List.of()));
        }
        leader.tick(now());
        assertThat(leader.over()).contains("the own disk has written nothing");
    }

    /// Known flaw L-15: it is not so slow that it makes nothing durable, but others are much faster.
    @Test
    void aLeaderWhoseDiskIsFarBehindThoseOfTheOthersStepsDown() {
        serves();
        joins(b, 2, z(1, 2));
        for (int i = 1; i <= 10; i++) {
            assertThat(leader.over()).isNull();
            for (int j = 0; j < 3; j++) {
                proposes();
            }
            gets(a, ack(2, 3 * i), new QuorumPacket.PingReply(0, List.of()));
            gets(b, ack(2, 3 * i), new QuorumPacket.PingReply(0, List.of()));
            leader.tick(now());
            diskHas(z(2, i / 5 + 1));
            bench.nowMs += 50;
        }
        assertThat(leader.over()).contains("ms behind those of a quorum");
    }

    @Test
    void aSlowDiskOfTheLeaderDelaysNoCommit() {
        serves();
        joins(b, 2, z(1, 2));
        proposes();
        bench.said();
        gets(a, ack(2, 1));
        gets(b, ack(2, 1));
        assertThat(bench.said()).contains("a< COMMIT 2:1", "b< COMMIT 2:1").doesNotContain("apply 2:1");
    }

    @Test
    void aSlowDiskOfAFollowerDelaysNoCommit() {
        serves();
        joins(b, 2, z(1, 2));
        proposes();
        bench.said();
        diskHas(z(2, 1));
        gets(a, ack(2, 1));
        assertThat(bench.said()).contains("apply 2:1", "a< COMMIT 2:1", "b< COMMIT 2:1");
    }
}
