// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.storage.stream;

import java.util.Locale;

/// How a snapshot file is wrapped; told by the suffix of its name, as in Apache's layout.
public enum Compression {
    NONE(""),
    GZIP(".gz"),
    SNAPPY(".snappy");

    private final String suffix;

    Compression(String suffix) {
        this.suffix = suffix;
    }

    /// What the file name ends with.
    public String suffix() {
        return suffix;
    }

    /// The value of the setting `snapshot.compression.method`: `gz`, `snappy`, and anything else for none.
    public static Compression ofSetting(String method) {
        return ofFile("." + method.toLowerCase(Locale.ROOT));
    }

    /// By the suffix of a name.
    public static Compression ofFile(String name) {
        for (Compression compression : values()) {
            if (compression != NONE && name.toLowerCase(Locale.ROOT).endsWith(compression.suffix)) {
                return compression;
            }
        }
        return NONE;
    }
}
