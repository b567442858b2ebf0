// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.zabra.bench.scenario.Catalogue;
import io.zabra.bench.scenario.Scenario;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class MainTest {

    @TempDir
    Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void listNamesEveryScenarioOnce() {
        assertThat(execute("list")).isZero();
        assertThat(out.toString().lines()).hasSize(Catalogue.all().size());
        assertThat(Catalogue.all().stream().map(Scenario::name)).doesNotHaveDuplicates();
    }

    @Test
    void wrongUsageIsExitCodeTwoAndSaysWhat() {
        assertThat(execute("run", "nonesuch")).isEqualTo(2);
        assertThat(err.toString()).contains("no scenario 'nonesuch'");
        assertThat(execute("run", "get", "--target", "elsewhere")).isEqualTo(2);
        assertThat(err.toString()).contains("'elsewhere' is neither a known target nor host:port");
        assertThat(execute("run", "get", "--rounds", "0")).isEqualTo(2);
        assertThat(err.toString()).contains("--rounds must be at least 1");
    }

    @Test
    @Timeout(120)
    void roundsOnAServerProcessOfItsOwnEndInJsonAndLeaveNoFiles() throws IOException {
        Path json = folder.resolve("result.json");
        Path work = folder.resolve("work");

        int exit = execute(
                "run",
                "set",
                "startup",
                "--target",
                "floor",
                "--rounds",
                "2",
                "--ops",
                "2000",
                "--warmup-ops",
                "2000",
                "--work",
                work.toString(),
                "--json",
                json.toString(),
                "--heap",
                "64m");

        assertThat(exit).isZero();
        assertThat(Files.readString(json))
                .contains(
                        "\"scenario\": \"set\"",
                        "\"round\": 2",
                        "\"serverCpuUsPerOperation\": ",
                        "\"firstAnswerMs\": ");
        try (Stream<Path> left = Files.list(work)) {
            assertThat(left).isEmpty();
        }
    }

    private int execute(String... words) {
        CommandLine line = Main.commandLine();
        line.setOut(new PrintWriter(out, true));
        line.setErr(new PrintWriter(err, true));
        return line.execute(words);
    }
}
