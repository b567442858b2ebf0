// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the server says when it does not start, and the exit codes.
class MainTest {

    @TempDir
    Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void namesTheArgumentThatIsWrong() {
        assertThat(run("--bogus")).isEqualTo(2);
        assertThat(err.toString(UTF_8)).startsWith("error: there is no option --bogus\nUsage: ");
        err.reset();
        assertThat(run("--config")).isEqualTo(2);
        assertThat(err.toString(UTF_8)).startsWith("error: --config needs a file\nUsage: ");
        err.reset();
        assertThat(run("a.cfg", "b.cfg")).isEqualTo(2);
        assertThat(err.toString(UTF_8)).startsWith("error: one file is enough: a.cfg, b.cfg\nUsage: ");
    }

    @Test
    void helpIsAnAnswer() {
        assertThat(run("--help")).isZero();
        assertThat(out.toString(UTF_8)).startsWith("Usage: ").contains("[--config] FILE");
        assertThat(err.toString(UTF_8)).isEmpty();
    }

    @Test
    void aMissingFileIsTheOnlyError() {
        Path missing = folder.resolve("none.cfg");
        assertThat(run("--config", missing.toString())).isEqualTo(2);
        assertThat(err.toString(UTF_8)).isEqualTo("error: " + missing + ": there is no such file\n");
    }

    @Test
    void namesTheAddressThatIsTaken() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThat(run(config("data", "clientPort=" + taken.getLocalPort())))
                    .isEqualTo(1);
            assertThat(err.toString(UTF_8))
                    .isEqualTo("error: the server cannot start: cannot listen on 127.0.0.1:" + taken.getLocalPort()
                            + ": Address already in use\n");
        }
    }

    @Test
    void saysWhyTheFolderCannotBeMade() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));
        assertThat(run(config("file/data", "clientPort=0"))).isEqualTo(1);
        assertThat(err.toString(UTF_8))
                .startsWith("error: the server cannot start: cannot make the folder " + file
                        + "/data/version-2 (dataDir): " + file)
                .contains("directory");
    }

    @Test
    void refusesAnEmptyFolderWhenThatIsNotAllowedAndSaysWhereToAllowIt() throws IOException {
        String log = folder.resolve("log").toString();
        assertThat(run(config("data", "clientPort=0\ndb.autocreate=false\ndataLogDir=" + log)))
                .isEqualTo(4);
        assertThat(err.toString(UTF_8))
                .startsWith("error: " + log + "/version-2: ")
                .contains("named initialize");
    }

    private String config(String data, String settings) throws IOException {
        String text = "dataDir=" + folder.resolve(data) + "\nclientPortAddress=127.0.0.1\n" + settings + "\n";
        return Files.writeString(folder.resolve("zoo.cfg"), text).toString();
    }

    private int run(String... arguments) {
        return Main.run(List.of(arguments), new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8));
    }
}
