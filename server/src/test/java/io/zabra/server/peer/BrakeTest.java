// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.server.peer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BrakeTest {

    private final Brake brake = new Brake();
    private final List<String> said = new ArrayList<>();
    private final Brake.Source leader = hold -> said.add("leader " + hold);
    private final Brake.Source next = hold -> said.add("next " + hold);

    @Test
    void aLeaderIsHeldFromTheLimitOnUntilHalfOfItIsDone() {
        brake.look(Brake.BYTES_MAX, leader);
        assertThat(said).isEmpty();
        brake.look(Brake.BYTES_MAX + 1, leader);
        brake.look(Brake.BYTES_MAX, leader);
        brake.look(Brake.BYTES_RESUME + 1, leader);
        assertThat(said).containsExactly("leader true");
        brake.look(Brake.BYTES_RESUME, leader);
        brake.look(Brake.BYTES_MAX, leader);
        assertThat(said).containsExactly("leader true", "leader false");
    }

    @Test
    void theNextLeaderIsHeldToo() {
        brake.look(Brake.BYTES_MAX + 1, leader);
        brake.look(Brake.BYTES_MAX, next);
        assertThat(said).containsExactly("leader true", "leader false", "next true");
        brake.look(0, next);
        assertThat(said).endsWith("next false");
    }

    @Test
    void withoutALeaderNobodyIsHeld() {
        brake.look(Brake.BYTES_MAX + 1, null);
        brake.look(Brake.BYTES_MAX + 1, leader);
        assertThat(said).containsExactly("leader true");
        brake.look(Brake.BYTES_MAX + 1, null);
        assertThat(said).containsExactly("leader true", "leader false");
    }
}
