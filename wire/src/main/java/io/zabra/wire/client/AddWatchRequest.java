// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.wire.client;

import io.zabra.wire.WireReader;
import io.zabra.wire.WireWriter;

/// `addWatch`, opcode 106. Mode 0 is persistent, 1 persistent recursive.
public record AddWatchRequest(String path, int mode) implements Request {

    public static AddWatchRequest read(WireReader in) {
        return new AddWatchRequest(in.string(), in.int32());
    }

    @Override
    public void write(WireWriter out) {
        out.string(path).int32(mode);
    }

    @Override
    public OpCode op() {
        return OpCode.ADD_WATCH;
    }
}
