// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.wire.client;

import io.zabra.wire.WireReader;
import io.zabra.wire.WireWriter;

/// `getChildren2`, opcode 12: the names and the Stat of the parent.
public record GetChildren2Request(String path, boolean watch) implements Request {

    public static GetChildren2Request read(WireReader in) {
        return new GetChildren2Request(in.string(), in.bool());
    }

    @Override
    public void write(WireWriter out) {
        out.string(path).bool(watch);
    }

    @Override
    public OpCode op() {
        return OpCode.GET_CHILDREN2;
    }
}
