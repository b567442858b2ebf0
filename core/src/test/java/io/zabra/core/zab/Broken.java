// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.zab;

/// Something that must never happen has happened in a [World].
final class Broken extends AssertionError {

    private static final long serialVersionUID = 1;

    Broken(String message) {
        super(message);
    }

    static void unless(boolean holds, String format, Object... values) {
        if (!holds) {
            throw new Broken(String.format(format, values));
        }
    }
}
