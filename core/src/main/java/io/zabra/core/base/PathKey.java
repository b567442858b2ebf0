// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.base;

import org.jspecify.annotations.Nullable;

/// The leading part of a path as the key of a table. One that is kept for searching can stand for one ancestor after
/// the other, without a copy of any: paths may have as many ancestors as characters.
public final class PathKey implements Comparable<PathKey> {

    private String path;
    private int length;
    private int hash;

    /// The key of a whole path.
    public PathKey(String path) {
        this.path = path;
        length = path.length();
        hash = path.hashCode();
    }

    /// The hash of a part that is longer by one character.
    public static int hash(int hash, char next) {
        return 31 * hash + next;
    }

    /// Becomes the key of the first `newLength` characters of `newPath`, whose hash is known. Never to be done to a key
    /// that is in a table.
    public PathKey become(String newPath, int newLength, int newHash) {
        path = newPath;
        length = newLength;
        hash = newHash;
        return this;
    }

    @Override
    public int hashCode() {
        return hash;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof PathKey key && compareTo(key) == 0;
    }

    /// By hash first, so that it seldom has to look at characters.
    @Override
    public int compareTo(PathKey other) {
        if (hash != other.hash) {
            return Integer.compare(hash, other.hash);
        }
        if (length != other.length) {
            return Integer.compare(length, other.length);
        }
        for (int i = 0; i < length; i++) {
            if (path.charAt(i) != other.path.charAt(i)) {
                return Character.compare(path.charAt(i), other.path.charAt(i));
            }
        }
        return 0;
    }

    /// The path that it stands for.
    @Override
    public String toString() {
        return path.substring(0, length);
    }
}
