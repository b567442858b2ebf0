// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.wire.client;

import io.zabra.wire.WireReader;
import io.zabra.wire.WireWriter;

/// `delete`, opcode 2. Version -1 matches every version.
public record DeleteRequest(String path, int version) implements Request {

    public static DeleteRequest read(WireReader in) {
        return new DeleteRequest(in.string(), in.int32());
    }

    @Override
    public void write(WireWriter out) {
        out.string(path).int32(version);
    }

    @Override
    public OpCode op() {
        return OpCode.DELETE;
    }
}
