// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.watch;

import io.zabra.core.base.ByteHash;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// A path as the tables know it: the number of its directory, its last name in UTF-8, and a hash of both, with the key
/// `seed`.
record Place(int directory, byte[] name, int hash) {

    static Place of(int directory, String path, int nameFrom, int nameTo, long seed) {
        byte[] name = path.substring(nameFrom, nameTo).getBytes(StandardCharsets.UTF_8);
        return new Place(directory, name, hash(directory, name, 0, name.length, seed));
    }

    static Place of(int directory, byte[] page, int from, int to, long seed) {
        return new Place(directory, Arrays.copyOfRange(page, from, to), hash(directory, page, from, to, seed));
    }

    static int hash(int directory, byte[] bytes, int from, int to, long seed) {
        return ByteHash.of(bytes, from, to, seed ^ directory * 0x9E3779B97F4A7C15L);
    }
}
