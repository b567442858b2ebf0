// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.cli;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The words of a command, sorted into options and the rest.
///
/// Options may stand anywhere. Those without a value may share a dash (`-sw`); a value may follow at once (`-v5`),
/// behind `=` or as the next word. After `--` nothing is an option.
///
/// @param words the command itself and what is not an option
/// @param values by name; flags have an empty value
record CommandLine(List<String> words, Map<String, String> values) {

    CommandLine {
        words = List.copyOf(words);
        values = Map.copyOf(values);
    }

    boolean has(String option) {
        return values.containsKey(option);
    }

    @Nullable
    String value(String option) {
        return values.get(option);
    }

    static CommandLine parse(List<String> words, List<CommandOption> options) throws ShellFailure {
        Parser parser = new Parser(options);
        for (String word : words) {
            parser.take(word);
        }
        return parser.done();
    }

    /// Splits a line at spaces; text in single or double quotes is one word.
    static List<String> split(String line) {
        List<String> words = new ArrayList<>();
        int at = 0;
        while (at < line.length()) {
            char c = line.charAt(at);
            if (Character.isWhitespace(c)) {
                at++;
            } else if (c == '"' || c == '\'') {
                int end = line.indexOf(c, at + 1);
                if (end >= 0) {
                    words.add(line.substring(at + 1, end));
                    at = end + 1;
                } else {
                    // A quote that is never closed is passed over.
                    at++;
                }
            } else {
                int end = at;
                while (end < line.length() && !Character.isWhitespace(line.charAt(end))) {
                    end++;
                }
                words.add(line.substring(at, end));
                at = end;
            }
        }
        return words;
    }

    /// Takes the words one by one.
    private static final class Parser {

        private final Map<String, CommandOption> known = new HashMap<>();
        private final List<String> words = new ArrayList<>();
        private final Map<String, String> values = new HashMap<>();
        private @Nullable CommandOption waiting;
        private boolean onlyWords;

        Parser(List<CommandOption> options) {
            options.forEach(option -> known.put(option.name(), option));
        }

        void take(String word) throws ShellFailure {
            if (onlyWords) {
                words.add(word);
                return;
            }
            CommandOption before = waiting;
            if (before != null && isValue(word)) {
                put(before, unquoted(word));
                return;
            }
            if (before != null) {
                throw missing(before);
            }
            if (word.equals("--")) {
                onlyWords = true;
            } else if (word.startsWith("-") && word.length() > 1) {
                options(word);
            } else {
                words.add(word);
            }
        }

        CommandLine done() throws ShellFailure {
            if (waiting != null) {
                throw missing(waiting);
            }
            return new CommandLine(words, values);
        }

        private void options(String word) throws ShellFailure {
            String name = word.substring(1);
            CommandOption whole = known.get(name);
            if (whole != null) {
                put(whole, null);
                return;
            }
            int equals = name.indexOf('=');
            CommandOption assigned = equals < 0 ? null : known.get(name.substring(0, equals));
            if (assigned != null && assigned.hasValue()) {
                put(assigned, name.substring(equals + 1));
                return;
            }
            for (int i = 0; i < name.length(); i++) {
                CommandOption option = known.get(name.substring(i, i + 1));
                if (option == null) {
                    throw new ShellFailure("Unrecognized option: " + word);
                }
                if (option.hasValue() && i + 1 < name.length()) {
                    put(option, name.substring(i + 1));
                    return;
                }
                put(option, null);
            }
        }

        private void put(CommandOption option, @Nullable String value) {
            waiting = option.hasValue() && value == null ? option : null;
            if (waiting == null) {
                values.putIfAbsent(option.name(), value == null ? "" : value);
            }
        }

        /// What looks like an option that exists is not a value, unless it is a number.
        private boolean isValue(String word) {
            if (!word.startsWith("-") || word.length() == 1 || isNumber(word)) {
                return true;
            }
            String name = word.substring(1);
            return !known.containsKey(name) && !known.containsKey(name.substring(0, 1));
        }

        private static boolean isNumber(String word) {
            try {
                Double.parseDouble(word);
                return true;
            } catch (NumberFormatException e) {
                return false;
            }
        }

        private static String unquoted(String word) {
            boolean quoted = word.length() > 1 && word.startsWith("\"") && word.endsWith("\"");
            return quoted ? word.substring(1, word.length() - 1) : word;
        }

        private static ShellFailure missing(CommandOption option) {
            return new ShellFailure("Missing argument for option: " + option.name());
        }
    }
}
