// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.wire.client;

import io.zabra.wire.WireReader;
import io.zabra.wire.WireWriter;
import org.jspecify.annotations.Nullable;

/// `auth`, opcode 100: adds a credential to the connection. `type` is always 0 and means nothing.
public record AuthRequest(int type, @Nullable String scheme, byte @Nullable [] auth) implements Request {

    public static AuthRequest read(WireReader in) {
        return new AuthRequest(in.int32(), in.stringOrNull(), in.buffer());
    }

    @Override
    public void write(WireWriter out) {
        out.int32(type).string(scheme).buffer(auth);
    }

    @Override
    public OpCode op() {
        return OpCode.AUTH;
    }
}
