// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.tree;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Rules and arithmetic of node paths. Comparison is by code units; there is no normalisation.
public final class Paths {

    public static final String ROOT = "/";
    public static final String ZOOKEEPER = "/zookeeper";
    public static final String QUOTA = "/zookeeper/quota";
    public static final String CONFIG = "/zookeeper/config";

    private static final byte[] ROOT_BYTES = {};

    private Paths() {}

    /// What is wrong with the path, or null if a node may have it. Lookups do not need this: what breaks the rules is
    /// merely absent.
    public static @Nullable String problem(@Nullable String path) {
        if (path == null) {
            return "path is null";
        }
        if (path.isEmpty()) {
            return "path is empty";
        }
        if (path.charAt(0) != '/') {
            return "path must start with /";
        }
        if (path.length() == 1) {
            return null;
        }
        if (path.charAt(path.length() - 1) == '/') {
            return "path must not end with /";
        }
        int nameFrom = 1;
        for (int i = 1; i <= path.length(); i++) {
            char c = i == path.length() ? '/' : path.charAt(i);
            if (c != '/') {
                if (isForbidden(c)) {
                    return String.format("character U+%04X at %d", (int) c, i);
                }
                continue;
            }
            String problem = nameProblem(path, nameFrom, i);
            if (problem != null) {
                return problem;
            }
            nameFrom = i + 1;
        }
        return null;
    }

    /// The path of the parent; of a top level node it is "", another name of the root. Needs a slash in the path.
    public static String parent(String path) {
        return path.substring(0, path.lastIndexOf('/'));
    }

    /// What follows the last slash.
    public static String name(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    /// Whether clients may not delete it.
    public static boolean isSpecial(String path) {
        return path.equals(ROOT) || path.equals(ZOOKEEPER) || path.equals(QUOTA) || path.equals(CONFIG);
    }

    /// The path in UTF-8; the root, by either name, has no bytes.
    static byte[] bytes(String path) {
        return path.equals(ROOT) ? ROOT_BYTES : path.getBytes(StandardCharsets.UTF_8);
    }

    /// The path that clients know for bytes of ours.
    static String string(byte[] path, int length) {
        return length == 0 ? ROOT : new String(path, 0, length, StandardCharsets.UTF_8);
    }

    static int lastSlash(byte[] path, int length) {
        int at = length - 1;
        while (at >= 0 && path[at] != '/') {
            at--;
        }
        return at;
    }

    private static @Nullable String nameProblem(String path, int from, int to) {
        int length = to - from;
        if (length == 0) {
            return "empty name at " + from;
        }
        if (path.charAt(from) == '.' && (length == 1 || length == 2 && path.charAt(from + 1) == '.')) {
            return "relative name at " + from;
        }
        return null;
    }

    private static boolean isForbidden(char c) {
        return c <= '\u001f' || c >= '\u007f' && c <= '\u009f' || c >= '\ud800' && c <= '\uf8ff' || c >= '\ufff0';
    }
}
