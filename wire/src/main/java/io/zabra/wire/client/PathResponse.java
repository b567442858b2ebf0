// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.wire.client;

import io.zabra.wire.WireReader;
import io.zabra.wire.WireWriter;
import org.jspecify.annotations.Nullable;

/// Answer to `create` and `sync`: the path; a `sync` without a path is answered without one.
public record PathResponse(@Nullable String path) implements Response {

    public static PathResponse read(WireReader in) {
        return new PathResponse(in.stringOrNull());
    }

    @Override
    public void write(WireWriter out) {
        out.string(path);
    }
}
