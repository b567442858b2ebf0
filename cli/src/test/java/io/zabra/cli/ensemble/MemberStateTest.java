// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.cli.ensemble;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MemberStateTest {

    @Test
    void readsWhatAServerSaysOfItself() {
        MemberState state = MemberState.ofAnswer("""
            Zookeeper version: 3.9.5-zabra-0.1.0, built on 2026-01-01 00:00 UTC
            Latency min/avg/max: 0/0.0/0
            Received: 5
            Sent: 4
            Connections: 2
            Outstanding: 0
            Zxid: 0x100000007
            Mode: leader
            Node count: 6
            Proposal sizes last/min/max: 32/32/48
            """);
        assertThat(state).isEqualTo(new MemberState.Serving("leader", "0x100000007", 1));
        assertThat(state.line()).isEqualTo("leader    0x100000007    1 connection");
    }

    @Test
    void tellsAServerWithoutLeaderFromOneThatSaysNothing() {
        assertThat(MemberState.ofAnswer("This ZooKeeper instance is not currently serving requests\n"))
                .isEqualTo(new MemberState.Looking());
        assertThat(MemberState.ofAnswer("")).isEqualTo(new MemberState.Silent());
        assertThat(MemberState.ofAnswer("Mode: follower\nConnections: many\nZxid: 0x1"))
                .isEqualTo(new MemberState.Serving("follower", "0x1", 0));
    }
}
