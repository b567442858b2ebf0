// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.wire.client;

import io.zabra.wire.WireReader;
import io.zabra.wire.WireWriter;

/// `getAllChildrenNumber`, opcode 104: the count of all descendants.
public record GetAllChildrenNumberRequest(String path) implements Request {

    public static GetAllChildrenNumberRequest read(WireReader in) {
        return new GetAllChildrenNumberRequest(in.string());
    }

    @Override
    public void write(WireWriter out) {
        out.string(path);
    }

    @Override
    public OpCode op() {
        return OpCode.GET_ALL_CHILDREN_NUMBER;
    }
}
