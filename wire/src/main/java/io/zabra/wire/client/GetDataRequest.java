// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.wire.client;

import io.zabra.wire.WireReader;
import io.zabra.wire.WireWriter;

/// `getData`, opcode 4.
public record GetDataRequest(String path, boolean watch) implements Request {

    public static GetDataRequest read(WireReader in) {
        return new GetDataRequest(in.string(), in.bool());
    }

    @Override
    public void write(WireWriter out) {
        out.string(path).bool(watch);
    }

    @Override
    public OpCode op() {
        return OpCode.GET_DATA;
    }
}
