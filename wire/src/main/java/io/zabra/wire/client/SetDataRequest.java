// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.wire.client;

import io.zabra.wire.WireReader;
import io.zabra.wire.WireWriter;
import org.jspecify.annotations.Nullable;

/// `setData`, opcode 5. Null data is a value of its own, unlike empty data; version -1 matches every version.
public record SetDataRequest(String path, byte @Nullable [] data, int version) implements Request {

    public static SetDataRequest read(WireReader in) {
        return new SetDataRequest(in.string(), in.buffer(), in.int32());
    }

    @Override
    public void write(WireWriter out) {
        out.string(path).buffer(data).int32(version);
    }

    @Override
    public OpCode op() {
        return OpCode.SET_DATA;
    }
}
