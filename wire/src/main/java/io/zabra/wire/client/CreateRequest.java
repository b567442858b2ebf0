// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.wire.client;

import io.zabra.wire.WireReader;
import io.zabra.wire.WireWriter;
import io.zabra.wire.data.Acl;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// `create`, `create2` and `createContainer`, opcodes 1, 15 and 19: one body, told apart by `op`, which decides what is
/// stored and what is answered. `flags` is a [CreateMode] number that nobody has checked yet.
public record CreateRequest(
        OpCode op,
        String path,
        byte @Nullable [] data,
        @Nullable List<Acl> acl,
        int flags) implements Request {

    public CreateRequest {
        if (op != OpCode.CREATE && op != OpCode.CREATE2 && op != OpCode.CREATE_CONTAINER) {
            throw new IllegalArgumentException(op + " is not create, create2 or createContainer");
        }
    }

    public static CreateRequest read(OpCode op, WireReader in) {
        return new CreateRequest(op, in.string(), in.buffer(), Acl.readListOrNull(in), in.int32());
    }

    @Override
    public void write(WireWriter out) {
        out.string(path).buffer(data).list(acl).int32(flags);
    }
}
