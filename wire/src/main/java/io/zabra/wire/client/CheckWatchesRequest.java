// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.wire.client;

import io.zabra.wire.WireReader;
import io.zabra.wire.WireWriter;

/// `checkWatches`, opcode 17: asks whether a watch of this type is registered.
public record CheckWatchesRequest(String path, int type) implements Request {

    public static CheckWatchesRequest read(WireReader in) {
        return new CheckWatchesRequest(in.string(), in.int32());
    }

    @Override
    public void write(WireWriter out) {
        out.string(path).int32(type);
    }

    @Override
    public OpCode op() {
        return OpCode.CHECK_WATCHES;
    }
}
