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
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// The layout of the sources is the formatter's. It runs here because it needs the JDK of the sources, which Maven's
/// own need not be. `mvn -q -pl tidy -Pformat test` rewrites what this test complains about.
class FormatTest {

    private static final Formatter FORMATTER = Formatter.createFormatter(JavaFormatterOptions.builder()
            .style(JavaFormatterOptions.Style.PALANTIR)
            .build());
    private static final Pattern DOCUMENTATION = Pattern.compile("(?m)(?<=^[ ]{0,40})///.*$");
    private static final Pattern STAND_IN = Pattern.compile("// @(\\d+)@");

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

    @Test
    void documentationStaysAsItWasWritten() {
        String text = "/// " + "word ".repeat(30) + "end\n/// - item\nclass A {}\n";
        List<String> found = new ArrayList<>();
        assertThat(formatted(text, "A.java", found)).isEqualTo(text);
        assertThat(found).isEmpty();
    }

    /// The formatter breaks long `///` comments without prefixing what it moves, so it only sees stand-ins of them.
    private static String formatted(String text, String path, List<String> found) {
        List<String> kept = new ArrayList<>();
        String hidden = DOCUMENTATION.matcher(text).replaceAll(line -> {
            kept.add(line.group());
            return "// @" + (kept.size() - 1) + "@";
        });
        try {
            String formatted = FORMATTER.formatSourceAndFixImports(hidden);
            return STAND_IN.matcher(formatted)
                    .replaceAll(line -> Matcher.quoteReplacement(kept.get(Integer.parseInt(line.group(1)))));
        } catch (FormatterException e) {
            found.add(path + ": " + e.getMessage());
            return text;
        }
    }
}
