// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.wire.client;

import io.zabra.wire.WireReader;
import io.zabra.wire.WireWriter;
import org.jspecify.annotations.Nullable;

/// `sync`, opcode 9. The path is not looked at, only echoed, so even a null one is legal.
public record SyncRequest(@Nullable String path) implements Request {

    public static SyncRequest read(WireReader in) {
        return new SyncRequest(in.stringOrNull());
    }

    @Override
    public void write(WireWriter out) {
        out.string(path);
    }

    @Override
    public OpCode op() {
        return OpCode.SYNC;
    }
}
