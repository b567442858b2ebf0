// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.tidy;

import static org.assertj.core.api.Assertions.assertThat;

import com.palantir.javaformat.java.Formatter;
import com.palantir.javaformat.java.FormatterException;
import com.palantir.javaformat.java.JavaFormatterOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The layout of the sources is the formatter's. It runs here because it needs the JDK of the sources, which Maven's
/// own need not be. `mvn -q -pl tidy -Pformat test` rewrites what this test complains about.
class FormatTest {

    private static final Formatter FORMATTER = Formatter.createFormatter(JavaFormatterOptions.builder()
            .style(JavaFormatterOptions.Style.PALANTIR)
            .build());

    @Test
    void sourcesAreFormatted() throws IOException {
        boolean apply = "apply".equals(System.getProperty("tidy.format"));
        List<String> found = new ArrayList<>();
        for (SourceFile file : Codebase.sources()) {
            String formatted = formatted(file.text(), file.path(), found);
            if (formatted.equals(file.text())) {
                continue;
            }
            if (apply) {
                Files.writeString(Codebase.resolve(file.path()), formatted);
            } else {
                found.add(file.path());
            }
        }
        assertThat(found).as("files to format: mvn -q -pl tidy -Pformat test").isEmpty();
    }

    @Test
    void aBadlyFormattedSampleIsNoticed() {
        List<String> found = new ArrayList<>();
        assertThat(formatted("class  A{ int x ;}\n", "A.java", found)).isEqualTo("class A {\n    int x;\n}\n");
        formatted("class {", "B.java", found);
        assertThat(found).singleElement().asString().startsWith("B.java");
    }

    private static String formatted(String text, String path, List<String> found) {
        try {
            return FORMATTER.formatSourceAndFixImports(text);
        } catch (FormatterException e) {
            found.add(path + ": " + e.getMessage());
            return text;
        }
    }
}
