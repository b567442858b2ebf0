// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.cli;

import java.util.List;
import java.util.Locale;

/// An option of a command.
///
/// @param name what stands behind the dash
record CommandOption(String name, boolean hasValue, String description) {

    static CommandOption flag(String name, String description) {
        return new CommandOption(name, false, description);
    }

    static CommandOption value(String name, String description) {
        return new CommandOption(name, true, description);
    }

    /// The options with their descriptions, a line each, sorted by name.
    static String help(List<CommandOption> options) {
        int width = options.stream()
                .mapToInt(option -> option.shown().length())
                .max()
                .orElse(0);
        StringBuilder lines = new StringBuilder();
        options.stream()
                .sorted((a, b) -> a.name.toLowerCase(Locale.ROOT).compareTo(b.name.toLowerCase(Locale.ROOT)))
                .forEach(option -> lines.append(' ')
                        .append(option.shown())
                        .append(" ".repeat(width - option.shown().length()))
                        .append("   ")
                        .append(option.description)
                        .append('\n'));
        return lines.toString();
    }

    private String shown() {
        return "-" + name + (hasValue ? " <arg>" : "");
    }
}
