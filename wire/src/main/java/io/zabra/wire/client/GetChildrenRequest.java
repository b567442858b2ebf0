// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.wire.client;

import io.zabra.wire.WireReader;
import io.zabra.wire.WireWriter;

/// `getChildren`, opcode 8: the names alone.
public record GetChildrenRequest(String path, boolean watch) implements Request {

    public static GetChildrenRequest read(WireReader in) {
        return new GetChildrenRequest(in.string(), in.bool());
    }

    @Override
    public void write(WireWriter out) {
        out.string(path).bool(watch);
    }

    @Override
    public OpCode op() {
        return OpCode.GET_CHILDREN;
    }
}
