// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class SessionIdsTest {

    private static final HexFormat HEX = HexFormat.of();

    @Test
    void passwordsAreThoseOfApache() {
        assertThat(HEX.formatHex(SessionIds.password(0x010000246a640000L)))
                .isEqualTo("def0d27c13347507ec09359d148ab1f9");
        assertThat(HEX.formatHex(SessionIds.password(0x010000246a640001L)))
                .isEqualTo("f111cd7cb37f544ce14c9cc8e812c6c6");
    }

    @Test
    void onlyTheRightPasswordMatches() {
        byte[] password = SessionIds.password(7);
        assertThat(SessionIds.matches(7, password)).isTrue();
        assertThat(SessionIds.matches(8, password)).isFalse();
        assertThat(SessionIds.matches(7, new byte[0])).isFalse();
        assertThat(SessionIds.matches(0, SessionIds.password(0))).isFalse();
    }

    @Test
    void idsCarryTheServerAndSkipSessionsThatExist() {
        Sessions sessions = new Sessions(2_000);
        SessionIds ids = new SessionIds(3, 1_700_000_000_000L);
        long first = ids.next(sessions);
        assertThat(first >>> 56).isEqualTo(3);
        sessions.track(first + 1, 4_000);
        assertThat(ids.next(sessions)).isEqualTo(first + 2);
    }
}
