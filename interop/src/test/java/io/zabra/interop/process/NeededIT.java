// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.interop.process;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.opentest4j.TestAbortedException;

class NeededIT {

    @Test
    void whatIsMissingSkipsATest() {
        assertThatThrownBy(() -> Needed.KAZOO.check(false, "", List.of("c-shell")))
                .isInstanceOf(TestAbortedException.class)
                .hasMessageContaining("python3-kazoo");
    }

    @Test
    void whatIsMissingAndRequiredFailsIt() {
        assertThatThrownBy(() -> Needed.KAZOO.check(false, "", List.of("c-shell", "kazoo")))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("ZABRA_REQUIRED");
    }

    @Test
    void whatIsThereIsNeitherSkippedNorFailed() {
        assertThatCode(() -> Needed.KAZOO.check(true, "", List.of("kazoo"))).doesNotThrowAnyException();
    }
}
