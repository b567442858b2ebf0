// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.server.peer;

import static org.assertj.core.api.Assertions.assertThat;

import io.zabra.wire.quorum.HostPort;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class WhereaboutsTest {

    private static final HostPort A = new HostPort("a", 1);
    private static final HostPort B = new HostPort("b", 1);

    private final Whereabouts whereabouts = new Whereabouts();

    @Test
    void aPlaceOfAnotherIsAvoidedForAWhile() {
        othersAnswerAtA();
        assertThat(next(List.of(A, B), 1)).isEqualTo(B);
        assertThat(next(List.of(A, B), Whereabouts.OTHERS_NS - 1)).isEqualTo(B);
        whereabouts.dials(B, Whereabouts.OTHERS_NS);
        assertThat(next(List.of(A, B), Whereabouts.OTHERS_NS)).isEqualTo(A);
    }

    @Test
    void aPlaceOfAnotherIsAvoidedUntilTheListChanges() {
        othersAnswerAtA();
        assertThat(next(List.of(B, A), 1)).isEqualTo(B);
        whereabouts.dials(B, 1);
        assertThat(next(List.of(B, A), 1)).isEqualTo(A);
    }

    private void othersAnswerAtA() {
        assertThat(next(List.of(A, B), 0)).isEqualTo(A);
        whereabouts.dials(A, 0);
        assertThat(whereabouts.othersAnswer(0)).isTrue();
    }

    private @Nullable HostPort next(List<HostPort> places, long nowNs) {
        return whereabouts.next(places, _ -> false, _ -> false, nowNs);
    }
}
