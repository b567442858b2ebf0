// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ReferencePageTest {

    private static final Path PAGE = Path.of("..", "docs", "configuration.md");

    /// To write the page anew:
    ///
    /// `mvn -pl server -am test -Dtest=ReferencePageTest -Drecord -Dsurefire.failIfNoSpecifiedTests=false`
    @Test
    void thePageInTheRepositoryIsThatOfTheTable() throws IOException {
        String page = ReferencePage.markdown();
        if (System.getProperty("record") != null) {
            Files.createDirectories(PAGE.getParent());
            Files.writeString(PAGE, page);
        }
        assertThat(Files.readString(PAGE)).isEqualTo(page);
    }

    @Test
    void everyRowThatTakesEffectSaysWhatItIs() {
        for (Settings.Chapter chapter : Settings.CHAPTERS) {
            for (Setting row : chapter.rows()) {
                if (row.status() instanceof Setting.Effective) {
                    assertThat(row.doc()).as(row.key()).endsWith(".").hasSizeLessThan(120);
                }
                if (!row.defaultText().isEmpty()) {
                    assertThat(row.kind().problem(row.defaultText()))
                            .as(row.key())
                            .isNull();
                }
            }
        }
    }
}
