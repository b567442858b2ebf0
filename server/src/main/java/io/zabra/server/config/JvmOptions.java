// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.server.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Finds the `-Dname=value` options in a string of JVM options, such as the environment variable `SERVER_JVMFLAGS`.
///
/// Words are cut at blanks outside of single and double quotes, as a shell cuts them.
final class JvmOptions {

    private JvmOptions() {}

    /// Puts the properties of `options` into `into`; the last one of a name wins. `-Dname` alone means the empty text.
    static void properties(String options, Map<String, String> into) {
        for (String word : words(options)) {
            if (word.startsWith("-D") && word.length() > 2) {
                int equals = word.indexOf('=');
                if (equals < 0) {
                    into.put(word.substring(2), "");
                } else if (equals > 2) {
                    into.put(word.substring(2, equals), word.substring(equals + 1));
                }
            }
        }
    }

    private static List<String> words(String options) {
        var words = new ArrayList<String>();
        var word = new StringBuilder();
        char quote = 0;
        for (int i = 0; i < options.length(); i++) {
            char c = options.charAt(i);
            if (c == quote) {
                quote = 0;
            } else if (quote == 0 && (c == '"' || c == '\'')) {
                quote = c;
            } else if (quote == 0 && Character.isWhitespace(c)) {
                words.add(word.toString());
                word.setLength(0);
            } else {
                word.append(c);
            }
        }
        words.add(word.toString());
        return words;
    }
}
