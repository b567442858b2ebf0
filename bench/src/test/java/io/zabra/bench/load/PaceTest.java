// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class PaceTest {

    @Test
    void roundingNeverAddsUp() {
        var pace = new Pace(1_000, 3);

        assertThat(pace.plannedNs(0)).isEqualTo(1_000);
        assertThat(pace.plannedNs(1)).isEqualTo(1_000 + 333_333_333L);
        assertThat(pace.plannedNs(3_000_000)).isEqualTo(1_000 + 1_000_000 * 1_000_000_000L);
    }

    @Test
    void aDayAtAMillionASecondDoesNotOverflow() {
        var pace = new Pace(0, 1_000_000);

        assertThat(pace.plannedNs(86_400L * 1_000_000)).isEqualTo(86_400L * 1_000_000_000L);
    }

    @Test
    void aRateOfZeroIsRefused() {
        assertThatThrownBy(() -> new Pace(0, 0)).hasMessageContaining("at least 1 a second");
    }
}
