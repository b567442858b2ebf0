// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.server.config;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Finds the known name that a misspelt one was probably meant to be.
final class NearestName {

    /// Names longer than this are not compared: the cost grows with the square of the length.
    private static final int LENGTH_MAX = 100;

    private NearestName() {}

    /// The nearest of `names` by edit distance without regard to capital letters (the first one in case of a tie); null
    /// if none is near enough, which is one change for each three characters.
    static @Nullable String of(String name, List<String> names) {
        if (name.isEmpty() || name.length() > LENGTH_MAX) {
            return null;
        }
        String wanted = name.toLowerCase(Locale.ROOT);
        String nearest = null;
        int least = Math.max(1, name.length() / 3) + 1;
        for (String known : names) {
            int distance = distance(wanted, known.toLowerCase(Locale.ROOT));
            if (distance < least) {
                least = distance;
                nearest = known;
            }
        }
        return nearest;
    }

    /// Levenshtein's distance: insertions, deletions and replacements.
    private static int distance(String a, String b) {
        int[] previous = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            previous[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int[] current = new int[b.length() + 1];
            current[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                current[j] = Math.min(replaced, 1 + Math.min(previous[j], current[j - 1]));
            }
            previous = current;
        }
        return previous[b.length()];
    }
}
