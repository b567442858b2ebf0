// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.wire.client;

import io.zabra.wire.WireReader;
import io.zabra.wire.WireWriter;
import org.jspecify.annotations.Nullable;

/// `getEphemerals`, opcode 103: the ephemeral nodes of this session below a plain string prefix; null or empty means
/// all.
public record GetEphemeralsRequest(@Nullable String prefix) implements Request {

    public static GetEphemeralsRequest read(WireReader in) {
        return new GetEphemeralsRequest(in.stringOrNull());
    }

    @Override
    public void write(WireWriter out) {
        out.string(prefix);
    }

    @Override
    public OpCode op() {
        return OpCode.GET_EPHEMERALS;
    }
}
