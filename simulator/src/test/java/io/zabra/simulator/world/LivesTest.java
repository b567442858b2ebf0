// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.simulator.world;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class LivesTest {

    @Test
    void anErrorOfTheSimulatorIsNotTakenForAGoodLife() {
        assertThatThrownBy(() -> Lives.run(
                        1,
                        seed -> seed < 10,
                        seed -> {
                            throw new NoClassDefFoundError("seed " + seed);
                        },
                        _ -> {}))
                .isInstanceOf(IllegalStateException.class)
                .hasRootCauseInstanceOf(NoClassDefFoundError.class);
    }
}
