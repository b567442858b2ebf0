// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.wire.client;

import io.zabra.wire.WireReader;
import io.zabra.wire.WireWriter;
import io.zabra.wire.data.Stat;

/// Answer to `create2`, `createContainer` and `createTTL`: the path and the Stat of the new node.
public record CreateResponse2(String path, Stat stat) implements Response {

    public static CreateResponse2 read(WireReader in) {
        return new CreateResponse2(in.string(), Stat.read(in));
    }

    @Override
    public void write(WireWriter out) {
        out.string(path);
        stat.write(out);
    }
}
