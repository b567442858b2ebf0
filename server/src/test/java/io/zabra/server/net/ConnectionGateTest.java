// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.server.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.zabra.server.config.ServerConfig.ConnectionThrottle;
import io.zabra.server.config.ServerConfig.Weights;
import org.junit.jupiter.api.Test;

class ConnectionGateTest {

    private static final Weights NONE = new Weights(false, 3, 1, 2);

    @Test
    void withoutTokensEveryoneMayPass() {
        ConnectionGate gate = gate(new ConnectionThrottle(0, 1, 1, -1, 0.02, 0.002, 0, NONE), 0);
        for (int i = 0; i < 1_000; i++) {
            assertThat(gate.admits(0, 0)).isTrue();
        }
    }

    @Test
    void tokensComeBackWithTime() {
        ConnectionGate gate = gate(new ConnectionThrottle(3, 100, 2, -1, 0.02, 0.002, 0, NONE), 0);
        assertThat(admitted(gate, 5, 0, 0)).isEqualTo(3);
        assertThat(gate.deficit()).isEqualTo(3);
        assertThat(admitted(gate, 5, 0, 100)).isZero();
        assertThat(admitted(gate, 5, 0, 101)).isEqualTo(2);
        assertThat(admitted(gate, 9, 0, Long.MAX_VALUE / 2)).isEqualTo(3);
    }

    @Test
    void newSessionsCostMoreThanOldOnesIfWeightsCount() {
        var throttle = new ConnectionThrottle(6, 1_000, 1, -1, 0, 0, 0, new Weights(true, 3, 1, 2));
        assertThat(admitted(gate(throttle, 0), 9, 0, 0)).isEqualTo(2);
        assertThat(admitted(gate(throttle, 0), 9, 0x1234, 0)).isEqualTo(3);
    }

    @Test
    void dropsAtRandomAfterTheBucketWasEmpty() {
        var throttle = new ConnectionThrottle(2, 1_000_000, 2, 10, 0.5, 0.25, 1, NONE);
        ConnectionGate lucky = gate(throttle, 0.99);
        assertThat(admitted(lucky, 3, 0, 0)).isEqualTo(2);
        lucky.admits(0, 11);
        assertThat(lucky.dropProbability()).isCloseTo(0.5, within(1e-9));
        assertThat(lucky.admits(0, 2_000_000)).isTrue();
        assertThat(lucky.dropProbability()).isCloseTo(0.25, within(1e-9));
        ConnectionGate unlucky = gate(throttle, 0.1);
        assertThat(admitted(unlucky, 3, 0, 0)).isEqualTo(2);
        unlucky.admits(0, 11);
        assertThat(unlucky.admits(0, 2_000_000)).isFalse();
        assertThat(unlucky.deficit()).isZero();
    }

    private static int admitted(ConnectionGate gate, int tries, long sessionId, long nowMs) {
        int admitted = 0;
        for (int i = 0; i < tries; i++) {
            admitted += gate.admits(sessionId, nowMs) ? 1 : 0;
        }
        return admitted;
    }

    private static ConnectionGate gate(ConnectionThrottle throttle, double random) {
        return new ConnectionGate(throttle, () -> random, 0);
    }
}
