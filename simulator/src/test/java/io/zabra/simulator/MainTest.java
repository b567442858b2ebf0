// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.simulator;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.List;
import org.junit.jupiter.api.Test;

class MainTest {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void namesTheArgumentThatIsWrong() {
        assertThat(run("--bogus", "1")).isEqualTo(2);
        assertThat(err.toString(UTF_8)).startsWith("error: there is no option --bogus\nUsage: ");
        err.reset();
        assertThat(run("--seeds", "many")).isEqualTo(2);
        assertThat(err.toString(UTF_8)).startsWith("error: --seeds needs a number\n");
        err.reset();
        assertThat(run("--seed")).isEqualTo(2);
        assertThat(err.toString(UTF_8)).startsWith("error: --seed needs a number\n");
        for (String option : List.of("--members", "--seeds", "--minutes")) {
            err.reset();
            assertThat(run(option, "0")).isEqualTo(2);
            assertThat(err.toString(UTF_8)).startsWith("error: " + option + " needs a number above 0\n");
        }
        err.reset();
        assertThat(run("--seed", "5", "--seeds", "3")).isEqualTo(2);
        assertThat(err.toString(UTF_8)).startsWith("error: --seed is for one life");
    }

    @Test
    void helpIsAnAnswer() {
        assertThat(run("--help")).isZero();
        assertThat(out.toString(UTF_8)).startsWith("Usage: ");
        assertThat(err.toString(UTF_8)).isEmpty();
    }

    @Test
    void livesOneLife() {
        assertThat(run("--seed", "1")).isZero();
        assertThat(out.toString(UTF_8)).contains("seed 1: well");
    }

    private int run(String... arguments) {
        return Main.run(List.of(arguments), new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8));
    }
}
