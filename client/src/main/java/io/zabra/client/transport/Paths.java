// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.client.transport;

import org.jspecify.annotations.Nullable;

/// Rules for paths, checked before anything is sent, with the words of Apache's client.
public final class Paths {

    private Paths() {}

    /// Throws [IllegalArgumentException] with the reason if the path breaks a rule.
    public static void check(String path) {
        String problem = problem(path);
        if (problem != null) {
            throw new IllegalArgumentException(problem);
        }
    }

    private static @Nullable String problem(String path) {
        if (path.isEmpty()) {
            return "Path length must be > 0";
        }
        if (path.charAt(0) != '/') {
            return "Path must start with / character";
        }
        if (path.length() == 1) {
            return null;
        }
        if (path.endsWith("/")) {
            return "Path must not end with / character";
        }
        for (int i = 1; i < path.length(); i++) {
            String reason = problemAt(path, i);
            if (reason != null) {
                return "Invalid path string \"" + path + "\" caused by " + reason + " @" + i;
            }
        }
        return null;
    }

    private static @Nullable String problemAt(String path, int i) {
        char c = path.charAt(i);
        char before = path.charAt(i - 1);
        if (c == 0) {
            return "null character not allowed";
        }
        if (c == '/' && before == '/') {
            return "empty node name specified";
        }
        if (c == '.' && endsName(path, i + 1)) {
            boolean twoDots = before == '.' && path.charAt(i - 2) == '/';
            if (twoDots || before == '/') {
                return "relative paths not allowed";
            }
        }
        return isLegal(c) ? null : "invalid character";
    }

    private static boolean endsName(String path, int at) {
        return at == path.length() || path.charAt(at) == '/';
    }

    private static boolean isLegal(char c) {
        boolean control = c <= '\u001f' || (c >= '\u007f' && c <= '\u009f');
        boolean surrogateOrPrivate = c >= '\ud800' && c <= '\uf8ff';
        boolean special = c >= '\ufff0';
        return !control && !surrogateOrPrivate && !special;
    }
}
