// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.wire.client;

import io.zabra.wire.WireReader;
import io.zabra.wire.WireWriter;
import io.zabra.wire.data.Acl;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// `createTTL`, opcode 21. `flags` is a [CreateMode] number that nobody has checked yet.
public record CreateTtlRequest(
        String path, byte @Nullable [] data, @Nullable List<Acl> acl, int flags, long ttlMs) implements Request {

    public static CreateTtlRequest read(WireReader in) {
        return new CreateTtlRequest(in.string(), in.buffer(), Acl.readListOrNull(in), in.int32(), in.int64());
    }

    @Override
    public void write(WireWriter out) {
        out.string(path).buffer(data).list(acl).int32(flags).int64(ttlMs);
    }

    @Override
    public OpCode op() {
        return OpCode.CREATE_TTL;
    }
}
