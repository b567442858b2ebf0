// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.wire.client;

import io.zabra.wire.WireReader;
import io.zabra.wire.WireWriter;
import io.zabra.wire.data.Stat;
import org.jspecify.annotations.Nullable;

/// Answer to `getData` and `reconfig`. Null data is a value of its own, unlike empty data.
public record GetDataResponse(byte @Nullable [] data, Stat stat) implements Response {

    public static GetDataResponse read(WireReader in) {
        return new GetDataResponse(in.buffer(), Stat.read(in));
    }

    @Override
    public void write(WireWriter out) {
        out.buffer(data);
        stat.write(out);
    }
}
