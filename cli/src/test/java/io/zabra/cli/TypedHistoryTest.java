// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.terminal.Terminal;
import org.jline.terminal.impl.DumbTerminal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TypedHistoryTest {

    @TempDir
    Path folder;

    @Test
    void keepsPasswordsOutOfTheFile() throws Exception {
        Path file = folder.resolve("history");
        type(file, "ls /\n  addauth digest u:secret1\n'addauth' digest u:secret2\nADDAUTH digest u:secret3\nstat /\n");
        assertThat(Files.readString(file)).contains("ls /", "stat /").doesNotContain("secret");
    }

    private static void type(Path file, String lines) throws Exception {
        try (Terminal terminal =
                new DumbTerminal(new ByteArrayInputStream(lines.getBytes(UTF_8)), new ByteArrayOutputStream())) {
            LineReader reader = Main.reader(terminal, file).build();
            while (true) {
                reader.readLine();
            }
        } catch (EndOfFileException end) {
            // All lines were typed.
        }
    }
}
