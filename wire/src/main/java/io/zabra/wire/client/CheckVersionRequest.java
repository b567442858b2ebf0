// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.wire.client;

import io.zabra.wire.WireReader;
import io.zabra.wire.WireWriter;

/// `check`, opcode 13: makes a multi fail unless the node has this version. Legal only inside a multi.
public record CheckVersionRequest(String path, int version) implements Request {

    public static CheckVersionRequest read(WireReader in) {
        return new CheckVersionRequest(in.string(), in.int32());
    }

    @Override
    public void write(WireWriter out) {
        out.string(path).int32(version);
    }

    @Override
    public OpCode op() {
        return OpCode.CHECK;
    }
}
