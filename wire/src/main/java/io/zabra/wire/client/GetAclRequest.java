// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.wire.client;

import io.zabra.wire.WireReader;
import io.zabra.wire.WireWriter;

/// `getACL`, opcode 6.
public record GetAclRequest(String path) implements Request {

    public static GetAclRequest read(WireReader in) {
        return new GetAclRequest(in.string());
    }

    @Override
    public void write(WireWriter out) {
        out.string(path);
    }

    @Override
    public OpCode op() {
        return OpCode.GET_ACL;
    }
}
