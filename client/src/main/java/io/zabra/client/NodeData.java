// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.client;

import io.zabra.wire.data.Stat;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// What is stored at a znode.
///
/// @param data null if null was stored, which is not the same as no bytes
public record NodeData(byte @Nullable [] data, Stat stat) {

    /// The data as UTF-8 text; empty if there is none.
    public String text() {
        return data == null ? "" : new String(data, StandardCharsets.UTF_8);
    }
}
