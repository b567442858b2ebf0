// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.wire.client;

import io.zabra.wire.WireReader;
import io.zabra.wire.WireWriter;

/// `removeWatches`, opcode 18. Types: 1 children, 2 data, 3 any, 4 persistent, 5 persistent recursive.
public record RemoveWatchesRequest(String path, int type) implements Request {

    public static RemoveWatchesRequest read(WireReader in) {
        return new RemoveWatchesRequest(in.string(), in.int32());
    }

    @Override
    public void write(WireWriter out) {
        out.string(path).int32(type);
    }

    @Override
    public OpCode op() {
        return OpCode.REMOVE_WATCHES;
    }
}
