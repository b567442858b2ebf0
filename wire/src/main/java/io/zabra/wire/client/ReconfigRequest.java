// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.wire.client;

import io.zabra.wire.WireReader;
import io.zabra.wire.WireWriter;
import org.jspecify.annotations.Nullable;

/// `reconfig`, opcode 16. Either `newMembers` (the whole list) or `joining` and `leaving` are set;
/// `curConfigId` is the configuration version that must be the current one, -1 for any.
public record ReconfigRequest(
        @Nullable String joining,
        @Nullable String leaving,
        @Nullable String newMembers,
        long curConfigId) implements Request {

    public static ReconfigRequest read(WireReader in) {
        return new ReconfigRequest(in.stringOrNull(), in.stringOrNull(), in.stringOrNull(), in.int64());
    }

    @Override
    public void write(WireWriter out) {
        out.string(joining).string(leaving).string(newMembers).int64(curConfigId);
    }

    @Override
    public OpCode op() {
        return OpCode.RECONFIG;
    }
}
