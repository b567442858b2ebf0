// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.interop.clients;

import static org.assertj.core.api.Assertions.assertThat;

import io.zabra.interop.process.Needed;
import io.zabra.interop.process.OnZabra;
import io.zabra.interop.process.RunningServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// kazoo, the Python client, and the shell of the C client, both as Debian packs them.
@OnZabra
class KazooIT {

    private static final String PYTHON = "/usr/bin/python3";
    private static final String C_SHELL = "/usr/lib/zookeeper/bin/cli_mt";

    @TempDir
    Path directory;

    /// What a program said and how it ended.
    private record Ended(int code, String output) {}

    private static Ended run(List<String> command, String input) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try (var out = process.getOutputStream()) {
            out.write(input.getBytes(StandardCharsets.UTF_8));
        }
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor(60, TimeUnit.SECONDS);
        return new Ended(process.exitValue(), output);
    }

    private static boolean works(String... command) throws InterruptedException {
        try {
            return run(List.of(command), "").code() == 0;
        } catch (IOException absent) {
            return false;
        }
    }

    @Test
    void kazooWorksUnmodified() throws Exception {
        Needed.KAZOO.check(works(PYTHON, "-c", "import kazoo"), "");
        try (RunningServer server = ZabraServer.start(directory)) {
            Ended ended = run(List.of(PYTHON, "src/test/python/kazoo_recipes.py", server.connectString()), "");
            assertThat(ended.output()).contains("all done");
            assertThat(ended.code()).isZero();
        }
    }

    @Test
    void theShellOfTheCClientWorks() throws Exception {
        Needed.C_SHELL.check(Path.of(C_SHELL).toFile().canExecute(), "");
        try (RunningServer server = ZabraServer.start(directory)) {
            var output = new ArrayList<String>();
            for (String command : List.of("create /c", "set /c changed", "get /c", "ls /", "delete /c")) {
                output.add(run(List.of(C_SHELL, server.connectString(), "cmd:" + command), "")
                        .output());
            }
            assertThat(String.join("\n", output))
                    .contains("changed")
                    .contains("zookeeper")
                    .doesNotContain("rc = -");
        }
    }
}
