// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.session;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SessionsTest {

    private static final int TICK_MS = 2_000;

    private final Sessions sessions = new Sessions(TICK_MS);
    private long clockMs;

    @BeforeEach
    void start() {
        sessions.advance(0);
    }

    @Test
    void aSilentSessionExpiresAfterItsTimeoutRoundedUpToATick() {
        Session session = sessions.track(1, 4_000);
        pass(5_999);
        assertThat(sessions.expired(true)).isEmpty();
        pass(1);
        assertThat(sessions.expired(true)).containsExactly(session);
    }

    @Test
    void anExpiredSessionIsToldOnce() {
        sessions.track(1, 4_000);
        pass(10_000);
        assertThat(sessions.expired(true)).hasSize(1);
        pass(10_000);
        assertThat(sessions.expired(true)).isEmpty();
    }

    @Test
    void aTouchGivesTheFullTimeoutAgain() {
        Session session = sessions.track(1, 4_000);
        for (int i = 0; i < 10; i++) {
            pass(3_000);
            sessions.touch(session);
            assertThat(sessions.expired(true)).isEmpty();
        }
        pass(6_000);
        assertThat(sessions.expired(true)).containsExactly(session);
    }

    @Test
    void aPauseOfThisProcessExpiresNobody() {
        sessions.track(1, 4_000);
        clockMs += 3_600_000;
        sessions.advance(clockMs);
        assertThat(sessions.expired(true)).isEmpty();
    }

    @Test
    void aRenewedSessionLivesByItsNewTimeoutAndKeepsTheOldOneForTheLog() {
        Session session = sessions.track(1, 4_000);
        sessions.renew(session, 20_000);
        pass(19_000);
        assertThat(sessions.expired(true)).isEmpty();
        assertThat(session.timeoutMs()).isEqualTo(4_000);
        pass(3_000);
        assertThat(sessions.expired(true)).containsExactly(session);
    }

    @Test
    void onlyEstablishedSessionsGoIntoSnapshots() {
        sessions.track(1, 4_000);
        sessions.establish(2, 5_000);
        assertThat(sessions.established()).containsOnlyKeys(2L).containsEntry(2L, 5_000);
        sessions.remove(2);
        assertThat(sessions.established()).isEmpty();
    }

    private void pass(int ms) {
        long until = clockMs + ms;
        while (clockMs < until) {
            clockMs = Math.min(until, clockMs + 100);
            sessions.advance(clockMs);
        }
    }
}
