// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.wire.client;

import io.zabra.wire.WireReader;
import io.zabra.wire.WireWriter;
import io.zabra.wire.data.Stat;

/// Answer to `exists`, `setData` and `setACL`.
public record StatResponse(Stat stat) implements Response {

    public static StatResponse read(WireReader in) {
        return new StatResponse(Stat.read(in));
    }

    @Override
    public void write(WireWriter out) {
        stat.write(out);
    }
}
