// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.wire.client;

import io.zabra.wire.WireReader;
import io.zabra.wire.WireWriter;

/// Answer to `create` and `sync`: the path.
public record PathResponse(String path) implements Response {

    public static PathResponse read(WireReader in) {
        return new PathResponse(in.string());
    }

    @Override
    public void write(WireWriter out) {
        out.string(path);
    }
}
