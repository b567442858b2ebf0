// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Feeds arbitrary bytes to the reader of `zoo.cfg`. Without `JAZZER_FUZZ=1` it replays the saved inputs.
class ZooCfgFuzzTest {

    /// Goal: no file makes the reader throw, and what it reads is what `java.util.Properties` reads.
    @FuzzTest(maxDuration = "60s")
    void readsLikeJavaProperties(byte[] file) throws IOException {
        PropertiesText.Parsed parsed = PropertiesText.parse(file, "zoo.cfg");
        Properties expected = byProperties(file);
        if (expected == null) {
            assertThat(parsed.problems()).isNotEmpty();
            return;
        }
        assertThat(parsed.problems()).isEmpty();
        Map<String, String> trimmed = trimmed(expected);
        if (trimmed.size() == expected.size()) {
            var read = new TreeMap<String, String>();
            parsed.lines().forEach(line -> read.put(line.key(), line.value()));
            // Java makes a key of no letters out of a backslash at the very end, which takes the place of an earlier
            // one; we make nothing of it.
            if ("".equals(trimmed.get(""))) {
                read.remove("");
                trimmed.remove("");
            }
            assertThat(read).isEqualTo(trimmed);
        }
    }

    /// Goal: every file ends in a configuration or in problems, never in an exception; what is accepted can be listed
    /// and read again as the same.
    @FuzzTest(maxDuration = "60s")
    void acceptsOrTellsProblems(byte[] file) {
        switch (ConfigReader.read("zoo.cfg", file)) {
            case ConfigResult.Rejected rejected ->
                assertThat(rejected.problems()).isNotEmpty();
            case ConfigResult.Accepted accepted ->
                assertThat(accepted.config().sessions().tickMs()).isPositive();
        }
    }

    /// What Java's own reader makes of the file; null if it refuses it.
    private static @Nullable Properties byProperties(byte[] file) throws IOException {
        var properties = new Properties();
        try {
            properties.load(new ByteArrayInputStream(file));
            return properties;
        } catch (IllegalArgumentException malformed) {
            return null;
        }
    }

    /// Keys and values without blanks at their ends, as Apache takes them.
    private static Map<String, String> trimmed(Properties properties) {
        var trimmed = new TreeMap<String, String>();
        for (String name : properties.stringPropertyNames()) {
            trimmed.put(name.trim(), properties.getProperty(name).trim());
        }
        return trimmed;
    }
}
