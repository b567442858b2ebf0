// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.server.config;

import java.util.Map;

/// The settings of a server as `--print-config` shows them: a file that `--config` would take, with the origin of each
/// value behind it in a comment line. Secrets are hidden.
final class ConfigListing {

    private ConfigListing() {}

    static String of(Values values) {
        var out = new StringBuilder();
        for (Settings.Chapter chapter : Settings.CHAPTERS) {
            var lines = new StringBuilder();
            for (Setting row : chapter.rows()) {
                append(row, values, lines);
            }
            if (!lines.isEmpty()) {
                out.append("# ")
                        .append(chapter.title())
                        .append('\n')
                        .append(lines)
                        .append('\n');
            }
        }
        return out.toString();
    }

    private static void append(Setting row, Values values, StringBuilder out) {
        if (row.isFamily()) {
            for (Map.Entry<String, Values.Value> entry : values.given().entrySet()) {
                if (row.equals(Settings.ofKey(entry.getKey()))) {
                    line(row, entry.getKey(), entry.getValue(), out);
                }
            }
            return;
        }
        Values.Value value = values.given().get(row.key());
        if (value != null) {
            line(row, row.key(), value, out);
        } else if (!row.defaultText().isEmpty()) {
            line(row, row.key(), new Values.Value(row.defaultText(), ""), out);
        }
    }

    private static void line(Setting row, String key, Values.Value value, StringBuilder out) {
        out.append("# ")
                .append(value.place().isEmpty() ? "default" : value.place())
                .append('\n');
        boolean hidden = row.isSecret() && !value.text().isEmpty();
        out.append(hidden ? "# " : "").append(key).append('=').append(hidden ? "***" : escape(value.text()));
        out.append('\n');
    }

    /// Writes a backslash and what is not ASCII as a properties file wants it.
    private static String escape(String text) {
        var out = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\') {
                out.append("\\\\");
            } else if (c < ' ' || c > '~') {
                out.append(String.format("\\u%04x", (int) c));
            } else {
                out.append(c);
            }
        }
        return out.toString();
    }
}
